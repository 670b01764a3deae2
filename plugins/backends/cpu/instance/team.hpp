#pragma once
#include <v1e/host.h>

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>

namespace v1::cpu {

/// Exceptions of the members of a team; the first is kept.
class Failure {
 public:
  template <class Body>
  void run(Body&& body) noexcept {
    try {
      body();
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!first_) first_ = std::current_exception();
      any_.store(true, std::memory_order_release);
    }
  }
  bool any() const { return any_.load(std::memory_order_acquire); }
  void rethrow() const {
    if (first_) std::rethrow_exception(first_);
  }

 private:
  std::atomic<bool> any_{false};
  std::mutex mutex_;
  std::exception_ptr first_;
};

/// Spinning barrier, since a step takes microseconds; sleeps when the others keep it waiting.
/// Members may work between arriving and waiting.
class Barrier {
 public:
  explicit Barrier(std::uint32_t members);

  /// Says that this member has come; returns what wait() takes.
  std::uint32_t arrive(const Failure& failure);
  /// Waits for the others; true for all members when one of them had failed by the time the last
  /// arrived.
  bool wait(std::uint32_t ticket);
  bool arrive_and_wait(const Failure& failure) { return wait(arrive(failure)); }

 private:
  const std::uint32_t members_;
  const int spins_;  // before sleeping
  alignas(64) std::atomic<std::uint32_t> arrived_{0};
  alignas(64) std::atomic<std::uint32_t> generation_{0};
  std::atomic<std::uint32_t> asleep_{0};
  bool stop_ = false;  // written by the last to arrive, read after the generation changed
};

/// How a team works on trials side by side: in groups, each with trials of its own.
struct ThreadSplit {
  std::uint32_t groups = 1;
  std::uint32_t threads = 1;  // in a group
};

/// The engine's threads, or the calling thread alone when the engine lends none.
class Team {
 public:
  /// wanted = 0: as many as the engine has.
  Team(const v1e_host* host, std::uint32_t wanted);
  std::uint32_t size() const { return size_; }

  /// Runs body(0 .. size-1) at the same time; throws what a member threw.
  template <class Body>
  void run(Body&& body) const {
    struct Call {
      Body& body;
      Failure failure;
    } call{body, {}};
    run_members(
        [](void* user, std::uint64_t member) noexcept {
          Call& c = *static_cast<Call*>(user);
          c.failure.run([&] { c.body(static_cast<std::uint32_t>(member)); });
        },
        &call);
    call.failure.rethrow();
  }

 private:
  void run_members(v1e_task_fn task, void* user) const;

  const v1e_host* host_ = nullptr;
  const v1e_parallel* service_ = nullptr;
  std::uint32_t size_ = 1;
};

}  // namespace v1::cpu
