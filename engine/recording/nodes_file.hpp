#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/network/network.hpp"
#include "engine/recording/plan.hpp"

/// nodes.h5: the network without its synapses, and what the run records.
namespace v1::recording {

/// The part of a RecordingPlan that must not change during a run. ProbePlan::positions is filled
/// for every probe.
struct RecordingLayout {
  double dt_ms = 1.0;
  std::int64_t steps_per_trial = 0;
  std::uint64_t seed = 0;
  std::vector<ProbePlan> probes;
  std::optional<std::vector<std::uint32_t>> spike_positions;
  std::vector<std::uint32_t> spike_blocks;
};

struct NodesFile {
  network::Network network;  // no edges
  RecordingLayout layout;
};

/// Replaces the file at once.
void write_nodes(const std::filesystem::path& path, const RecordingPlan& plan);

/// Throws Error(data) naming the file.
NodesFile read_nodes(const std::filesystem::path& path);

/// Empty when the stored run is the plan's; else what differs ("dt is 1 ms there, 0.5 ms here").
std::string layout_difference(const NodesFile& stored, const RecordingPlan& plan);

}  // namespace v1::recording
