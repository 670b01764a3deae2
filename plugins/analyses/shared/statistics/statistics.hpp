#pragma once
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

/// Descriptive statistics and tests. NaN results mean "not defined"; inputs must not hold NaN
/// (see without_nan) unless said otherwise.
namespace v1::analyses {

std::vector<double> without_nan(std::span<const double> values);

double mean(std::span<const double> values);                 // NaN when empty
double deviation(std::span<const double> values, int ddof);  // NaN when n <= ddof
double sem(std::span<const double> values);                  // ddof 1; NaN when n < 2
/// Linear interpolation between order statistics, q in [0, 1].
double quantile(std::vector<double> values, double q);

struct Anova {
  double f = 0.0;
  double df_between = 0.0, df_within = 0.0;
  double p = 0.0;
};
/// One-way analysis of variance over the groups that are not empty; all NaN with fewer than two
/// of them, or without variance inside the groups.
Anova one_way_anova(const std::vector<std::vector<double>>& groups);

struct Welch {
  double t = 0.0, df = 0.0, p = 0.0;
  double difference = 0.0;             // mean(a) - mean(b)
  double low_95 = 0.0, high_95 = 0.0;  // of the difference
};
/// Two-sided; NaN with fewer than two values in a group or without any variance.
Welch welch_test(std::span<const double> a, std::span<const double> b);

/// Difference of means over the pooled standard deviation.
double cohen_d(std::span<const double> a, std::span<const double> b);

struct MannWhitney {
  double u_first = 0.0;
  double p = 0.0;  // two-sided, normal approximation with correction for ties and continuity
};
MannWhitney mann_whitney(std::span<const double> a, std::span<const double> b);

struct SignedRank {
  double w_positive = 0.0;  // sum of the ranks of positive differences
  double p = 0.0;
};
/// Wilcoxon's test of paired differences, two-sided; zeros are left out. Exact up to 50
/// differences, with or without ties, else the normal approximation with correction for ties. NaN
/// without differences.
SignedRank signed_rank(std::span<const double> differences);

struct KruskalWallis {
  double h = 0.0, df = 0.0, p = 0.0;
};
KruskalWallis kruskal_wallis(const std::vector<std::vector<double>>& groups);

/// Share of all ways to split the joined values into groups of these sizes whose means differ at
/// least as much; two-sided. All of them up to `most_splits`, else that many random ones (seeded,
/// the given split counts as one). NaN for an empty group.
double permutation_p(std::span<const double> a, std::span<const double> b,
                     std::size_t most_splits = 20000);

/// Adjusted p values, in the order given. NaN stands for a test that could not be made: it stays
/// NaN and does not count among the tests.
std::vector<double> holm(std::span<const double> p);
std::vector<double> benjamini_hochberg(std::span<const double> p);

/// "****" up to 1e-4, "***" 1e-3, "**" 0.01, "*" 0.05, else "ns".
std::string_view stars(double p);

}  // namespace v1::analyses
