#include <algorithm>
#include <boost/math/special_functions/binomial.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "plugins/analyses/shared/statistics/random_picks.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"

namespace v1::analyses {

double permutation_p(std::span<const double> a, std::span<const double> b,
                     std::size_t most_splits) {
  if (a.empty() || b.empty()) return std::numeric_limits<double>::quiet_NaN();
  if (b.size() < a.size()) std::swap(a, b);  // a split is drawn by its smaller part
  std::vector<double> joined(a.begin(), a.end());
  joined.insert(joined.end(), b.begin(), b.end());
  const double total = std::accumulate(joined.begin(), joined.end(), 0.0);
  const auto na = static_cast<double>(a.size()), nb = static_cast<double>(b.size());
  const auto difference = [&](double sum_a) {
    return std::fabs(sum_a / na - (total - sum_a) / nb);
  };
  const double observed = difference(std::accumulate(a.begin(), a.end(), 0.0));
  // Sums of the same values in another order differ in their last bits.
  const double least = observed - 1e-12 * std::max(observed, std::fabs(total / (na + nb)));
  const auto n = static_cast<unsigned>(joined.size()), k = static_cast<unsigned>(a.size());
  std::size_t extreme = 0, splits = 0;
  const bool exact = n <= 60 && boost::math::binomial_coefficient<double>(n, k) <=
                                    static_cast<double>(most_splits);
  if (exact) {
    std::vector<char> chosen(joined.size(), 0);
    std::fill(chosen.begin(), chosen.begin() + static_cast<std::ptrdiff_t>(k), 1);
    do {
      double sum = 0.0;
      for (std::size_t i = 0; i < joined.size(); ++i) sum += chosen[i] != 0 ? joined[i] : 0.0;
      ++splits;
      if (difference(sum) >= least) ++extreme;
    } while (std::prev_permutation(chosen.begin(), chosen.end()));
    return static_cast<double>(extreme) / static_cast<double>(splits);
  }
  // Bounded work however large the groups: fewer random splits of more values.
  constexpr std::size_t most_values = 50'000'000;
  const std::size_t draws = std::clamp<std::size_t>(most_values / joined.size(), 1000,
                                                    std::max<std::size_t>(most_splits, 1000));
  RandomPicks picks;
  for (splits = 1, extreme = 1; splits < draws; ++splits) {
    // The first k of a partial shuffle.
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const auto j = i + picks.integer(static_cast<std::uint32_t>(joined.size() - 1 - i));
      std::swap(joined[i], joined[j]);
      sum += joined[i];
    }
    if (difference(sum) >= least) ++extreme;
  }
  return static_cast<double>(extreme) / static_cast<double>(splits);
}

}  // namespace v1::analyses
