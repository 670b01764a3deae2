#include "engine/lgn/movie_reader.hpp"

#include <algorithm>
#include <cstring>

namespace v1::lgn {

namespace {

constexpr std::int64_t frames_per_task = 8;

}  // namespace

void MovieReader::compare(std::int64_t frame, const float* frames) {
  const float* here = frames + static_cast<std::size_t>(frame) * frame_size();
  const float* previous = frame == 0 ? last_.data() : here - frame_size();
  differs_[static_cast<std::size_t>(frame)] =
      std::memcmp(here, previous, frame_size() * sizeof(float)) != 0;
}

// Frames are compared while they are still in the cache. The first one of a task follows the last
// one of another task, so it has to wait.
void MovieReader::fill(std::int64_t first_ms, std::int64_t count, float* frames) {
  if (!source_.concurrent) source_.fill(first_ms, count, frames);
  const std::int64_t tasks = (count + frames_per_task - 1) / frames_per_task;
  pool_.for_each(static_cast<std::size_t>(tasks), [&](std::size_t task) {
    const std::int64_t begin = static_cast<std::int64_t>(task) * frames_per_task;
    const std::int64_t end = std::min(begin + frames_per_task, count);
    if (source_.concurrent) {
      source_.fill(first_ms + begin, end - begin,
                   frames + static_cast<std::size_t>(begin) * frame_size());
    }
    for (std::int64_t frame = begin + 1; frame < end; ++frame) compare(frame, frames);
  });
  for (std::int64_t frame = 0; frame < count; frame += frames_per_task) compare(frame, frames);
}

void MovieReader::read(std::int64_t first_ms, std::int64_t count, float* frames, Stretch& stretch) {
  const std::size_t size = frame_size();
  const auto n = static_cast<std::size_t>(count);
  differs_.resize(n);
  fill(first_ms, count, frames);
  stretch.count = count;
  stretch.shown.resize(n);
  stretch.distinct.clear();
  for (std::size_t i = 0; i < n; ++i) {
    if (differs_[i]) stretch.distinct.push_back(static_cast<std::uint32_t>(i));
    stretch.shown[i] = static_cast<std::uint32_t>(stretch.distinct.size());
  }
  if (n > 0) std::copy_n(frames + (n - 1) * size, size, last_.begin());
}

}  // namespace v1::lgn
