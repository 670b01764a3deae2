#pragma once
#include <filesystem>
#include <map>

#include "engine/recording/trial_index.hpp"

/// spikes.h5 and recordings.h5: HDF5 virtual datasets over all finished trials.
namespace v1::recording {

using TrialIndex = std::map<std::uint32_t, TrialSummary>;

/// Replaces both files; they refer to trials/NNNN.h5 by relative paths, so the folder may move.
void write_views(const std::filesystem::path& dir, const RecordingPlan& plan,
                 const StoredGroups& groups, const TrialIndex& trials);

}  // namespace v1::recording
