#include "plugins/analyses/shared/statistics/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/unit/analyses/shared/worked_examples.hpp"

namespace v1::analyses {
namespace {

using nlohmann::json;
using Values = std::vector<double>;

void expect_relative(double found, const json& expected, double tolerance) {
  const double value = expected.get<double>();
  EXPECT_NEAR(found, value, tolerance * std::abs(value));
}

TEST(Statistics, DescribeTheGroups) {
  const json all = worked_examples("statistics.json");
  for (const auto& [name, values] : all["groups"].items()) {
    SCOPED_TRACE(name);
    const Values group = values.get<Values>();
    const json& expected = all["descriptive"][name];
    EXPECT_EQ(group.size(), expected["n"].get<std::size_t>());
    expect_relative(mean(group), expected["mean"], 1e-10);
    expect_relative(deviation(group, 0), expected["sd_ddof0"], 1e-10);
    expect_relative(deviation(group, 1), expected["sd_ddof1"], 1e-10);
    expect_relative(sem(group), expected["sem"], 1e-10);
  }
}

TEST(Statistics, AnovaAndRankTestOverThreeClasses) {
  const json all = worked_examples("statistics.json");
  const std::vector<Values> groups = {all["groups"]["dVf"].get<Values>(),
                                      all["groups"]["unclassified"].get<Values>(),
                                      all["groups"]["hVf"].get<Values>()};
  const Anova anova = one_way_anova(groups);
  expect_relative(anova.f, all["anova"]["F"], 1e-10);
  expect_relative(anova.p, all["anova"]["p"], 1e-8);
  EXPECT_EQ(anova.df_between, all["anova"]["df_between"].get<double>());
  EXPECT_EQ(anova.df_within, all["anova"]["df_within"].get<double>());
  const KruskalWallis kruskal = kruskal_wallis(groups);
  expect_relative(kruskal.h, all["kruskal"]["H"], 1e-10);
  expect_relative(kruskal.p, all["kruskal"]["p"], 1e-8);
  EXPECT_EQ(kruskal.df, all["kruskal"]["df"].get<double>());
}

TEST(Statistics, PairwiseTests) {
  const json all = worked_examples("statistics.json");
  for (const json& pair : all["pairs"]) {
    SCOPED_TRACE(pair["a"].get<std::string>() + " " + pair["b"].get<std::string>());
    const Values a = all["groups"][pair["a"].get<std::string>()].get<Values>();
    const Values b = all["groups"][pair["b"].get<std::string>()].get<Values>();
    const Welch welch = welch_test(a, b);
    expect_relative(welch.t, pair["welch_t"], 1e-10);
    expect_relative(welch.df, pair["welch_df"], 1e-10);
    expect_relative(welch.p, pair["welch_p"], 1e-8);
    EXPECT_EQ(stars(welch.p), pair["stars"].get<std::string>());
    EXPECT_LT(welch.low_95, welch.difference);
    EXPECT_GT(welch.high_95, welch.difference);
    EXPECT_EQ(welch.low_95 > 0.0 || welch.high_95 < 0.0, welch.p < 0.05);
    expect_relative(cohen_d(a, b), pair["cohen_d_pooled"], 1e-10);
    const MannWhitney ranks = mann_whitney(a, b);
    EXPECT_DOUBLE_EQ(ranks.u_first, pair["mann_whitney_U_first"].get<double>());
    expect_relative(ranks.p, pair["mann_whitney_p_asymptotic_cc"], 1e-8);
  }
}

TEST(Statistics, CorrectionsForSeveralComparisons) {
  const json expected = worked_examples("statistics.json")["corrections_of_welch_p"];
  const Values raw = expected["raw"].get<Values>();
  const std::map<std::string, Values> found = {{"holm", holm(raw)},
                                               {"benjamini_hochberg", benjamini_hochberg(raw)}};
  for (const auto& [name, p] : found) {
    for (std::size_t i = 0; i < raw.size(); ++i) expect_relative(p[i], expected[name][i], 1e-8);
  }
}

TEST(Statistics, TestsThatCouldNotBeMadeDoNotCountInCorrections) {
  const Values p = {0.01, NAN, 0.04, 0.03};
  const std::map<std::string, std::pair<Values, Values>> cases = {
      {"holm", {holm(p), {0.03, NAN, 0.06, 0.06}}},
      {"benjamini_hochberg", {benjamini_hochberg(p), {0.03, NAN, 0.04, 0.04}}}};
  for (const auto& [name, one] : cases) {
    for (const std::size_t i : {0u, 2u, 3u}) {
      EXPECT_NEAR(one.first[i], one.second[i], 1e-12) << name << " " << i;
    }
    EXPECT_TRUE(std::isnan(one.first[1])) << name;
  }
  EXPECT_TRUE(holm(Values()).empty());
}

TEST(Statistics, StarsIncludeTheirLimits) {
  const json stars_of = worked_examples("statistics.json")["star_table"];
  for (const json& row : stars_of) {
    EXPECT_EQ(stars(row[0].get<double>()), row[1].get<std::string>()) << row.dump();
  }
}

TEST(Statistics, QuartilesInterpolate) {
  std::ifstream file(std::string(V1_TEST_DATA) + "/analysis/picks.json");
  const json boxes = json::parse(file)["boxes"];
  for (const json& box : boxes) {
    const Values values = box["values"].get<Values>();
    EXPECT_NEAR(quantile(values, 0.25), box["q1"].get<double>(), 1e-10);
    EXPECT_NEAR(quantile(values, 0.5), box["median"].get<double>(), 1e-10);
    EXPECT_NEAR(quantile(values, 0.75), box["q3"].get<double>(), 1e-10);
    EXPECT_NEAR(mean(values), box["mean"].get<double>(), 1e-10);
  }
}

TEST(Statistics, UndefinedCasesAreNan) {
  const Values none, one = {1.0}, two = {1.0, 2.0}, flat = {3.0, 3.0};
  EXPECT_TRUE(std::isnan(mean(none)));
  EXPECT_TRUE(std::isnan(sem(one)));
  EXPECT_TRUE(std::isnan(welch_test(one, two).p));
  EXPECT_TRUE(std::isnan(welch_test(flat, flat).p));
  EXPECT_TRUE(std::isnan(one_way_anova({two, {}, {}}).p));
  EXPECT_TRUE(std::isnan(one_way_anova({flat, flat}).p));
  EXPECT_FALSE(std::isnan(one_way_anova({two, {}, {5.0, 7.0}}).p));
  EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
  EXPECT_EQ(without_nan(Values{1.0, NAN, 2.0}), (Values{1.0, 2.0}));
}

// The mean of three times 0.1 is not 0.1.
TEST(Statistics, EqualValuesHaveNoVariance) {
  const Values tenth(3, 0.1), third(10, 1.0 / 3.0);
  EXPECT_EQ(deviation(tenth, 1), 0.0);
  EXPECT_EQ(sem(third), 0.0);
  EXPECT_TRUE(std::isnan(welch_test(tenth, third).p));
  EXPECT_TRUE(std::isnan(one_way_anova({tenth, third}).p));
  EXPECT_TRUE(std::isnan(cohen_d(tenth, third)));
}

TEST(Statistics, PermutationTestOfAllSplits) {
  const json one = worked_examples("statistics.json")["permutation"];
  const Values a = one["a"], b = one["b"];
  EXPECT_NEAR(permutation_p(a, b), one["p"].get<double>(), 1e-12);
  EXPECT_NEAR(permutation_p(b, a), one["p"].get<double>(), 1e-12);
  EXPECT_TRUE(std::isnan(permutation_p(a, Values{})));
}

TEST(Statistics, RandomSplitsOfLargeGroupsAreCloseToAllSplits) {
  const json one = worked_examples("statistics.json")["permutation"];
  const Values a = one["a"], b = one["b"];
  const double sampled = permutation_p(a, b, 100);  // fewer than the 126 splits: 1000 random ones
  EXPECT_NEAR(sampled, one["p"].get<double>(), 0.03);
  EXPECT_EQ(sampled, permutation_p(a, b, 100)) << "seeded";
}

}  // namespace
}  // namespace v1::analyses
