#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>

#include "engine/simulate/sink.hpp"

/// checkpoint.h5: the backend's state at the end of a trial, one dataset per array.
namespace v1::recording {

struct Checkpoint {
  std::uint32_t trial = 0;  // the last trial that is part of the state
  std::uint64_t network_hash = 0;
  simulate::BackendState state;
};

/// Writes the file, synced. Callers rename it into place.
void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);

/// Throws Error(data) naming the file when it is missing or broken.
Checkpoint read_checkpoint(const std::filesystem::path& path);

/// Trial of a checkpoint file; nothing when there is no readable one.
std::optional<std::uint32_t> checkpoint_trial(const std::filesystem::path& path);

}  // namespace v1::recording
