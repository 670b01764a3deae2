#include "engine/analysis/table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/analysis/column_store.hpp"
#include "engine/analysis/output.hpp"
#include "engine/analysis/table_lookup.hpp"
#include "engine/base/error.hpp"
#include "engine/base/hdf5.hpp"
#include "tests/unit/analysis/temporary_folder.hpp"

namespace v1::analysis {
namespace {

using testing::HasSubstr;

ResultTable sample_table() {
  ResultTable table;
  table.name = "sample";
  table.columns.push_back({"rate", "Hz", std::vector<double>{1.0 / 3.0, NAN, -2e-7}});
  table.columns.push_back({"n", "1", std::vector<std::int64_t>{1, -2, 3000000000}});
  table.columns.push_back({"name", "1", std::vector<std::string>{"e23", "a,b", "say \"hi\""}});
  return table;
}

template <class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const Error& failure) {
    return failure.what();
  }
  return "";
}

TEST(ResultTable, IsWrittenWithUnitsTenDigitsAndQuotes) {
  const TemporaryFolder folder;
  write_table(sample_table(), folder.path());
  EXPECT_EQ(text_of(folder.path() / "sample.csv"),
            "rate [Hz],n,name\n"
            "0.3333333333,1,e23\n"
            "nan,-2,\"a,b\"\n"
            "-2e-07,3000000000,\"say \"\"hi\"\"\"\n");
}

TEST(ResultTable, ZeroHasNoSign) {
  const TemporaryFolder folder;
  write_table({"zero", "", {{"x", "1", std::vector<double>{-0.0, -1e-300}}}}, folder.path());
  EXPECT_EQ(text_of(folder.path() / "zero.csv"), "x\n0\n-1e-300\n");
}

TEST(ResultTable, ComesBackWithNamesUnitsAndTypes) {
  const TemporaryFolder folder;
  write_table(sample_table(), folder.path());
  const ResultTable back = read_table(folder.path(), "sample");
  ASSERT_EQ(back.columns.size(), 3u);
  EXPECT_EQ(back.columns[0].name, "rate");
  EXPECT_EQ(back.columns[0].unit, "Hz");
  EXPECT_TRUE(std::isnan(std::get<std::vector<double>>(back.columns[0].values)[1]));
  EXPECT_EQ(back.columns[1].values, sample_table().columns[1].values);
  EXPECT_EQ(back.columns[2].values, sample_table().columns[2].values);
}

TEST(ResultTable, OfManyCellsGoesToHdf5) {
  const TemporaryFolder folder;
  ResultTable table;
  table.name = "large";
  table.columns.push_back({"zeta", "ms", std::vector<double>(most_csv_cells / 2 + 1, 0.5)});
  table.columns.push_back({"alpha", "1", std::vector<std::string>(most_csv_cells / 2 + 1, "text")});
  write_table(table, folder.path());
  write_table(sample_table(), folder.path());
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "large.csv"));
  const h5::File file = h5::File::read(folder.path() / "tables.h5");
  EXPECT_EQ(file.text_attribute("/large/zeta", "unit"), "ms");
  const ResultTable back = read_table(folder.path(), "large");
  ASSERT_EQ(back.columns.size(), 2u);
  EXPECT_EQ(back.columns[0].name, "zeta");  // the order written, not the alphabet's
  EXPECT_EQ(back.columns[0].values, table.columns[0].values);
  EXPECT_EQ(back.columns[1].values, table.columns[1].values);
}

TEST(ResultTable, RefusesRowsOfOtherColumns) {
  ResultTable table = sample_table();
  std::vector<ResultColumn> other = sample_table().columns;
  other[1].name = "count";
  EXPECT_THAT(error_of([&] { append_rows(table, other); }), HasSubstr("'count'"));
  append_rows(table, sample_table().columns);
  EXPECT_EQ(table.rows(), 6u);
}

TEST(ResultTable, MissingOneNamesTheFolder) {
  const TemporaryFolder folder;
  EXPECT_THAT(error_of([&] { read_table(folder.path(), "absent"); }),
              HasSubstr(folder.path().string()));
}

