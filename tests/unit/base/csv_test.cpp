#include "engine/base/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "engine/base/error.hpp"

namespace v1 {
namespace {

using ::testing::HasSubstr;

class CsvTableTest : public ::testing::Test {
 protected:
  CsvTable read(const std::string& text, char separator = ',') {
    std::ofstream(path_) << text;
    return CsvTable::read(path_, separator);
  }
  std::string message(const std::string& text, const std::function<void(const CsvTable&)>& use) {
    try {
      use(read(text));
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ExitCode::data);
      return e.what();
    }
    return "no error";
  }
  void TearDown() override { std::filesystem::remove(path_); }

  std::filesystem::path path_ =
      std::filesystem::path(::testing::TempDir()) /
      (std::string("csv_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(CsvTableTest, ReadsQuotesCommentsAndEmptyCells) {
  const CsvTable table = read("# source: somewhere\nname,value\n\"a, \"\"b\"\"\",1.5\r\nc,\n");
  ASSERT_EQ(table.rows(), 2u);
  EXPECT_EQ(table.text(0, "name"), "a, \"b\"");
  EXPECT_DOUBLE_EQ(table.number(0, "value"), 1.5);
  EXPECT_DOUBLE_EQ(table.number_or(1, "value", -1.0), -1.0);
}

TEST_F(CsvTableTest, ReadsWhatSpreadsheetsWrite) {
  const CsvTable table = read("\xEF\xBB\xBFname,value\r\na, 1.5 \r\n");  // with a byte order mark
  EXPECT_EQ(table.text(0, "name"), "a");
  EXPECT_DOUBLE_EQ(table.number(0, "value"), 1.5);
}

TEST_F(CsvTableTest, TakesSemicolonsWhereTheHeaderHasNoComma) {
  const CsvTable table = read("name;value\n\"a;b\";1.5\n");
  EXPECT_EQ(table.text(0, "name"), "a;b");
  EXPECT_EQ(table.number(0, "value"), 1.5);
  EXPECT_THAT(
      message("name;value\na;1,5\n", [](const CsvTable& t) { t.number(0, "value"); }),
      HasSubstr(":2:3: column 'value' must be a number, found '1,5'; decimals need a point"));
}

TEST_F(CsvTableTest, AHeaderAboveNumbersMayBeginAsAComment) {
  const CsvTable table = read("# written by a script\n# name,value\na,1.5\nb,2\n");
  ASSERT_EQ(table.rows(), 2u);
  EXPECT_EQ(table.text(0, "name"), "a");
  EXPECT_EQ(table.number(1, "value"), 2.0);
  // A comment is no header where a header follows, or where it has other fields.
  EXPECT_EQ(read("# from, somewhere\nname,value\na,1\n").number(0, "value"), 1.0);
  EXPECT_EQ(read("# a, b, c\nname,2\na,1\n").text(0, "2"), "1");
}

TEST_F(CsvTableTest, RefusesAQuoteThatIsNotClosed) {
  EXPECT_THAT(message("name,value\n1,\"2\n", [](const CsvTable&) {}),
              HasSubstr(":2: a quote is opened and not closed"));
}

TEST_F(CsvTableTest, ColumnsCanBeRequiredWithoutARow) {
  const auto require = [](const CsvTable& table) { table.require({"a", "weight"}); };
  EXPECT_THAT(message("a,wieght\n", require),
              HasSubstr(":1: no column 'weight'; did you mean 'wieght'?"));
  EXPECT_EQ(message("a,weight\n", require), "no error");
}

TEST_F(CsvTableTest, NamesFileLineAndColumnOfABadNumber) {
  const std::string text = message("a,b\n1,2\n3,x\n", [](const CsvTable& t) { t.number(1, "b"); });
  EXPECT_THAT(text, HasSubstr(path_.string() + ":3:3: column"));
  EXPECT_THAT(text, HasSubstr("'b' must be a number, found 'x'"));
}

TEST_F(CsvTableTest, RefusesTwoColumnsOfOneName) {
  const std::string text = message("# comment\na,b,a\n1,2,3\n", [](const CsvTable&) {});
  EXPECT_THAT(text, HasSubstr(path_.string() + ":2: two columns are named 'a', fields 1 and 3"));
  EXPECT_EQ(read("a,,\n1,2,3\n").rows(), 1u);
}

TEST_F(CsvTableTest, SuggestsTheColumnThatWasMeant) {
  EXPECT_THAT(message("weight,delay\n1,2\n", [](const CsvTable& t) { t.number(0, "wieght"); }),
              HasSubstr("did you mean 'weight'?"));
}

TEST_F(CsvTableTest, CountsColumnsOfQuotedFields) {
  const CsvTable table = read("# comment\na,b,c\n\"x, y\",2,3\n");
  EXPECT_EQ(table.where(0, "a"), path_.string() + ":3:1");
  EXPECT_EQ(table.where(0, "b"), path_.string() + ":3:8");
  EXPECT_EQ(table.where(0, "c"), path_.string() + ":3:10");
}

TEST_F(CsvTableTest, ChangedCellsAndAppendedRowsNameTheirOwnPlace) {
  CsvTable table = read("a,b\n1,2\n");
  table.set(0, "b", "x", "config.toml:7:1");
  const std::size_t copy = table.append_copy(0, "config.toml:8:1");
  const std::size_t empty = table.append_empty("config.toml:9:1");
  EXPECT_EQ(table.text(copy, "b"), "x");
  EXPECT_EQ(table.text(empty, "a"), "");
  EXPECT_EQ(table.blame(0, "a"), ExitCode::data);
  EXPECT_EQ(table.blame(0, "b"), ExitCode::config);
  EXPECT_EQ(table.blame(copy, "a"), ExitCode::config);
  EXPECT_EQ(table.where(empty, "a"), "config.toml:9:1");
  try {
    table.number(0, "b");
    ADD_FAILURE() << "accepted";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::config);
    EXPECT_THAT(e.what(), HasSubstr("config.toml:7:1: column 'b' must be a number, found 'x'"));
  }
}

TEST_F(CsvTableTest, RefusesTooManyFieldsEmptyFilesAndMissingFiles) {
  EXPECT_THAT(message("a,b\n1,2,3\n", [](const CsvTable&) {}), HasSubstr("3 fields"));
  EXPECT_THAT(message("a,b\n1,2\n3\n", [](const CsvTable&) {}),  // a file that was cut off
              HasSubstr(":3: 1 fields, but the header names 2 columns"));
  EXPECT_THAT(message("", [](const CsvTable&) {}), HasSubstr("is empty"));
  EXPECT_THROW(CsvTable::read("/nonexistent/table.csv"), Error);
}

TEST(Csv, CellsAreQuotedWhereTheyWouldBeReadOtherwise) {
  EXPECT_EQ(csv_cell("e23 \xc2\xb5m"), "e23 \xc2\xb5m");
  EXPECT_EQ(csv_cell(""), "");
  EXPECT_EQ(csv_cell("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_cell("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(csv_cell("#1"), "\"#1\"");
  EXPECT_EQ(csv_cell(" a"), "\" a\"");
  EXPECT_EQ(csv_cell("a\r"), "\"a\r\"");
  EXPECT_EQ(csv_cell("a b", ' '), "\"a b\"");
  EXPECT_EQ(csv_cell("a,b", ' '), "a,b");
}

}  // namespace
}  // namespace v1
