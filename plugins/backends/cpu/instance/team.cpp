#include "plugins/backends/cpu/instance/team.hpp"

#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <v1e_sdk/error.hpp>
#include <v1e_sdk/module.hpp>

namespace v1::cpu {
namespace {

// Spinning pays while every member has a processor; with more members than processors the one
// that is waited for may need this one.
constexpr int patient_spins = 1024;
constexpr int impatient_spins = 16;

std::uint32_t processors() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<std::uint32_t>(CPU_COUNT(&set));
}

// Keeps a thread on one processor while it is a member of a team, so that a chunk's state stays in
// the caches and the memory of that processor. Only done by teams that use all processors of the
// process: smaller ones leave the choice to the system, which knows who else runs.
class Pinned {
 public:
  Pinned(std::uint64_t member, std::uint32_t members) {
    if (sched_getaffinity(0, sizeof before_, &before_) != 0) return;
    if (members < 2 || static_cast<int>(members) != CPU_COUNT(&before_)) return;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(nth_processor(member), &one);
    pinned_ = sched_setaffinity(0, sizeof one, &one) == 0;
  }
  ~Pinned() {
    if (pinned_) sched_setaffinity(0, sizeof before_, &before_);
  }
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;

 private:
  std::size_t nth_processor(std::uint64_t n) const {
    std::size_t processor = 0;
    while (true) {
      if (CPU_ISSET(processor, &before_) && n-- == 0) return processor;
      ++processor;
    }
  }
  cpu_set_t before_;
  bool pinned_ = false;
};

// The system's own sleep and wake. std::atomic::wait yields several times before it sleeps: on a
// busy machine a thread that yields waits for the others' whole time slices, one that sleeps is put
// back at once when it is woken.
void sleep_while(const std::atomic<std::uint32_t>& word, std::uint32_t value) {
  syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
}
void wake_all(const std::atomic<std::uint32_t>& word) {
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

inline void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

}  // namespace

Barrier::Barrier(std::uint32_t members)
    : members_(members), spins_(members <= processors() ? patient_spins : impatient_spins) {}

std::uint32_t Barrier::arrive(const Failure& failure) {
  const std::uint32_t generation = generation_.load(std::memory_order_relaxed);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == members_) {
    arrived_.store(0, std::memory_order_relaxed);
    stop_ = failure.any();
    generation_.store(generation + 1, std::memory_order_seq_cst);
    if (asleep_.load(std::memory_order_seq_cst) > 0) wake_all(generation_);
  }
  return generation;
}

bool Barrier::wait(std::uint32_t ticket) {
  for (int spin = 0; generation_.load(std::memory_order_acquire) == ticket; ++spin) {
    if (spin < spins_) {
      pause();
    } else {
      asleep_.fetch_add(1, std::memory_order_seq_cst);  // seen by who changes the generation
      sleep_while(generation_, ticket);
      asleep_.fetch_sub(1, std::memory_order_relaxed);
    }
  }
  return stop_;
}

Team::Team(const v1e_host* host, std::uint32_t wanted) : host_(host) {
  service_ = v1e::service<v1e_parallel>(host, V1E_SERVICE_PARALLEL);
  if (!service_ || !V1E_HAS(service_, v1e_parallel, run_team)) {
    service_ = nullptr;
    return;
  }
  const std::uint32_t most = std::max(1u, service_->max_threads);
  size_ = wanted == 0 ? most : std::min(wanted, most);
}

void Team::run_members(v1e_task_fn task, void* user) const {
  if (size_ == 1) {
    task(user, 0);
    return;
  }
  struct Call {
    v1e_task_fn task;
    void* user;
    std::uint32_t members;
  } call{task, user, size_};
  const v1e_status status = service_->run_team(
      host_->ctx, size_,
      [](void* data, std::uint64_t member) noexcept {
        const Call& c = *static_cast<const Call*>(data);
        const Pinned pinned(member, c.members);
        c.task(c.user, member);
      },
      &call);
  if (status != V1E_OK) {
    throw v1e::Error(V1E_E_INTERNAL, "", "the engine could not start a team of threads");
  }
}

}  // namespace v1::cpu
