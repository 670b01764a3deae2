#pragma once
#include <filesystem>
#include <functional>
#include <memory>

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

}  // namespace v1::analysis
