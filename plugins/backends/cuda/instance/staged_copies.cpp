#include "plugins/backends/cuda/instance/staged_copies.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "plugins/backends/cuda/instance/parallel.hpp"

namespace v1::cuda {

void StagedCopies::upload(void* to, const void* from, std::uint64_t bytes) {
  constexpr std::uint64_t bytes_per_task = 256 << 10;
  const auto* const first = static_cast<const unsigned char*>(from);
  for (std::uint64_t begin = 0; begin < bytes; begin += piece_bytes_) {
    const std::uint64_t size = std::min(piece_bytes_, bytes - begin);
    unsigned char* const room = lend(size);
    for_each(host_, (size + bytes_per_task - 1) / bytes_per_task, [&](std::uint64_t task) {
      const std::uint64_t at = task * bytes_per_task;
      std::memcpy(room + at, first + begin + at, std::min(bytes_per_task, size - at));
    });
    send(static_cast<unsigned char*>(to) + begin, size);
  }
}

unsigned char* StagedCopies::lend(std::uint64_t bytes) {
  lent_ = 1 - lent_;
  machine_.wait_mark(lent_);
  PinnedBuffer& buffer = buffers_[lent_];
  if (buffer.size() < bytes) {
    constexpr std::uint64_t least = 64 << 10;
    buffer = PinnedBuffer();
    buffer = PinnedBuffer(machine_, std::bit_ceil(std::max(bytes, least)));
  }
  return buffer.data();
}

void StagedCopies::send(void* to, std::uint64_t bytes) {
  machine_.enqueue_upload(to, buffers_[lent_].data(), bytes);
  machine_.mark(lent_);
}

}  // namespace v1::cuda
