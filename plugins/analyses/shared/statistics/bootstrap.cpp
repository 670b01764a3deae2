#include "plugins/analyses/shared/statistics/bootstrap.hpp"

#include <cmath>

#include "plugins/analyses/shared/statistics/random_picks.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {

Interval bootstrap_interval(std::size_t n,
                            const std::function<double(std::span<const std::size_t>)>& statistic) {
  if (n < 2) return {undefined, undefined};
  RandomPicks picks;
  std::vector<double> values;
  for (std::size_t draw = 0; draw < bootstrap_draws; ++draw) {
    const double value = statistic(picks.with_replacement(n, n));
    if (std::isfinite(value)) values.push_back(value);
  }
  if (values.empty()) return {undefined, undefined};
  return {quantile(values, 0.025), quantile(values, 0.975)};
}

}  // namespace v1::analyses
