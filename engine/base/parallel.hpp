#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace v1 {

/// The one thread pool of the engine. The calling thread takes part in the work.
class ThreadPool {
 public:
  /// 0 = as many as the machine (or its cgroup / affinity mask) has.
  explicit ThreadPool(unsigned threads = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  unsigned size() const;
  /// Runs task(0..n-1) in any order; rethrows the exception of the lowest index that failed.
  void for_each(std::size_t n, const std::function<void(std::size_t)>& task);
  /// Runs task(0..members-1) at the same time, one thread each; members <= size().
  void run_team(unsigned members, const std::function<void(std::size_t)>& task);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Throws Error(memory) where the system starts no more threads: for the use of libraries that
/// start some themselves and would end the process.
void check_threads_left();

/// The message about a limit on threads: what it is and how to live with it.
std::string no_more_threads(const std::string& found);

/// Processors this process may use.
unsigned available_threads();

}  // namespace v1
