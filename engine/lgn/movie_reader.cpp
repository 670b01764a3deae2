#include "engine/lgn/movie_reader.hpp"

#include <algorithm>
#include <cstring>

namespace v1::lgn {

namespace {

constexpr std::int64_t frames_per_fill = 16;

}  // namespace

void MovieReader::fill(std::int64_t first_ms, std::int64_t count, float* frames) {
  if (!source_.concurrent) return source_.fill(first_ms, count, frames);
  const std::int64_t tasks = (count + frames_per_fill - 1) / frames_per_fill;
  pool_.for_each(static_cast<std::size_t>(tasks), [&](std::size_t task) {
    const std::int64_t begin = static_cast<std::int64_t>(task) * frames_per_fill;
    source_.fill(first_ms + begin, std::min(frames_per_fill, count - begin),
                 frames + static_cast<std::size_t>(begin) * frame_size());
  });
}

void MovieReader::read(std::int64_t first_ms, std::int64_t count, float* frames, Stretch& stretch) {
  fill(first_ms, count, frames);
  const std::size_t size = frame_size();
  const auto n = static_cast<std::size_t>(count);
  differs_.resize(n);
  pool_.for_each(n, [&](std::size_t i) {
    const float* previous = i == 0 ? last_.data() : frames + (i - 1) * size;
    differs_[i] = std::memcmp(frames + i * size, previous, size * sizeof(float)) != 0;
  });
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
