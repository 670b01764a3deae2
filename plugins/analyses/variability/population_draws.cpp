#include "plugins/analyses/variability/population_draws.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "plugins/analyses/shared/statistics/random_picks.hpp"

namespace v1::analyses {
namespace {

constexpr std::uint32_t resolution = 1u << 24;

// A normal variate by inversion, so that it takes exactly one word.
double normal(RandomPicks& picks, double mean, double sd) {
  const double u = (picks.integer(resolution - 1) + 0.5) / resolution;
  return mean + sd * boost::math::quantile(boost::math::normal(), u);
}

}  // namespace

void PopulationDraws::draw(std::size_t count, double size_mean, double size_sd,
                           const std::vector<std::size_t>& candidates,
                           const std::vector<TrialKey>& trials) {
  RandomPicks picks;
  if (candidates.size() < 2) return;
  for (std::uint32_t d = 0; d < count; ++d) {
    const double wanted = std::round(normal(picks, size_mean, size_sd));
    const auto size = static_cast<std::size_t>(std::max(wanted, 2.0));
    const TrialKey& trial = trials[picks.integer(static_cast<std::uint32_t>(trials.size() - 1))];
    trial_of_.push_back(trial);
    for (const std::size_t k : picks.without_replacement(candidates.size(), size)) {
      members_[trial][candidates[k]].push_back(d);
    }
  }
}

const std::vector<std::uint32_t>* PopulationDraws::draws_with(const TrialKey& trial,
                                                              std::size_t neuron) const {
  const auto of_trial = members_.find(trial);
  if (of_trial == members_.end()) return nullptr;
  const auto found = of_trial->second.find(neuron);
  return found == of_trial->second.end() ? nullptr : &found->second;
}

}  // namespace v1::analyses
