#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/parallel.hpp"
#include "engine/stimulus/preview.hpp"
#include "engine/stimulus/stimulus_description.hpp"

namespace v1::run {

/// Pictures of the stimulus in one condition.
struct ConditionPreview {
  std::string label;  // "" for a single stimulus
  stimulus::Preview preview;
  std::vector<stimulus::Marker> markers;  // of the stimulus that the condition shows
};

/// Writes tables, figure specification and pictures of the stimulus into RUN/stimulus, where the
/// report finds them. `conditions` beyond those given are mentioned. A missing plotting program is
/// a warning.
void write_stimulus_preview(const std::filesystem::path& folder, const std::string& stimulus,
                            const std::vector<ConditionPreview>& previews, std::size_t conditions,
                            ThreadPool& pool);

}  // namespace v1::run
