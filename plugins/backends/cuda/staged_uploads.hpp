#pragma once
#include <v1e/host.h>

#include <cstdint>

#include "plugins/backends/cuda/machine.hpp"

namespace v1::cuda {

/// Uploads of memory that is not pinned, as fast as the bus: in pieces through two pinned buffers.
/// While one is copied to the device, the host's threads fill the other.
class StagedUploads {
 public:
  /// piece_bytes: pieces are no larger where they can be cut.
  StagedUploads(Machine& machine, const v1e_host* host,
                std::uint64_t piece_bytes = std::uint64_t{8} << 20)
      : machine_(machine), host_(host), piece_bytes_(piece_bytes) {}
  ~StagedUploads() { machine_.settle(); }  // copies in flight must not outlive the buffers
  StagedUploads(const StagedUploads&) = delete;

  /// Enqueued; `from` is free at once.
  void upload(void* to, const void* from, std::uint64_t bytes);

  /// Room for the next piece, which is then sent. The one before may still be on its way.
  unsigned char* lend(std::uint64_t bytes);
  /// Enqueues what was written to the room lent last.
  void send(void* to, std::uint64_t bytes);

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

}  // namespace v1::cuda
