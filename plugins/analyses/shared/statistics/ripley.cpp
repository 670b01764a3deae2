#include "plugins/analyses/shared/statistics/ripley.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

#include "plugins/analyses/shared/statistics/statistics.hpp"

namespace v1::analyses {
namespace {

constexpr double pi = std::numbers::pi;

double clamped_acos(double x) { return std::acos(std::clamp(x, -1.0, 1.0)); }

}  // namespace

double disc_overlap(double d, double r, double big) {
  if (d >= r + big) return 0.0;
  if (d <= std::fabs(r - big)) return pi * std::min(r, big) * std::min(r, big);
  const double a = clamped_acos((d * d + r * r - big * big) / (2.0 * d * r));
  const double b = clamped_acos((d * d + big * big - r * r) / (2.0 * d * big));
  return r * r * a + big * big * b -
         0.5 * (r * r * std::sin(2.0 * a) + big * big * std::sin(2.0 * b));
}

std::vector<double> log_spaced(double low, double high, std::size_t count) {
  std::vector<double> out;
  for (std::size_t k = 0; k < count; ++k) {
    const double share = count > 1 ? static_cast<double>(k) / static_cast<double>(count - 1) : 0.0;
    out.push_back(low * std::pow(high / low, share));
  }
  if (count > 1) out.back() = high;
  return out;
}

RipleyCounts::RipleyCounts(std::span<const Point> points, std::span<const double> radii,
                           double disc_radius)
    : points_(points.begin(), points.end()),
      radii_(radii.begin(), radii.end()),
      disc_radius_(disc_radius) {
  if (radii_.empty()) throw std::invalid_argument("Ripley's K needs at least one radius");
  for (const double r : radii_) squares_.push_back(r * r);
  const auto whole = static_cast<std::size_t>(radii_.back()) + 2;
  for (std::size_t d = 0; d < whole; ++d) {
    const auto reach = std::lower_bound(radii_.begin(), radii_.end(), static_cast<double>(d));
    start_.push_back(static_cast<std::uint16_t>(reach - radii_.begin()));
  }
  weight_.reserve(points_.size() * radii_.size());
  for (const Point& p : points_) {
    const double d = std::sqrt(p.x * p.x + p.z * p.z);
    for (const double r : radii_)
      weight_.push_back(disc_overlap(d, r, disc_radius_) / (pi * r * r));
  }
}

double RipleyCounts::disc_area() const { return pi * disc_radius_ * disc_radius_; }

std::size_t RipleyCounts::bin_of(double d2) const {
  if (d2 > squares_.back()) return radii_.size();
  std::size_t bin = start_[static_cast<std::size_t>(std::sqrt(d2))];
  while (bin > 0 && d2 <= squares_[bin - 1]) --bin;
  while (d2 > squares_[bin]) ++bin;
  return bin;
}

std::vector<std::vector<std::uint32_t>> RipleyCounts::neighbours() const {
  std::vector<std::vector<std::uint32_t>> out;
  for (const Point& p : points_) {
    std::vector<std::uint32_t>& counts = out.emplace_back(radii_.size() + 1, 0u);
    for (const Point& q : points_) {
      const double dx = p.x - q.x, dz = p.z - q.z;
      ++counts[bin_of(dx * dx + dz * dz)];
    }
    counts.pop_back();
    for (std::size_t r = 1; r < radii_.size(); ++r) counts[r] += counts[r - 1];
  }
  return out;
}

namespace {

// Labellings are padded to whole blocks, so that the innermost loop has a fixed length and becomes
// vector instructions.
constexpr std::size_t lanes = 16;

std::size_t padded(std::size_t labellings) { return (labellings + lanes - 1) / lanes * lanes; }

std::vector<std::uint8_t> labels_by_point(const std::vector<std::vector<std::uint8_t>>& labels,
                                          std::size_t points) {
  const std::size_t many = padded(labels.size());
  std::vector<std::uint8_t> out(points * many, 0);  // [point][labelling]
  for (std::size_t k = 0; k < labels.size(); ++k) {
    for (std::size_t i = 0; i < points; ++i) out[i * many + k] = labels[k][i];
  }
  return out;
}

/// Adds one for every labelling in which the two labels match.
template <class Match>
void add_matches(std::uint32_t* __restrict counts, const std::uint8_t* __restrict mine,
                 const std::uint8_t* __restrict theirs, std::size_t many, Match match) {
  for (std::size_t first = 0; first < many; first += lanes) {
    for (std::size_t k = 0; k < lanes; ++k) {
      counts[first + k] += match(mine[first + k], theirs[first + k]) ? 1u : 0u;
    }
  }
}

}  // namespace

// The distances are found once for all labellings; the innermost loop runs over these. Calls
// use(point, labelling, radius, count) with the matching neighbours within the radius.
template <class Match, class Use>
void RipleyCounts::count_neighbours(const std::vector<std::uint8_t>& by_point,
                                    std::size_t labellings, Match match, Use use) const {
  const std::size_t n = points_.size(), bins = radii_.size(), many = padded(labellings);
  std::vector<std::uint32_t> counts((bins + 1) * many);  // [bin][labelling]
  for (std::size_t i = 0; i < n; ++i) {
    std::fill(counts.begin(), counts.end(), 0u);
    const std::uint8_t* mine = &by_point[i * many];
    for (std::size_t j = 0; j < n; ++j) {
      const double dx = points_[i].x - points_[j].x, dz = points_[i].z - points_[j].z;
      const std::size_t bin = bin_of(dx * dx + dz * dz);
      if (bin == bins || i == j) continue;
      add_matches(&counts[bin * many], mine, &by_point[j * many], many, match);
    }
    for (std::size_t k = 0; k < labellings; ++k) {
      double so_far = 0.0;
      for (std::size_t r = 0; r < bins; ++r) {
        so_far += counts[r * many + k];
        use(i, k, r, so_far);
      }
    }
  }
}

std::vector<double> RipleyCounts::pair_sums(const std::vector<std::vector<std::uint8_t>>& labels,
                                            std::size_t groups) const {
  const std::size_t bins = radii_.size(), many = labels.size();
  const std::vector<std::uint8_t> by_point = labels_by_point(labels, points_.size());
  std::vector<double> sums(many * groups * bins, 0.0);
  count_neighbours(
      by_point, many, [](std::uint8_t mine, std::uint8_t theirs) { return mine == theirs; },
      [&](std::size_t i, std::size_t k, std::size_t r, double count) {
        const std::uint8_t group = labels[k][i];
        if (group < groups) sums[(k * groups + group) * bins + r] += count / weight(i, r);
      });
  return sums;
}

std::vector<double> RipleyCounts::cross_sums(const std::vector<std::vector<std::uint8_t>>& labels,
                                             std::uint8_t first, std::uint8_t second) const {
  const std::size_t bins = radii_.size(), many = labels.size();
  std::vector<std::uint8_t> by_point = labels_by_point(labels, points_.size());
  // 1 and 2 for the groups, 0 for all others: only 1 and 2 differ in both bits.
  for (std::uint8_t& group : by_point) group = group == first ? 1 : group == second ? 2 : 0;
  std::vector<double> sums(many * bins, 0.0);
  count_neighbours(
      by_point, many, [](std::uint8_t mine, std::uint8_t theirs) { return (mine ^ theirs) == 3; },
      [&](std::size_t i, std::size_t k, std::size_t r, double count) {
        sums[k * bins + r] += count / weight(i, r);
      });
  return sums;
}

double RipleyCounts::self_sum(const std::vector<std::uint8_t>& labels, std::uint8_t group,
                              std::size_t radius) const {
  double sum = 0.0;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    if (labels[i] == group) sum += 1.0 / weight(i, radius);
  }
  return sum;
}

