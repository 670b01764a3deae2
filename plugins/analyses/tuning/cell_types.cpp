#include "plugins/analyses/tuning/cell_types.hpp"

#include <cmath>
#include <limits>

#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/tuning/tuning.hpp"

namespace v1::analyses {
namespace {

double quantile_or_nan(const std::vector<double>& values, double q) {
  return values.empty() ? std::numeric_limits<double>::quiet_NaN() : quantile(values, q);
}

CellType summarize_one(const NeuronTuning& tuning, const std::vector<std::size_t>& members) {
  std::vector<double> spontaneous, evoked, best, osi, dsi;
  std::size_t silent = 0, tested = 0, tuned = 0;
  for (const std::size_t i : members) {
    spontaneous.push_back(tuning.spontaneous[i]);
    evoked.push_back(tuning.evoked[i]);
    best.push_back(tuning.best_rate[i]);
    silent += tuning.best_rate[i] == 0.0 ? 1 : 0;
    if (tuning.selectivity.empty() || std::isnan(tuning.selectivity[i].osi)) continue;
    osi.push_back(tuning.selectivity[i].osi);
    dsi.push_back(tuning.selectivity[i].dsi);
    if (std::isnan(tuning.tuned_p[i])) continue;
    ++tested;
    tuned += tuning.tuned_p[i] < 0.05 ? 1 : 0;
  }
  CellType type;
  type.neurons = members.size();
  type.spontaneous_mean = mean(spontaneous);
  type.spontaneous_median = quantile_or_nan(spontaneous, 0.5);
  type.evoked_mean = mean(evoked);
  type.evoked_median = quantile_or_nan(evoked, 0.5);
  type.evoked_q25 = quantile_or_nan(evoked, 0.25);
  type.evoked_q75 = quantile_or_nan(evoked, 0.75);
  type.best_median = quantile_or_nan(best, 0.5);
  type.silent_fraction = static_cast<double>(silent) / static_cast<double>(members.size());
  type.selective = osi.size();
  type.osi_median = quantile_or_nan(osi, 0.5);
  type.dsi_median = quantile_or_nan(dsi, 0.5);
  type.tuned_fraction = tested == 0 ? std::numeric_limits<double>::quiet_NaN()
                                    : static_cast<double>(tuned) / static_cast<double>(tested);
  return type;
}

}  // namespace

std::vector<CellType> summarize(const NeuronTuning& tuning,
                                const std::vector<std::string>& populations,
                                const std::vector<std::size_t>& population_of) {
  std::vector<std::vector<std::size_t>> members(populations.size());
  for (std::size_t i = 0; i < population_of.size(); ++i) members[population_of[i]].push_back(i);
  std::vector<CellType> types;
  for (std::size_t p = 0; p < populations.size(); ++p) {
    types.push_back(summarize_one(tuning, members[p]));
    types.back().population = populations[p];
  }
  return types;
}

}  // namespace v1::analyses
