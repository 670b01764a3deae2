#pragma once
#include <cuda_runtime_api.h>

#include <functional>
#include <memory>

namespace emulated {

/// A launched kernel. body: what one thread does.
struct Grid {
  dim3 blocks, threads;
  std::size_t shared_bytes = 0;
  std::function<void()> body;
  bool cooperative = false;  // blocks wait for each other
};

/// Runs all threads, one block after the other; blocks that wait for each other by turns.
void run_grid(const Grid& grid);

/// A grid whose threads have run until they wait for the kernel before.
struct StartedGrid;

/// Starts a grid while the kernel before it is still to run. nullptr, and nothing done, where it
/// has more than so many threads. Shared memory is there only after the wait.
std::shared_ptr<StartedGrid> start_grid(const Grid& grid, std::uint64_t most_threads);
void finish_grid(StartedGrid& started);

}  // namespace emulated
