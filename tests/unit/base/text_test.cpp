#include "engine/base/text.hpp"

#include <gtest/gtest.h>

#include "engine/base/error.hpp"

namespace v1 {
namespace {

TEST(NearestSpelling, FindsTheTypoAndRefusesTheUnrelated) {
  const std::vector<std::string> names = {"temporal_frequency", "orientation", "contrast"};
  EXPECT_EQ(nearest_spelling("contarst", names), "contrast");
  EXPECT_EQ(nearest_spelling("orientaton", names), "orientation");
  EXPECT_EQ(nearest_spelling("temporal", names), "temporal_frequency");
  EXPECT_FALSE(nearest_spelling("seed", names));
  EXPECT_EQ(did_you_mean("contarst", names), "; did you mean 'contrast'?");
  EXPECT_EQ(did_you_mean("seed", names), "");
}

TEST(ParseBytes, ReadsDecimalAndBinaryUnits) {
  EXPECT_EQ(parse_bytes("2 GiB"), 2147483648u);
  EXPECT_EQ(parse_bytes("500MB"), 500000000u);
  EXPECT_EQ(parse_bytes("1048576"), 1048576u);
  EXPECT_EQ(parse_bytes("1.5 KiB"), 1536u);
  EXPECT_FALSE(parse_bytes("-1 GiB"));
  EXPECT_FALSE(parse_bytes("2 GiBs"));
  EXPECT_FALSE(parse_bytes("nan"));
  EXPECT_FALSE(parse_bytes("lots"));
}

TEST(FormatBytes, PicksTheUnit) {
  EXPECT_EQ(format_bytes(512), "512 B");
  EXPECT_EQ(format_bytes(1536), "1.5 KiB");
  EXPECT_EQ(format_bytes(3ull << 30), "3.0 GiB");
}

TEST(OneLine, WritesControlCharactersAsTomlDoes) {
  EXPECT_EQ(one_line("a\nb\r\n\tc \x1B[31m\x7F \xC3\xA9"),
            "a\\nb\\r\\n\\tc \\u001B[31m\\u007F \xC3\xA9");
  EXPECT_STREQ(error(ExitCode::config, "no '{}'", "a\nb").what(), "no 'a\\nb'");
}

TEST(Errors, OfSeveralMistakesKeepTheirLines) {
  const Error both(ExitCode::data, std::vector<std::string>{"a\nb", "c"});
  EXPECT_STREQ(both.what(), "a\\nb\nc");
  const Error begun = begun_with("point 1: ", both);
  EXPECT_STREQ(begun.what(), "point 1: a\\nb\npoint 1: c");
  EXPECT_EQ(begun.code(), ExitCode::data);
}

TEST(Split, KeepsEmptyFields) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), std::vector<std::string>{""});
  EXPECT_EQ(trim("  x y \n"), "x y");
  EXPECT_EQ(trim(" \t"), "");
}

TEST(KnownNames, AreListedWhereTheGuessIsNoneOrUnsure) {
  const std::vector<std::string> known = {"direction", "trials"};
  EXPECT_EQ(known_names_hint("deflection", known),
            "; did you mean 'direction'? known: direction, trials");
  EXPECT_EQ(known_names_hint("trails", known), "; did you mean 'trials'?");
  EXPECT_EQ(known_names_hint("trial", known), "; did you mean 'trials'?");
  EXPECT_EQ(known_names_hint("colour", known), "; known: direction, trials");
  EXPECT_EQ(known_names_hint("x", {}), "");
}

}  // namespace
}  // namespace v1
