#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "engine/analysis/reader_data.hpp"
#include "engine/recording/plan.hpp"

namespace v1::analysis {

/// A run as it will be once all its trials are simulated: what analyses know before they read
/// anything. Reading a recording of it is an Error(internal). The plan's network is lent.
std::shared_ptr<RunData> planned_run_data(const recording::RecordingPlan& plan, std::string label,
                                          const std::filesystem::path& analyses_dir,
                                          SynapseProvider synapses);

}  // namespace v1::analysis
