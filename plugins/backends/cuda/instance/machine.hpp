#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "plugins/backends/cuda/lgn/lgn_view.hpp"
#include "plugins/backends/cuda/plan/resident_plan.hpp"
#include "plugins/backends/cuda/plan/step_way.hpp"
#include "plugins/backends/cuda/step/view.hpp"

namespace v1::cuda {

/// Enqueues the step loop of one kind of state on a machine.
template <class Real, class Sum>
class StepRunner {
 public:
  virtual ~StepRunner() = default;
  /// The ways that will be asked for; called before all other calls, and when there are fewer.
  virtual void expect(const View<Real, Sum>& view, const std::vector<Way>& ways) = 0;
  /// Records what run needs, unless it was recorded before; enqueues nothing.
  virtual void prepare(const View<Real, Sum>& view, Way way, std::int64_t steps, int parity) = 0;
  /// A whole window: draws and delivers the first inputs, then advances `steps` times. Returns at
  /// once. parity: which of the two windows in flight `view.window` belongs to.
  virtual void run(const View<Real, Sum>& view, Way way, std::int64_t steps, int parity) = 0;
  /// Addresses in views of this parity have changed: forget what was recorded with the old ones.
  virtual void forget(int parity) = 0;
};

/// Where the state lives and the kernels run. All calls come from one thread; all throw v1e::Error.
/// Work is done in the order of the calls, except what fetch copies (it waits for all work before
/// it, later work does not wait for it).
class Machine {
 public:
  virtual ~Machine() = default;

  virtual void* allocate(std::uint64_t bytes) = 0;
  virtual void release(void* memory) noexcept = 0;
  /// Memory of the host that asynchronous copies can use.
  virtual void* allocate_pinned(std::uint64_t bytes) = 0;
  virtual void release_pinned(void* memory) noexcept = 0;

  /// Copies and waits.
  virtual void upload(void* to, const void* from, std::uint64_t bytes) = 0;
  virtual void download(void* to, const void* from, std::uint64_t bytes) = 0;
  /// Enqueued. The host's memory is pinned and stays as it is until the work is done.
  virtual void enqueue_upload(void* to, const void* from, std::uint64_t bytes) = 0;
  virtual void enqueue_download(void* to, const void* from, std::uint64_t bytes) = 0;
  virtual void fill(void* memory, int byte, std::uint64_t bytes) = 0;
  /// Of the marks 0 and 1: what is enqueued so far, and until that of the last such call is done.
  virtual void mark(int which) = 0;
  virtual void wait_mark(int which) = 0;

  /// Copies beside the work, from pinned memory; what is enqueued after end_uploads waits for them.
  virtual void upload_ahead(void* to, const void* from, std::uint64_t bytes) = 0;
  virtual void end_uploads() = 0;
  /// The filters of a stretch of frames (lgn_space.hpp, lgn_time.hpp), enqueued.
  virtual void filter(const LgnView& view) = 0;

  /// Ends the work of a window; fetches of the parity may follow. A later begin_window of the same
  /// parity waits until they are done.
  virtual void begin_window(int parity) = 0;
  /// From here on the work counts in worked_seconds.
  virtual void start_window(int parity) = 0;
  virtual void end_window(int parity) = 0;
  virtual void fetch(int parity, void* to, const void* from, std::uint64_t bytes) = 0;
  virtual void end_fetches(int parity) = 0;
  /// Until the work and the fetches of the last window of this parity are done.
  virtual void wait(int parity) = 0;
  /// How long the machine worked between start_window and end_window, when waited for.
  virtual double worked_seconds(int parity) = 0;
  /// Until nothing is in flight, failed or not: memory can be released.
  virtual void settle() noexcept = 0;

  virtual std::uint64_t free_bytes() = 0;
  virtual std::uint64_t cache_bytes() const = 0;
  /// What blocks of resident steps may use.
  virtual ResidentDevice resident_device() const = 0;

  virtual void make(std::unique_ptr<StepRunner<float, std::int32_t>>& runner) = 0;
  virtual void make(std::unique_ptr<StepRunner<float, std::int64_t>>& runner) = 0;
  virtual void make(std::unique_ptr<StepRunner<double, std::int32_t>>& runner) = 0;
  virtual void make(std::unique_ptr<StepRunner<double, std::int64_t>>& runner) = 0;
};

/// Memory of a machine that belongs to one owner.
template <void* (Machine::*take)(std::uint64_t), void (Machine::*give_back)(void*) noexcept>
class OwnedMemory {
 public:
  OwnedMemory() = default;
  OwnedMemory(Machine& machine, std::uint64_t bytes)
      : machine_(&machine), bytes_(bytes), memory_(bytes > 0 ? (machine.*take)(bytes) : nullptr) {}
  OwnedMemory(OwnedMemory&& other) noexcept { swap(other); }
  OwnedMemory& operator=(OwnedMemory&& other) noexcept {
    swap(other);
    return *this;
  }
  ~OwnedMemory() {
    if (memory_) (machine_->*give_back)(memory_);
  }
  unsigned char* data() const { return static_cast<unsigned char*>(memory_); }
  std::uint64_t size() const { return bytes_; }

 private:
  void swap(OwnedMemory& other) noexcept {
    std::swap(machine_, other.machine_);
    std::swap(bytes_, other.bytes_);
    std::swap(memory_, other.memory_);
  }
  Machine* machine_ = nullptr;
  std::uint64_t bytes_ = 0;
  void* memory_ = nullptr;
};

/// On the device.
using Buffer = OwnedMemory<&Machine::allocate, &Machine::release>;
/// Pinned, of the host.
using PinnedBuffer = OwnedMemory<&Machine::allocate_pinned, &Machine::release_pinned>;

/// Sizes as people read them: "512.0 MiB".
std::string readable_bytes(std::uint64_t bytes);

}  // namespace v1::cuda
