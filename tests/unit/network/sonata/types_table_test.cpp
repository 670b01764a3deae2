#include "engine/network/sonata/types_table.hpp"

#include "tests/unit/network/sonata/circuit_files.hpp"

namespace v1::network::sonata::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class TypesCsv : public ::testing::Test {
 protected:
  TypesTable read(const std::string& text) {
    dir.write("types.csv", text);
    return TypesTable::read(dir / "types.csv");
  }
  Folder dir;
};

TEST_F(TypesCsv, TakesTwoSpacesAsAnEmptyField) {
  const TypesTable table = read("a b c\n1  3\n4 5 6");
  EXPECT_EQ(table.rows(), 2u);
  EXPECT_EQ(table.text(0, "b"), std::nullopt);
  EXPECT_EQ(table.number(0, "c"), 3.0);
  EXPECT_EQ(table.number(1, "c"), 6.0);
}

TEST_F(TypesCsv, ReadsAlignedColumnsThatOnlyFitWithRunsOfSpaces) {
  const TypesTable table = read("id   name   weight\n1    e4     2.5\n100  i23    -1.0\n");
  EXPECT_THAT(table.columns(), ElementsAre("id", "name", "weight"));
  EXPECT_EQ(table.text(1, "name"), "i23");
  EXPECT_EQ(table.number(1, "weight"), -1.0);
}

TEST_F(TypesCsv, HonoursQuotes) {
  const TypesTable table = read("id q\n1 \"ei=='e' & x=\"\"a\"\"\"\n2 ei=='i'&x==\"b c\"\n");
  EXPECT_EQ(table.text(0, "q"), "ei=='e' & x=\"a\"");
  EXPECT_EQ(table.text(1, "q"), "ei=='i'&x==b c");
}

TEST_F(TypesCsv, TreatsSpellingsOfNothingAsMissing) {
  const TypesTable table = read("a b c d e\r\nNULL NONE nan None x\r\n");
  for (const char* column : {"a", "b", "c", "d", "absent"}) {
    EXPECT_EQ(table.text(0, column), std::nullopt) << column;
  }
  EXPECT_EQ(table.text(0, "e"), "x");
}

TEST_F(TypesCsv, ReadsCommasWhereTheHeaderHasNoSpace) {
  const TypesTable table = read("id,name\n1,a b\n");
  EXPECT_EQ(table.text(0, "name"), "a b");
}

TEST_F(TypesCsv, ReadsTabsWhereTheHeaderHasNoSpace) {
  const TypesTable table = read("id\tname\tei\n1\ta b\t\n2\t\"c,\td\"\te\n");
  EXPECT_EQ(table.text(0, "name"), "a b");
  EXPECT_EQ(table.text(0, "ei"), std::nullopt);
  EXPECT_EQ(table.text(1, "name"), "c,\td");
}

TEST_F(TypesCsv, NamesFileAndLineOfADefect) {
  EXPECT_THAT(data_error([&] { read(""); }), HasSubstr("is empty"));
  EXPECT_THAT(data_error([&] { read("a b\n1 2\n1 2 3 4\n"); }),
              AllOf(HasSubstr("types.csv:3"), HasSubstr("4 fields")));
  EXPECT_THAT(data_error([&] { read("id ei id\n1 e 2\n"); }),
              HasSubstr("types.csv:1: two columns are named 'id'"));
  EXPECT_THAT(data_error([&] { read("id\n1.5\n").index_by("id"); }), HasSubstr("integer"));
  EXPECT_THAT(data_error([&] { read("ids\n1\n").index_by("id"); }),
              HasSubstr("did you mean 'ids'"));
  EXPECT_THAT(data_error([&] { TypesTable::read(dir / "absent.csv"); }),
              HasSubstr("cannot be opened"));
}

TEST_F(TypesCsv, RefusesAQuoteThatIsNotClosed) {
  EXPECT_THAT(data_error([&] { read("id q nsyns\n1 \"ei=='e' 5\n"); }),
              AllOf(HasSubstr("types.csv:2"), HasSubstr("quote")));
}

TEST_F(TypesCsv, SaysThatAFolderIsNoFile) {
  EXPECT_THAT(data_error([&] { TypesTable::read(dir.path()); }), HasSubstr("is a folder"));
}

}  // namespace
}  // namespace v1::network::sonata::testing
