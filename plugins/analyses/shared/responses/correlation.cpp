#include "plugins/analyses/shared/responses/correlation.hpp"

#include <algorithm>
#include <cmath>

#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {
namespace {

std::vector<double> joined(const Responses& responses) {
  std::vector<double> out;
  for (const auto& trials : responses) out.insert(out.end(), trials.begin(), trials.end());
  return out;
}

}  // namespace

double pearson(std::span<const double> a, std::span<const double> b) {
  const std::size_t n = std::min(a.size(), b.size());
  if (n < 2) return undefined;
  const double center_a = mean(a.first(n)), center_b = mean(b.first(n));
  double aa = 0.0, bb = 0.0, ab = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = a[i] - center_a, y = b[i] - center_b;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  // What rounding leaves of a constant is no variance.
  const double noise = 1e-28 * static_cast<double>(n);
  if (aa <= noise * center_a * center_a || bb <= noise * center_b * center_b) return undefined;
  return std::clamp(ab / std::sqrt(aa * bb), -1.0, 1.0);
}

std::vector<double> stimulus_means(const Responses& responses) {
  std::vector<double> out;
  for (const auto& trials : responses) out.push_back(mean(trials));
  return out;
}

std::vector<double> standard_residuals(const Responses& responses) {
  std::vector<double> out;
  for (const auto& trials : responses) {
    const double center = mean(trials), spread = deviation(trials, 0);
    for (const double value : trials) {
      out.push_back(spread > 0.0 ? (value - center) / spread : 0.0);
    }
  }
  return out;
}

double signal_correlation(const Responses& a, const Responses& b) {
  return pearson(stimulus_means(a), stimulus_means(b));
}

double noise_correlation(const Responses& a, const Responses& b) {
  Responses both_a, both_b;
  for (std::size_t s = 0; s < std::min(a.size(), b.size()); ++s) {
    if (!(deviation(a[s], 0) > 0.0) || !(deviation(b[s], 0) > 0.0)) continue;
    both_a.push_back(a[s]);
    both_b.push_back(b[s]);
  }
  return pearson(standard_residuals(both_a), standard_residuals(both_b));
}

double total_correlation(const Responses& a, const Responses& b) {
  return pearson(joined(a), joined(b));
}

double split_half_reliability(const Responses& responses) {
  std::vector<double> first, second;
  for (const auto& trials : responses) {
    if (trials.size() < 2) return undefined;
    const auto middle = trials.begin() + static_cast<std::ptrdiff_t>(trials.size() / 2);
    first.push_back(mean(std::vector<double>(trials.begin(), middle)));
    second.push_back(mean(std::vector<double>(middle, trials.end())));
  }
  return pearson(first, second);
}

double spearman_brown(double r) {
  const double scale = 1.0 + r;
  return scale < 1e-12 ? undefined : 2.0 * r / scale;
}

double sparsity(std::span<const double> rates) {
  const auto n = static_cast<double>(rates.size());
  if (rates.size() < 2) return undefined;
  double sum = 0.0, squares = 0.0;
  for (const double rate : rates) {
    sum += rate;
    squares += rate * rate;
  }
  if (squares == 0.0) return undefined;
  return (1.0 - sum * sum / n / squares) / (1.0 - 1.0 / n);
}

}  // namespace v1::analyses
