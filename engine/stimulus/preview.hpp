#pragma once
#include <cstdint>
#include <vector>

#include "engine/stimulus/stimulus_player.hpp"

namespace v1::stimulus {

/// Small pictures of a stimulus at telling moments of a trial, and its course over time.
struct Preview {
  std::uint32_t rows = 0, cols = 0;  // of a picture
  double deg_per_cell = 1.0;         // width of one of its cells
  std::vector<double> time_ms;       // one per picture, ascending
  std::vector<float> luminance;      // [picture][row][col], means over cells
  std::vector<double> course_ms;     // samples of the course
  std::vector<double> mean;          // luminance averaged over the field
  std::vector<double> contrast;      // standard deviation over the field
};

/// Pictures of `trial` of a player that makes frames. `count` pictures are shared out over the
/// stretches between its markers: one for a stretch in which nothing moves, the more the longer
/// for the others. `most_cols`: wider fields are averaged down.
Preview make_preview(const StimulusPlayer& player, const Environment& env, std::uint32_t trial,
                     std::size_t count, std::uint32_t most_cols = 80);

}  // namespace v1::stimulus
