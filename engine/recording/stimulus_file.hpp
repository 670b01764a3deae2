#pragma once
#include <filesystem>

#include "engine/recording/plan.hpp"

/// stimulus.h5: trial table, markers, strips, sample rates.
namespace v1::recording {

/// Replaces the file at once. May be called again during a run, once more is known.
void write_stimulus(const std::filesystem::path& path, const StimulusInfo& info);

/// Throws Error(data) naming the file.
StimulusInfo read_stimulus(const std::filesystem::path& path);

}  // namespace v1::recording
