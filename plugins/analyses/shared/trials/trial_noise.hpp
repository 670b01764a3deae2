#pragma once
#include <cstddef>
#include <utility>
#include <v1e_sdk/dataset.hpp>
#include <vector>

#include "plugins/analyses/shared/trials/trial_conditions.hpp"

/// Which trials had the same background noise: those of one number, in all runs of a seed.
namespace v1::analyses {

using Noise = std::pair<std::ptrdiff_t, double>;  // first run of the seed, number of the trial

/// [run][trial]; the number is the trial column "trial", else the place among those that are there.
std::vector<std::vector<Noise>> find_noise(const std::vector<v1e::Dataset>& datasets);

/// Brings the trials of every condition into one order of their noise: a repetition is then the
/// same noise in every condition, where trials of some runs are missing as well. Noise that not all
/// conditions have comes last.
void line_up_noise(const std::vector<std::vector<Noise>>& noise,
                   std::vector<std::vector<TrialKey>>& trials);

}  // namespace v1::analyses