double unbiased_k(double pair_sum, std::size_t n) {
  const auto count = static_cast<double>(n);
  return n < 2 ? std::numeric_limits<double>::quiet_NaN() : pair_sum / (count * (count - 1.0));
}

double cross_k(double cross_sum, std::size_t n, std::size_t m) {
  const double pairs = static_cast<double>(n) * static_cast<double>(m);
  return pairs == 0.0 ? std::numeric_limits<double>::quiet_NaN() : cross_sum / (2.0 * pairs);
}

double l_minus_r(double k_over_area, double disc_area, double radius) {
  return std::sqrt(k_over_area * disc_area / pi) - radius;
}

double UniformDisc::uniform() {
  const double high = words_() >> 5, low = words_() >> 6;
  return (high * 67108864.0 + low) / 9007199254740992.0;
}

std::vector<Point> UniformDisc::draw(std::size_t n, double disc_radius) {
  std::vector<double> radius(n);
  for (double& r : radius) r = disc_radius * std::sqrt(uniform());
  std::vector<Point> out;
  for (const double r : radius) {
    const double angle = 2.0 * pi * uniform();
    out.push_back({r * std::cos(angle), r * std::sin(angle)});
  }
  return out;
}

std::vector<double> kernel_density(std::span<const double> values, std::span<const double> at) {
  const double spread = deviation(values, 1);
  if (!(spread > 0.0)) return {};
  const auto n = static_cast<double>(values.size());
  const double width = spread * std::pow(n, -0.2);
  const double scale = 1.0 / (n * width * std::sqrt(2.0 * pi));
  std::vector<double> out;
  for (const double x : at) {
    double sum = 0.0;
    for (const double value : values) sum += std::exp(-0.5 * std::pow((x - value) / width, 2.0));
    out.push_back(sum * scale);
  }
  return out;
}

}  // namespace v1::analyses
