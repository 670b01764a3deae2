#include "engine/figures/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace v1::figures {

double quantile_sorted(std::span<const double> ascending, double q) {
  const double position = q * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  if (below + 1 >= ascending.size()) return ascending.back();
  const double fraction = position - static_cast<double>(below);
  return ascending[below] + (ascending[below + 1] - ascending[below]) * fraction;
}

BoxStats box_stats(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  BoxStats box;
  box.q1 = quantile_sorted(values, 0.25);
  box.median = quantile_sorted(values, 0.5);
  box.q3 = quantile_sorted(values, 0.75);
  box.mean =
      std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  const double reach = 1.5 * (box.q3 - box.q1);
  box.low = box.q1;
  box.high = box.q3;
  for (const double value : values) {
    if (value < box.q1 - reach || value > box.q3 + reach) {
      box.fliers.push_back(value);
    } else {
      box.low = std::min(box.low, value);
      box.high = std::max(box.high, value);
    }
  }
  return box;
}

double scott_bandwidth(std::span<const double> values) {
  if (values.size() < 2) return 0.0;
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0.0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / (n - 1.0)) * std::pow(n, -0.2);
}

double kernel_density(std::span<const double> values, double bandwidth, double x) {
  double sum = 0.0;
  for (const double value : values) {
    const double z = (x - value) / bandwidth;
    if (std::abs(z) < 9.0) sum += std::exp(-0.5 * z * z);
  }
  constexpr double sqrt_two_pi = 2.5066282746310002;
  return sum / (static_cast<double>(values.size()) * bandwidth * sqrt_two_pi);
}

DensityCurve density_curve(std::span<const double> values, double bandwidth, double cut,
                           std::size_t points) {
  DensityCurve curve;
  if (values.empty() || bandwidth <= 0.0) return curve;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double begin = *low - cut * bandwidth;
  const double end = *high + cut * bandwidth;
  for (std::size_t i = 0; i < points; ++i) {
    const double x =
        begin + (end - begin) * static_cast<double>(i) / static_cast<double>(points - 1);
    curve.x.push_back(x);
    curve.density.push_back(kernel_density(values, bandwidth, x));
  }
  return curve;
}

std::vector<double> linear_edges(double low, double high, std::size_t bins) {
  std::vector<double> edges(bins + 1);
  for (std::size_t i = 0; i <= bins; ++i)
    edges[i] = low + (high - low) * static_cast<double>(i) / static_cast<double>(bins);
  edges.back() = high;
  return edges;
}

std::vector<double> log_edges(double low, double high, std::size_t bins) {
  std::vector<double> edges = linear_edges(std::log10(low), std::log10(high), bins);
  for (double& edge : edges) edge = std::pow(10.0, edge);
  edges.front() = low;
  edges.back() = high;
  return edges;
}

std::vector<double> width_edges(double low, double high, double width) {
  const double first = std::floor(low / width);
  const double last = std::max(std::ceil(high / width), first + 1.0);
  if (!(last - first <= 100000.0)) return {};
  std::vector<double> edges;
  for (double i = first; i <= last; i += 1.0) edges.push_back(i * width);
  return edges;
}

std::vector<double> histogram(std::span<const double> values, std::span<const double> weights,
                              std::span<const double> edges) {
  std::vector<double> sums(edges.size() - 1, 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = values[i];
    if (!(value >= edges.front() && value <= edges.back())) continue;
    const auto above = std::upper_bound(edges.begin(), edges.end(), value);
    const std::size_t bin =
        std::min(static_cast<std::size_t>(above - edges.begin()) - 1, sums.size() - 1);
    sums[bin] += weights.empty() ? 1.0 : weights[i];
  }
  return sums;
}

namespace {

/// Smallest |offset| (positive first) at which a dot clears its placed neighbours.
double free_offset(double value, double diameter,
                   const std::vector<std::pair<double, double>>& placed, std::size_t first) {
  std::vector<std::pair<double, double>> blocked;  // open intervals of offsets
  for (std::size_t k = first; k < placed.size(); ++k) {
    const double gap = value - placed[k].first;
    const double reach = std::sqrt(std::max(0.0, diameter * diameter - gap * gap));
    blocked.emplace_back(placed[k].second - reach, placed[k].second + reach);
  }
  std::vector<double> candidates = {0.0};
  for (const auto& [low, high] : blocked) {
    candidates.push_back(low);
    candidates.push_back(high);
  }
  std::sort(candidates.begin(), candidates.end(), [](double a, double b) {
    return std::abs(a) != std::abs(b) ? std::abs(a) < std::abs(b) : a > b;
  });
  const double slack = 1e-9 * diameter;
  for (const double offset : candidates) {
    const bool taken = std::any_of(blocked.begin(), blocked.end(), [&](const auto& interval) {
      return offset > interval.first + slack && offset < interval.second - slack;
    });
    if (!taken) return offset;
  }
  return 0.0;
}

}  // namespace

std::vector<double> swarm_offsets(std::span<const double> values, double diameter,
                                  double half_width) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> offsets(values.size(), 0.0);
  std::vector<std::pair<double, double>> placed;  // value, offset; ascending in value
  std::size_t first = 0;
  for (const std::size_t i : order) {
    while (first < placed.size() && values[i] - placed[first].first >= diameter) ++first;
    // A crowd this dense cannot be spread any more: alternate over the whole width.
    const std::size_t near = placed.size() - first;
    const bool crowded = static_cast<double>(near) * diameter > 8.0 * half_width + 40.0 * diameter;
    const double golden = std::fmod(static_cast<double>(placed.size()) * 0.6180339887498949, 1.0);
    offsets[i] = crowded ? (2.0 * golden - 1.0) * half_width
                         : free_offset(values[i], diameter, placed, first);
    placed.emplace_back(values[i], offsets[i]);
  }
  double widest = 0.0;
  for (const double offset : offsets) widest = std::max(widest, std::abs(offset));
  if (widest > half_width)
    for (double& offset : offsets) offset = std::clamp(offset, -half_width, half_width);
  return offsets;
}

}  // namespace v1::figures
