#pragma once
#include <filesystem>
#include <string>

#include "engine/run/experiment.hpp"

namespace v1::run {

/// What a run will do and need.
struct RunPlan {
  std::uint64_t neurons = 0;
  std::uint64_t synapses = 0;
  std::int64_t steps = 0;               // all trials
  std::uint64_t bytes_to_write = 0;     // before compression
  std::uint64_t least_bytes = 0;        // that are written, however well they compress
  std::uint64_t memory_bytes = 0;       // host: this process now plus the backend
  std::uint64_t device_bytes = 0;       // 0: the backend runs on the host
  std::uint64_t device_bytes_free = 0;  // now
};
RunPlan make_plan(const Experiment& experiment, const Session& session);

/// Several lines for people.
std::string plan_text(const RunPlan& plan, const Experiment& experiment, const Session& session);

/// What is left to do of a run with so many of its trials finished.
RunPlan without_finished(RunPlan plan, std::size_t finished, std::uint32_t trials);

/// Throws Error(memory) when memory, that of the device or the disk under `output` will not do.
void check_resources(const RunPlan& plan, const std::filesystem::path& output);

}  // namespace v1::run