TEST(TableLookup, FindsByAnalysisAndByPlugin) {
  const TemporaryFolder folder;
  for (const char* name : {"flow", "static"}) {
    std::filesystem::create_directory(folder.path() / name);
    write_table(sample_table(), folder.path() / name);
    std::ofstream(folder.path() / name / "summary.json") << "{\"plugin\": \"classification\"}";
  }
  EXPECT_EQ(find_table("flow/sample", {{folder.path()}, {}}).rows(), 3u);
  EXPECT_THAT(error_of([&] {
                find_table("classification/sample", {{folder.path()}, {}});
              }),
              HasSubstr("flow, static"));
  std::filesystem::remove_all(folder.path() / "static");
  EXPECT_EQ(find_table("classification/sample", {{"/nowhere", folder.path()}, {}}).rows(), 3u);
  EXPECT_THAT(error_of([&] {
                find_table("overview/sample", {{folder.path()}, {}});
              }),
              HasSubstr("run it first"));
}

TEST(ResultFolder, AppearsOnlyWhenCommitted) {
  const TemporaryFolder folder;
  const auto place = folder.path() / "overview";
  {
    ResultFolder results(place);
    results.scalar("rate", 2.5, "Hz", "Mean rate");
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  ResultFolder results(place);
  results.scalar("rate", 2.5, "Hz", "Mean rate");
  results.scalar("undefined", NAN, "", "");
  results.figure("raster", "format = \"v1e-figure/1\"\n");
  results.file("table.tex", "abc", 3);
  results.note(V1E_LOG_WARN, "careful");
  ColumnStore columns;
  columns.add("x", "ms", std::vector<double>{1.0, 2.0});
  results.table("t", "A table", columns.size(), columns.data());
  results.table("t", "", columns.size(), columns.data());
  results.commit("overview", "1.0.0", {{"trial", -1}});
  const auto summary = json_of(place / "summary.json");
  EXPECT_EQ(summary["plugin"], "overview");
  EXPECT_EQ(summary["parameters"]["trial"], -1);
  EXPECT_EQ(summary["scalars"][0]["value"], 2.5);
  EXPECT_TRUE(summary["scalars"][1]["value"].is_null());
  EXPECT_EQ(summary["tables"][0]["rows"], 4);
  EXPECT_EQ(summary["tables"][0]["summary"], "A table");
  EXPECT_EQ(summary["figures"][0], "raster");
  EXPECT_EQ(summary["notes"][0]["level"], "warn");
  EXPECT_EQ(results.warnings(), std::vector<std::string>{"careful"});
  EXPECT_EQ(text_of(place / "table.tex"), "abc");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()),
                          std::filesystem::directory_iterator()),
            1);
}

TEST(ResultFolder, ReplacesOlderResultsAsAWhole) {
  const TemporaryFolder folder;
  const auto place = folder.path() / "a";
  std::filesystem::create_directory(place);
  std::ofstream(place / "stale.csv") << "x\n1\n";
  ResultFolder results(place);
  results.commit("p", "1", nlohmann::ordered_json::object());
  EXPECT_FALSE(std::filesystem::exists(place / "stale.csv"));
  EXPECT_TRUE(std::filesystem::exists(place / "summary.json"));
}

TEST(ResultFolder, PutsArraysTogetherFromBlocks) {
  const TemporaryFolder folder;
  const auto place = folder.path() / "a";
  ResultFolder results(place);
  const std::vector<float> block = {1.0f, 2.0f};
  v1e_const_array view{block.data(), V1E_F32, 2, {1, 2}, {8, 4}};
  const std::int64_t full[2] = {2, 2};
  const std::int64_t first[2] = {0, 0}, second[2] = {1, 0}, outside[2] = {2, 0};
  results.array("map", "pA", 2, full, first, view);
  results.array("map", "pA", 2, full, second, view);
  EXPECT_THAT(error_of([&] { results.array("map", "pA", 2, full, outside, view); }),
              HasSubstr("outside"));
  results.commit("p", "1", nlohmann::ordered_json::object());
  const h5::File file = h5::File::read(place / "arrays.h5");
  EXPECT_EQ(file.values<float>("/map"), (std::vector<float>{1, 2, 1, 2}));
  EXPECT_EQ(file.text_attribute("/map", "unit"), "pA");
}

TEST(ResultFolder, RefusesNamesThatLeaveTheFolder) {
  const TemporaryFolder folder;
  ResultFolder results(folder.path() / "a");
  EXPECT_THAT(error_of([&] { results.file("../evil", "x", 1); }), HasSubstr("../evil"));
  EXPECT_THAT(error_of([&] { results.figure(".hidden", ""); }), HasSubstr(".hidden"));
  EXPECT_THAT(error_of([&] {
                results.figure("twice", "");
                results.figure("twice", "");
              }),
              HasSubstr("twice"));
}

}  // namespace
}  // namespace v1::analysis
