#pragma once
#include <span>
#include <vector>

/// The numbers behind boxes, violins and histograms. NaN must be taken out before.
namespace v1::figures {

/// Quantile q in [0, 1] of ascending values by linear interpolation between order statistics
/// (position q (n - 1)). At least one value.
double quantile_sorted(std::span<const double> ascending, double q);

struct BoxStats {
  double low = 0;  // last value within 1.5 interquartile ranges below q1
  double q1 = 0;
  double median = 0;
  double q3 = 0;
  double high = 0;
  double mean = 0;
  std::vector<double> fliers;  // ascending
};
/// Tukey box. At least one value, in any order.
BoxStats box_stats(std::vector<double> values);

/// Scott's bandwidth: sample standard deviation times n^(-1/5). 0 for fewer than two values or
/// equal values.
double scott_bandwidth(std::span<const double> values);

/// Gaussian kernel density of the values at x.
double kernel_density(std::span<const double> values, double bandwidth, double x);

/// Density on `points` equidistant positions from min - cut bandwidths to max + cut bandwidths.
struct DensityCurve {
  std::vector<double> x;
  std::vector<double> density;
};
DensityCurve density_curve(std::span<const double> values, double bandwidth, double cut,
                           std::size_t points);

/// n bins between low and high: n + 1 edges, evenly in value or in logarithm (low > 0).
std::vector<double> linear_edges(double low, double high, std::size_t bins);
std::vector<double> log_edges(double low, double high, std::size_t bins);
/// Edges at multiples of `width` that enclose [low, high]; at most 100,000 bins, else empty.
std::vector<double> width_edges(double low, double high, double width);

/// Sum of weights (1 each if empty) per bin; ascending edges. Bins hold their left edge, the last
/// one both. Values outside and NaN are left out.
std::vector<double> histogram(std::span<const double> values, std::span<const double> weights,
                              std::span<const double> edges);

/// Sideways offsets (in the unit of the values) so that dots of one diameter do not touch;
/// offsets beyond half_width are squeezed in. Values in any order; the result fits them.
std::vector<double> swarm_offsets(std::span<const double> values, double diameter,
                                  double half_width);

}  // namespace v1::figures
