#pragma once
#include <cstdint>
#include <vector>

#include "engine/base/parallel.hpp"
#include "engine/lgn/rates.hpp"

namespace v1::lgn {

/// A stretch of the movie. Runs of equal frames are held once: frame i of the stretch shows
/// distinct frame shown[i]; distinct frame 0 is the last one of the stretch before, distinct frame
/// k > 0 is frame distinct[k - 1] of the stretch.
struct Stretch {
  std::int64_t count = 0;
  std::vector<std::uint32_t> shown;
  std::vector<std::uint32_t> distinct;
};

/// Reads a movie from its beginning, a stretch at a time. Before it all is mid-gray.
class MovieReader {
 public:
  MovieReader(const FrameSource& source, ThreadPool& pool)
      : source_(source), pool_(pool), last_(frame_size(), 0.0f) {}

  std::size_t frame_size() const { return static_cast<std::size_t>(source_.rows) * source_.cols; }

  /// Writes the next `count` frames, from trial time first_ms on, to frames[count][rows][cols].
  void read(std::int64_t first_ms, std::int64_t count, float* frames, Stretch& stretch);

 private:
  void fill(std::int64_t first_ms, std::int64_t count, float* frames);
  void compare(std::int64_t frame, const float* frames);

  const FrameSource& source_;
  ThreadPool& pool_;
  std::vector<float> last_;
  std::vector<std::uint8_t> differs_;  // a frame from the one before
};

}  // namespace v1::lgn
