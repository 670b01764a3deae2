#include "plugins/analyses/shared/statistics/statistics.hpp"

#include <algorithm>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {
namespace {

// About the mean, which is found from the first value: the mean of equal values may be another
// number in its last bit, and what they then differ by is no variance.
double sum_of_squares(std::span<const double> values) {
  double shift = 0.0, sum = 0.0;
  for (const double value : values) shift += value - values.front();
  shift /= static_cast<double>(values.size());
  for (const double value : values) sum += std::pow(value - values.front() - shift, 2.0);
  return sum;
}

}  // namespace

std::vector<double> without_nan(std::span<const double> values) {
  std::vector<double> out;
  std::copy_if(values.begin(), values.end(), std::back_inserter(out),
               [](double value) { return !std::isnan(value); });
  return out;
}

double mean(std::span<const double> values) {
  if (values.empty()) return undefined;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double deviation(std::span<const double> values, int ddof) {
  const double free = static_cast<double>(values.size()) - ddof;
  if (values.empty() || free <= 0.0) return undefined;
  return std::sqrt(sum_of_squares(values) / free);
}

double sem(std::span<const double> values) {
  return deviation(values, 1) / std::sqrt(static_cast<double>(values.size()));
}

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return undefined;
  std::sort(values.begin(), values.end());
  const double place = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
}

Anova one_way_anova(const std::vector<std::vector<double>>& groups) {
  std::size_t n = 0, used = 0;
  double total = 0.0;
  for (const auto& group : groups) {
    n += group.size();
    used += group.empty() ? 0 : 1;
    total = std::accumulate(group.begin(), group.end(), total);
  }
  Anova out{undefined, undefined, undefined, undefined};
  if (used < 2 || n <= used) return out;
  const double grand = total / static_cast<double>(n);
  double between = 0.0, within = 0.0;
  for (const auto& group : groups) {
    if (group.empty()) continue;
    const double center = mean(group);
    between += static_cast<double>(group.size()) * (center - grand) * (center - grand);
    within += sum_of_squares(group);
  }
  out.df_between = static_cast<double>(used - 1);
  out.df_within = static_cast<double>(n - used);
  if (within == 0.0) return out;
  out.f = (between / out.df_between) / (within / out.df_within);
  const boost::math::fisher_f distribution(out.df_between, out.df_within);
  out.p = boost::math::cdf(boost::math::complement(distribution, out.f));
  return out;
}

Welch welch_test(std::span<const double> a, std::span<const double> b) {
  Welch out{undefined, undefined, undefined, mean(a) - mean(b), undefined, undefined};
  if (a.size() < 2 || b.size() < 2) return out;
  const double va = deviation(a, 1) * deviation(a, 1) / static_cast<double>(a.size());
  const double vb = deviation(b, 1) * deviation(b, 1) / static_cast<double>(b.size());
  if (va + vb == 0.0) return out;
  out.t = out.difference / std::sqrt(va + vb);
  out.df =
      (va + vb) * (va + vb) /
      (va * va / static_cast<double>(a.size() - 1) + vb * vb / static_cast<double>(b.size() - 1));
  const boost::math::students_t distribution(out.df);
  out.p = 2.0 * boost::math::cdf(boost::math::complement(distribution, std::abs(out.t)));
  const double reach =
      boost::math::quantile(boost::math::complement(distribution, 0.025)) * std::sqrt(va + vb);
  out.low_95 = out.difference - reach;
  out.high_95 = out.difference + reach;
  return out;
}

double cohen_d(std::span<const double> a, std::span<const double> b) {
  if (a.size() < 2 || b.size() < 2) return undefined;
  const double pooled =
      (sum_of_squares(a) + sum_of_squares(b)) / static_cast<double>(a.size() + b.size() - 2);
  return pooled == 0.0 ? undefined : (mean(a) - mean(b)) / std::sqrt(pooled);
}

namespace {

/// The defined values in ascending order, as indices.
std::vector<std::size_t> ascending_order(std::span<const double> values) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isnan(values[i])) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t i, std::size_t j) { return values[i] < values[j]; });
  return order;
}

}  // namespace

std::vector<double> holm(std::span<const double> p) {
  std::vector<double> out(p.size(), undefined);
  double largest = 0.0;
  const auto order = ascending_order(p);
  for (std::size_t k = 0; k < order.size(); ++k) {
    largest = std::max(largest, p[order[k]] * static_cast<double>(order.size() - k));
    out[order[k]] = std::min(largest, 1.0);
  }
  return out;
}

std::vector<double> benjamini_hochberg(std::span<const double> p) {
  std::vector<double> out(p.size(), undefined);
  double smallest = 1.0;
  const auto order = ascending_order(p);
  for (std::size_t k = order.size(); k-- > 0;) {
    const double scale = static_cast<double>(order.size()) / static_cast<double>(k + 1);
    smallest = std::min(smallest, p[order[k]] * scale);
    out[order[k]] = smallest;
  }
  return out;
}

std::string_view stars(double p) {
  if (p <= 1e-4) return "****";
  if (p <= 1e-3) return "***";
  if (p <= 0.01) return "**";
  if (p <= 0.05) return "*";
  return "ns";
}

}  // namespace v1::analyses
