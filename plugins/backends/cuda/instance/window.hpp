#pragma once
#include <cstdint>
#include <vector>

#include "plugins/backends/cuda/instance/events.hpp"
#include "plugins/backends/cuda/instance/machine.hpp"
#include "plugins/backends/cuda/step/view.hpp"

namespace v1::cuda {

/// What one lane did in a window, read from the fetched memory when it is asked for.
struct LaneWindow {
  bool active = false;
  std::int64_t step_begin = 0;
  bool spikes_read = false;
  StepEvents spikes;
  std::vector<std::uint8_t> block_read;
  std::vector<StepEvents> blocks;  // by edge block; those that are handed over lie here at once
};

/// Sizes of a window's memory.
struct WindowShape {
  std::uint32_t lanes = 1;
  std::uint32_t words = 0;
  std::vector<std::uint32_t> block_words;    // by edge block; 0: not drained
  std::vector<std::uint32_t> block_sources;  // COUNTS that are drained, else 0
  std::vector<ProbeView> probes;
};

/// The memory of one of the two windows in flight: what the host says (lane controls, changes of
/// current, events handed over) and what the device answers. Both sides have the same layout on
/// the host and on the machine, so that a copy is one stretch.
class WindowMemory {
 public:
  WindowMemory(Machine& machine, WindowShape shape)
      : machine_(&machine), shape_(std::move(shape)) {}

  /// Makes room; true when addresses have changed.
  bool reserve(std::int64_t steps);
  const WindowView& view() const { return view_; }

  // The host's side of the control.
  LaneControl& lane(std::uint32_t index) const;
  InputControl& input(std::uint32_t lane, std::uint32_t block) const;
  std::uint8_t* new_current(std::uint32_t lane) const;

  /// Copies events into the staging area and returns where they will lie on the machine.
  InputControl stage(const StepEvents& events);
  /// Room for events to be staged; call before the first stage of a window.
  void reserve_staged(std::uint64_t bytes);

  /// Enqueues the control and the staged events, and clears what the kernels count up from 0.
  void send();
  /// Enqueues the copies of what lane `lane` did in `steps` steps. samples: of each probe.
  void fetch(int parity, std::uint32_t lane, std::int64_t steps,
             const std::vector<std::int64_t>& samples);
  void fetch_bad(int parity);

  // The host's side of what was fetched.
  const std::uint32_t* spike_bits(std::uint32_t lane) const;
  const std::uint32_t* spike_count(std::uint32_t lane) const;
  const std::uint32_t* event_bits(std::uint32_t lane, std::uint32_t block) const;
  const std::uint16_t* multiplicity(std::uint32_t lane, std::uint32_t block) const;
  const unsigned char* samples(std::uint32_t lane, std::uint32_t probe) const;
  std::uint64_t bad(std::uint32_t lane) const;

  std::uint64_t device_bytes() const;

 private:
  struct Offsets {
    std::uint64_t lanes, inputs, new_current, control_end, first_step;
    std::uint64_t spike_count, spike_pieces, input_pieces, dense_events, sparse_events, arrivals,
        spike_bits, event_bits[most_blocks];
    std::uint64_t multiplicity[most_blocks], cleared_end, samples[most_probes], bad, end;
    std::uint64_t sample_stride[most_probes];
  };
  Offsets make_offsets(std::int64_t capacity) const;
  template <class T>
  T* host(std::uint64_t offset) const {
    return reinterpret_cast<T*>(host_.data() + offset);
  }
  template <class T>
  T* device(std::uint64_t offset) const {
    return reinterpret_cast<T*>(device_.data() + offset);
  }
  void fetch_range(int parity, std::uint64_t offset, std::uint64_t bytes);

  Machine* machine_;
  WindowShape shape_;
  std::int64_t capacity_ = 0;
  Offsets at_{};
  Buffer device_;
  PinnedBuffer host_;
  Buffer staged_device_;
  PinnedBuffer staged_host_;
  std::uint64_t staged_ = 0;
  WindowView view_;
};

}  // namespace v1::cuda
