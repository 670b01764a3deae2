#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "plugins/analyses/shared/responses/direction_tuning.hpp"

namespace v1::analyses {

struct NeuronTuning;

/// Summary of the neurons of one population; rates in Hz, NaN where there is nothing to average.
struct CellType {
  std::string population;
  std::size_t neurons = 0;
  double spontaneous_mean = 0.0, spontaneous_median = 0.0;
  double evoked_mean = 0.0, evoked_median = 0.0, evoked_q25 = 0.0, evoked_q75 = 0.0;
  double best_median = 0.0;      // rate in the best direction
  double silent_fraction = 0.0;  // no spike in any evoked window
  std::size_t selective = 0;     // neurons with a selectivity
  double osi_median = 0.0, dsi_median = 0.0;
  double tuned_fraction = 0.0;  // of the selective ones: orientation_p < 0.05
};

std::vector<CellType> summarize(const NeuronTuning& tuning,
                                const std::vector<std::string>& populations,
                                const std::vector<std::size_t>& population_of);

}  // namespace v1::analyses
