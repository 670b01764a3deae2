#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <numeric>

#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {
namespace {

struct Ranks {
  std::vector<double> rank;  // midranks from 1, in the order given
  double ties = 0.0;         // sum of t^3 - t
};

Ranks midranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t i, std::size_t j) { return values[i] < values[j]; });
  Ranks out;
  out.rank.resize(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last < order.size() && values[order[last]] == values[order[first]]) ++last;
    const double shared = 0.5 * static_cast<double>(first + 1 + last);
    for (std::size_t k = first; k < last; ++k) out.rank[order[k]] = shared;
    const auto t = static_cast<double>(last - first);
    out.ties += t * t * t - t;
    first = last;
  }
  return out;
}

constexpr std::size_t most_exact = 50;

// Probability that the sum of a random subset of the ranks is at most `sum`. Midranks are multiples
// of a half, so their doubles are counted.
double subset_sum_probability(const std::vector<double>& ranks, double sum) {
  const auto doubled = [](double value) {
    return static_cast<std::size_t>(std::llround(2 * value));
  };
  std::vector<double> ways(doubled(sum) + 1, 0.0);
  ways[0] = 1.0;
  for (const double rank : ranks) {
    const std::size_t step = doubled(rank);
    for (std::size_t s = ways.size(); s-- > step;) ways[s] += ways[s - step];
  }
  const double subsets = std::accumulate(ways.begin(), ways.end(), 0.0);
  return std::ldexp(subsets, -static_cast<int>(ranks.size()));
}

}  // namespace

MannWhitney mann_whitney(std::span<const double> a, std::span<const double> b) {
  MannWhitney out{undefined, undefined};
  if (a.empty() || b.empty()) return out;
  std::vector<double> joined(a.begin(), a.end());
  joined.insert(joined.end(), b.begin(), b.end());
  const Ranks ranks = midranks(joined);
  const auto na = static_cast<double>(a.size()), nb = static_cast<double>(b.size());
  const double n = na + nb;
  const double sum = std::accumulate(
      ranks.rank.begin(), ranks.rank.begin() + static_cast<std::ptrdiff_t>(a.size()), 0.0);
  out.u_first = sum - na * (na + 1.0) / 2.0;
  const double variance = na * nb / 12.0 * (n + 1.0 - ranks.ties / (n * (n - 1.0)));
  if (!(variance > 0.0)) return out;
  const double larger = std::max(out.u_first, na * nb - out.u_first);
  const double z = (larger - na * nb / 2.0 - 0.5) / std::sqrt(variance);
  out.p = std::min(std::erfc(z / std::sqrt(2.0)), 1.0);
  return out;
}

SignedRank signed_rank(std::span<const double> differences) {
  SignedRank out{undefined, undefined};
  std::vector<double> sizes, signs;
  for (const double d : differences) {
    if (d == 0.0) continue;
    sizes.push_back(std::abs(d));
    signs.push_back(d);
  }
  if (sizes.empty()) return out;
  const Ranks ranks = midranks(sizes);
  out.w_positive = 0.0;
  for (std::size_t i = 0; i < signs.size(); ++i) {
    if (signs[i] > 0.0) out.w_positive += ranks.rank[i];
  }
  const auto n = static_cast<double>(sizes.size());
  const double total = n * (n + 1.0) / 2.0;
  const double smaller = std::min(out.w_positive, total - out.w_positive);
  if (sizes.size() <= most_exact) {
    out.p = std::min(2.0 * subset_sum_probability(ranks.rank, smaller), 1.0);
    return out;
  }
  const double variance = n * (n + 1.0) * (2.0 * n + 1.0) / 24.0 - ranks.ties / 48.0;
  const double z = (smaller - total / 2.0) / std::sqrt(variance);
  out.p = std::min(std::erfc(-z / std::sqrt(2.0)), 1.0);
  return out;
}

KruskalWallis kruskal_wallis(const std::vector<std::vector<double>>& groups) {
  KruskalWallis out{undefined, undefined, undefined};
  std::vector<double> joined;
  std::size_t used = 0;
  for (const auto& group : groups) {
    joined.insert(joined.end(), group.begin(), group.end());
    used += group.empty() ? 0 : 1;
  }
  if (used < 2) return out;
  const Ranks ranks = midranks(joined);
  const auto n = static_cast<double>(joined.size());
  const double tie_factor = 1.0 - ranks.ties / (n * n * n - n);
  if (!(tie_factor > 0.0)) return out;
  double h = 0.0;
  auto at = ranks.rank.begin();
  for (const auto& group : groups) {
    if (group.empty()) continue;
    const auto end = at + static_cast<std::ptrdiff_t>(group.size());
    const double sum = std::accumulate(at, end, 0.0);
    h += sum * sum / static_cast<double>(group.size());
    at = end;
  }
  out.h = (12.0 / (n * (n + 1.0)) * h - 3.0 * (n + 1.0)) / tie_factor;
  out.df = static_cast<double>(used - 1);
  out.p = boost::math::cdf(
      boost::math::complement(boost::math::chi_squared(out.df), std::max(out.h, 0.0)));
  return out;
}

}  // namespace v1::analyses
