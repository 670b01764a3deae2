#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "engine/analysis/run_data.hpp"
#include "engine/recording/run_reader.hpp"

namespace v1::analysis {

/// Gives the network of a run with its synapses; the pointer lives as long as the run data.
using SynapseProvider = std::function<const v1e_network*()>;

/// The run stored in a folder. `synapses` may be empty: then analyses of synapses are refused.
std::shared_ptr<RunData> open_run_data(const std::filesystem::path& run_dir,
                                       SynapseProvider synapses = {});
std::shared_ptr<RunData> make_run_data(std::shared_ptr<const recording::RunReader> reader,
                                       SynapseProvider synapses = {});

/// What was shown in some trials, as analyses see it. Trial numbers of an interrupted run may have
/// gaps; analyses count the trials from 0 and find their numbers in the column "trial".
recording::StimulusInfo of_trials(recording::StimulusInfo info,
                                  const std::vector<std::uint32_t>& trials);

}  // namespace v1::analysis
