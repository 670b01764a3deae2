#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "engine/base/csv.hpp"
#include "tests/integration/process.hpp"

namespace v1 {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::Scratch;

const std::string column =
    "name = 'c'\nseed = 5\n[network]\nneurons = 400\n[simulation]\nduration = 600.0\n"
    "trials = 2\n[stimulus]\nplugin = 'spontaneous'\n";

// The line of `population` in what calibrate prints, as words.
std::vector<std::string> line_of(const std::string& out, const std::string& population) {
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::vector<std::string> found;
    for (std::string word; words >> word;) found.push_back(word);
    if (!found.empty() && found[0] == population) return found;
  }
  return {};
}

TEST(Calibrate, BringsPopulationsToTheirTargetsAndConfigsUseTheWeights) {
  const Scratch scratch;
  scratch.write("a.toml", column);
  scratch.write("t.csv", "population,rate\ne23Cux2,4\ne6Ntsr1,3\n");
  const auto found = scratch.v1engine(
      {"calibrate", "a.toml", "--targets", "t.csv", "--column", "rate", "-o", "w.csv"});
  ASSERT_EQ(found.code, 0) << found.err;
  const auto e23 = line_of(found.out, "e23Cux2"), e6 = line_of(found.out, "e6Ntsr1");
  ASSERT_GE(e23.size(), 7u) << found.out;
  EXPECT_LT(std::stod(e23[3]), 3.0) << "already at the target: the test shows nothing";
  EXPECT_NEAR(std::stod(e23[4]), 4.0, 0.2);
  EXPECT_NEAR(std::stod(e6[4]), 3.0, 0.15);

  // With these weights nothing is left to do: the first round is within tolerance.
  const auto again =
      scratch.v1engine({"calibrate", "a.toml", "--targets", "t.csv", "--column", "rate", "-o",
                        "w2.csv", "--set", "background.weights='w.csv'"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(line_of(again.out, "e23Cux2")[3], e23[4]);
  EXPECT_EQ(line_of(again.out, "e6Ntsr1")[3], e6[4]);
  EXPECT_NEAR(CsvTable::read(scratch / "w2.csv").number(0, "weight_pa"),
              CsvTable::read(scratch / "w.csv").number(0, "weight_pa"), 1e-5);
}

TEST(Calibrate, ARunWithWeightsReproducesItself) {
  const Scratch scratch;
  scratch.write("a.toml", column + "[background]\nweights = 'w.csv'\n");
  scratch.write("w.csv", "population,weight_pa\ne23Cux2,6.5\n");
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "one"}).code, 0);
  ASSERT_EQ(scratch.v1engine({"run", "one/config.toml", "-o", "two"}).code, 0);
  ASSERT_EQ(
      scratch
          .v1engine({"run", "a.toml", "-o", "model", "--set", "background.kind='shared-binomial'"})
          .code,
      0);
  EXPECT_EQ(scratch.v1engine({"compare", "one", "two"}).code, 0);
  EXPECT_EQ(scratch.v1engine({"compare", "one", "model"}).code, 1);
}

// Before anything is simulated.
TEST(Calibrate, AFileThatCannotBeWrittenIsSaidAtOnce) {
  const Scratch scratch;
  scratch.write("a.toml", column);
  std::filesystem::create_directory(scratch / "there");
  const auto folder = scratch.v1engine({"calibrate", "a.toml", "-o", "there"});
  EXPECT_EQ(folder.code, 2);
  EXPECT_EQ(folder.err, "error: there: is a folder; -o names the file of the weights\n");
  if (geteuid() == 0) return;  // who may write everywhere
  std::filesystem::permissions(scratch / "there", std::filesystem::perms::owner_read);
  const auto refused = scratch.v1engine({"calibrate", "a.toml", "-o", "there/w.csv"});
  EXPECT_EQ(refused.code, 6);
  EXPECT_THAT(refused.err, HasSubstr("there/w.csv: cannot be written (Permission denied)"));
  EXPECT_EQ(refused.err.find("round"), std::string::npos);
  std::filesystem::permissions(scratch / "there", std::filesystem::perms::owner_all);
}

TEST(Calibrate, NeverWritesOverAnythingButWeights) {
  const Scratch scratch;
  scratch.write("a.toml", column);
  scratch.write("w.csv", "population,weight_pa\ne23Cux2,6.5\n");
  const auto refused = scratch.v1engine({"calibrate", "a.toml", "-o", "a.toml"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("a.toml: exists and is no file of weights"));
  EXPECT_EQ(testing::read_text(scratch / "a.toml"), column);
  EXPECT_EQ(scratch.v1engine({"calibrate", "a.toml", "--rounds", "1", "-o", "w.csv"}).code, 0);
}

TEST(Calibrate, BadInput) {
  const Scratch scratch;
  scratch.write("a.toml", column);
  scratch.write("t.csv", "population,rate\ne23Cux2,4\n");
  const auto missing = scratch.v1engine({"calibrate", "a.toml", "--targets", "no.csv"});
  EXPECT_EQ(missing.code, 3);
  EXPECT_THAT(missing.err, HasSubstr("no.csv"));
  const auto unknown = scratch.v1engine({"calibrate", "a.toml", "--targets", "t.csv"});
  EXPECT_EQ(unknown.code, 3);
  EXPECT_THAT(unknown.err, AllOf(HasSubstr("t.csv"), HasSubstr("no column 'spont_mean_hz'; known: "
                                                               "population, rate; --column")));
  const auto none = scratch.v1engine({"calibrate", "a.toml", "--set", "background.kind='none'"});
  EXPECT_EQ(none.code, 3);
  EXPECT_THAT(none.err, HasSubstr("no background"));
  const auto window = scratch.v1engine({"calibrate", "a.toml", "--window", "100", "700"});
  EXPECT_EQ(window.code, 2);
  EXPECT_THAT(window.err, HasSubstr("--window"));
}

}  // namespace
}  // namespace v1
