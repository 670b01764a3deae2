#pragma once
#include <v1e/host.h>

#include <algorithm>
#include <cstdint>

#include "plugins/backends/cuda/instance/machine.hpp"

namespace v1::cuda {

/// Copies between the device and memory that is not pinned, as fast as the bus: in pieces through
/// two pinned buffers. While one is copied, the host's threads fill or read the other.
class StagedCopies {
 public:
  /// piece_bytes: pieces are no larger where they can be cut.
  StagedCopies(Machine& machine, const v1e_host* host,
               std::uint64_t piece_bytes = std::uint64_t{8} << 20)
      : machine_(machine), host_(host), piece_bytes_(piece_bytes) {}
  ~StagedCopies() { machine_.settle(); }  // copies in flight must not outlive the buffers
  StagedCopies(const StagedCopies&) = delete;

  /// Enqueued; `from` is free at once.
  void upload(void* to, const void* from, std::uint64_t bytes);

  /// Room for the next piece, which is then sent. The one before may still be on its way.
  unsigned char* lend(std::uint64_t bytes);
  /// Enqueues what was written to the room lent last.
  void send(void* to, std::uint64_t bytes);

  /// Calls visit(first, count, data) for pieces of `all` rows that lie one after another on the
  /// device: data holds rows first .. first + count - 1 during the call.
  template <class Visit>
  void read(const void* from, std::uint64_t row_bytes, std::uint64_t all, Visit&& visit);

  std::uint64_t piece_bytes() const { return piece_bytes_; }
  std::uint64_t pinned_bytes() const { return buffers_[0].size() + buffers_[1].size(); }
  const v1e_host* host() const { return host_; }
  Machine& machine() const { return machine_; }

 private:
  Machine& machine_;
  const v1e_host* host_;
  std::uint64_t piece_bytes_;
  PinnedBuffer buffers_[2];
  int lent_ = 0;
};

template <class Visit>
void StagedCopies::read(const void* from, std::uint64_t row_bytes, std::uint64_t all,
                        Visit&& visit) {
  struct Part {
    std::uint64_t first, count;
    unsigned char* data;
    int mark;
  };
  const std::uint64_t most = std::max<std::uint64_t>(1, piece_bytes_ / row_bytes);
  const auto ask = [&](std::uint64_t first) {
    const std::uint64_t count = std::min(most, all - first);
    Part part{first, count, lend(count * row_bytes), lent_};
    machine_.enqueue_download(
        part.data, static_cast<const unsigned char*>(from) + first * row_bytes, count * row_bytes);
    machine_.mark(part.mark);
    return part;
  };
  if (all == 0) return;
  for (Part now = ask(0);;) {
    const std::uint64_t next = now.first + now.count;
    const Part coming = next < all ? ask(next) : Part{};
    machine_.wait_mark(now.mark);
    visit(now.first, now.count, static_cast<const unsigned char*>(now.data));
    if (next == all) return;
    now = coming;
  }
}

}  // namespace v1::cuda
