#pragma once
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

/// Ripley's K function of points in a disc around the origin.
namespace v1::analyses {

struct Point {
  double x = 0.0, z = 0.0;
};

/// Area common to two discs of radii r and big, their centres d apart.
double disc_overlap(double d, double r, double big);

/// `count` radii from low to high in equal steps of the logarithm.
std::vector<double> log_spaced(double low, double high, std::size_t count);

/// Neighbour counts corrected for the edge of the disc. Points and radii are fixed; labels say
/// which points belong together.
class RipleyCounts {
 public:
  /// Radii ascending [um]. Throws std::invalid_argument for none.
  RipleyCounts(std::span<const Point> points, std::span<const double> radii, double disc_radius);

  /// For every point and radius: points within the radius, the point itself included.
  std::vector<std::vector<std::uint32_t>> neighbours() const;
  /// Share of the disc of that radius around the point that lies inside the big disc.
  double weight(std::size_t point, std::size_t radius) const {
    return weight_[point * radii_.size() + radius];
  }

  /// One labelling per element of `labels`; labels[k][i] is the group of point i, below `groups`,
  /// or `groups` and above for points to ignore. Returns for labelling k, group g and radius r at
  /// [(k * groups + g) * radii + r] the sum over the points of g of their other neighbours in g,
  /// each divided by its weight. Points on top of each other count as neighbours.
  std::vector<double> pair_sums(const std::vector<std::vector<std::uint8_t>>& labels,
                                std::size_t groups) const;
  /// Neighbours of another group, both ways: for labelling k and radius r at [k * radii + r] the
  /// sum over the points of `first` of their neighbours in `second`, each divided by the weight of
  /// the point, plus the same the other way round. The groups must differ.
  std::vector<double> cross_sums(const std::vector<std::vector<std::uint8_t>>& labels,
                                 std::uint8_t first, std::uint8_t second) const;
  std::size_t points() const { return points_.size(); }
  std::size_t radii() const { return radii_.size(); }
  double radius(std::size_t k) const { return radii_[k]; }
  double disc_area() const;
  /// Sum over the points of a group of 1 / weight, the part of the points themselves.
  double self_sum(const std::vector<std::uint8_t>& labels, std::uint8_t group,
                  std::size_t radius) const;

 private:
  std::size_t bin_of(double d2) const;  // first radius that reaches, or radii()
  template <class Match, class Use>
  void count_neighbours(const std::vector<std::uint8_t>& by_point, std::size_t labellings,
                        Match match, Use use) const;

  std::vector<Point> points_;
  std::vector<double> radii_;
  std::vector<double> squares_;       // of the radii
  std::vector<std::uint16_t> start_;  // by whole distance: first radius that may reach
  double disc_radius_;
  std::vector<double> weight_;
};

/// K(r) / A without self-pairs: sum / (n (n - 1)); NaN for n < 2.
double unbiased_k(double pair_sum, std::size_t n);
/// K(r) / A between two groups, the mean of both directions: sum / (2 n m); NaN without points.
double cross_k(double cross_sum, std::size_t n, std::size_t m);
/// sqrt(K / pi) - r of K(r) / A and the disc's area.
double l_minus_r(double k_over_area, double disc_area, double radius);

/// Points of the published null model: uniform in the disc, drawn with MT19937 and 53-bit uniforms;
/// all radii first, then all angles. A later draw goes on where the last one ended.
class UniformDisc {
 public:
  explicit UniformDisc(std::uint32_t seed) : words_(seed) {}
  std::vector<Point> draw(std::size_t n, double disc_radius);

 private:
  double uniform();
  std::mt19937 words_;
};

/// Gaussian kernel density at the places `at`; bandwidth by Scott's rule, sd (ddof 1) n^(-1/5).
/// Empty for fewer than two different values.
std::vector<double> kernel_density(std::span<const double> values, std::span<const double> at);

}  // namespace v1::analyses
