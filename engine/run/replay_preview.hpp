#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/parallel.hpp"
#include "engine/stimulus/stimulus_description.hpp"
#include "engine/stimulus/stimulus_player.hpp"

namespace v1::run {

/// Activity of the LGN units where a stimulus replays rates or spikes instead of showing pictures:
/// mean rate [Hz] over groups of neighbouring units and stretches of a trial.
struct ReplayPreview {
  std::string label;  // of the condition; "" for a single stimulus
  double bin_ms = 1.0;
  std::uint64_t unit_count = 0;
  std::uint64_t units_per_group = 1;
  std::size_t bins = 0;
  std::size_t groups = 0;
  std::vector<double> hz;                 // [group][bin]
  std::vector<stimulus::Marker> markers;  // of the stimulus that the condition shows
};

/// The rates or spikes (env.output) of one trial in at most `most_bins` x `most_groups` cells.
ReplayPreview make_replay_preview(const stimulus::StimulusPlayer& player,
                                  const stimulus::Environment& env, std::uint32_t trial,
                                  std::size_t most_bins = 125, std::size_t most_groups = 60);

/// Writes tables, figure specification and picture `replay` into `folder`, where the report finds
/// them. Nothing is written when there are no previews.
void write_replay_preview(const std::filesystem::path& folder, const std::string& stimulus,
                          const std::vector<ReplayPreview>& previews, std::size_t conditions,
                          ThreadPool& pool);

}  // namespace v1::run
