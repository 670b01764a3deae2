#include "engine/base/parallel.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "engine/base/error.hpp"

namespace v1 {

unsigned available_threads() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    return std::max(1, CPU_COUNT(&set));
  }
  return std::max(1u, std::thread::hardware_concurrency());
}

struct ThreadPool::Impl {
  std::vector<std::thread> workers;
  std::mutex call;  // one for_each or run_team at a time
  std::mutex mutex;
  std::condition_variable wake;
  std::condition_variable finished;
  std::uint64_t generation = 0;
  bool stopping = false;

  const std::function<void(std::size_t)>* task = nullptr;
  std::size_t count = 0;
  std::atomic<std::size_t> next{0};
  unsigned wanted = 0;   // workers that take part in this generation
  unsigned running = 0;  // those still at work
  std::exception_ptr failure;
  std::size_t failed_index = 0;

  void work() {
    for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) {
      try {
        (*task)(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failure || i < failed_index) {
          failure = std::current_exception();
          failed_index = i;
        }
      }
    }
  }

  void worker(unsigned index) {
    std::uint64_t seen = 0;
    std::unique_lock lock(mutex);
    while (true) {
      wake.wait(lock, [&] { return stopping || generation != seen; });
      if (stopping) return;
      seen = generation;
      if (index >= wanted) continue;
      lock.unlock();
      work();
      lock.lock();
      if (--running == 0) finished.notify_one();
    }
  }

  ~Impl() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    wake.notify_all();
    for (std::thread& one : workers) one.join();
  }

  // `helpers` workers besides the caller share the n tasks.
  void run(std::size_t n, unsigned helpers, const std::function<void(std::size_t)>& fn) {
    const std::lock_guard one_at_a_time(call);
    {
      const std::lock_guard lock(mutex);
      task = &fn;
      count = n;
      next = 0;
      failure = nullptr;
      wanted = helpers;
      running = helpers;
      ++generation;
    }
    wake.notify_all();
    work();
    std::unique_lock lock(mutex);
    finished.wait(lock, [&] { return running == 0; });
    if (failure) std::rethrow_exception(failure);
  }
};

std::string no_more_threads(const std::string& found) {
  return found + "; ask for fewer with --threads, or raise the limit (ulimit -u, ulimit -v)";
}

void check_threads_left() {
  try {
    std::thread([] {}).join();
  } catch (const std::system_error& e) {
    throw Error(ExitCode::memory,
                no_more_threads("no more threads can be started (" + e.code().message() + ")"));
  }
}

ThreadPool::ThreadPool(unsigned threads) : impl_(std::make_unique<Impl>()) {
  const unsigned total = threads == 0 ? available_threads() : threads;
  for (unsigned i = 0; i + 1 < total; ++i) {
    try {
      impl_->workers.emplace_back([this, i] { impl_->worker(i); });
    } catch (const std::system_error& e) {
      throw Error(ExitCode::memory,
                  no_more_threads(fmt::format("only {} of {} threads can be started ({})", i + 1,
                                              total, e.code().message())));
    }
  }
}

ThreadPool::~ThreadPool() = default;

unsigned ThreadPool::size() const { return static_cast<unsigned>(impl_->workers.size()) + 1; }

void ThreadPool::for_each(std::size_t n, const std::function<void(std::size_t)>& task) {
  if (n == 0) return;
  const auto helpers = std::min<std::size_t>(n - 1, impl_->workers.size());
  impl_->run(n, static_cast<unsigned>(helpers), task);
}

void ThreadPool::run_team(unsigned members, const std::function<void(std::size_t)>& task) {
  if (members == 0) return;
  if (members > size()) throw std::invalid_argument("run_team: more members than threads");
  // Each thread claims one index and keeps it until the task returns: with as many threads as
  // members, all members run at once.
  impl_->run(members, members - 1, task);
}

}  // namespace v1
