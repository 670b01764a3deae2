#include "plugins/analyses/shared/statistics/similarity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace v1::analyses {
namespace {

// Calls visit(F_a - F_b, width) for every interval between neighbouring values of both samples.
template <class Visit>
void walk(std::span<const double> a, std::span<const double> b, Visit&& visit) {
  std::vector<double> x(a.begin(), a.end()), y(b.begin(), b.end());
  std::sort(x.begin(), x.end());
  std::sort(y.begin(), y.end());
  std::size_t i = 0, j = 0;
  while (i < x.size() || j < y.size()) {
    const double at = j == y.size() || (i < x.size() && x[i] <= y[j]) ? x[i] : y[j];
    while (i < x.size() && x[i] == at) ++i;
    while (j < y.size() && y[j] == at) ++j;
    double next = at;
    if (i < x.size()) next = x[i];
    if (j < y.size()) next = i < x.size() ? std::min(next, y[j]) : y[j];
    visit(static_cast<double>(i) / static_cast<double>(x.size()) -
              static_cast<double>(j) / static_cast<double>(y.size()),
          next - at);
  }
}

}  // namespace

double ks_statistic(std::span<const double> a, std::span<const double> b) {
  if (a.empty() || b.empty()) return std::numeric_limits<double>::quiet_NaN();
  double largest = 0.0;
  walk(a, b, [&](double apart, double) { largest = std::max(largest, std::fabs(apart)); });
  return largest;
}

double wasserstein(std::span<const double> a, std::span<const double> b) {
  if (a.empty() || b.empty()) return std::numeric_limits<double>::quiet_NaN();
  double area = 0.0;
  walk(a, b, [&](double apart, double width) { area += std::fabs(apart) * width; });
  return area;
}

}  // namespace v1::analyses
