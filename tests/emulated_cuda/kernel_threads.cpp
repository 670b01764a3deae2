// Fibers jump between stacks, which the checks of a fortified longjmp take for a mistake.
#undef _FORTIFY_SOURCE
#include "tests/emulated_cuda/kernel_threads.hpp"

#include <cuda_pipeline_primitives.h>
#include <cuda_runtime.h>
#include <setjmp.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/emulated_cuda/complaints.hpp"
#include "tests/emulated_cuda/memory.hpp"
#include "tests/emulated_cuda/settings.hpp"

#if defined(EMULATED_CUDA_ASAN)
#include <sanitizer/common_interface_defs.h>
#endif

uint3 threadIdx, blockIdx;
dim3 blockDim, gridDim;

namespace emulated {
namespace {

constexpr unsigned warp_size = 32;
constexpr std::size_t stack_bytes = 256 * 1024;
/// That each block of a cooperative launch has before it is given up. More than one, as what
/// they store for each other goes unseen here.
constexpr int most_turns_without_progress = 100;

enum class State {
  waiting_to_start,
  ready,
  at_block_barrier,
  at_warp_barrier,
  at_kernel_before,  // until it has ended
  at_other_blocks,   // until they have had their turns
  done
};

struct Copy {
  void* to;
  const void* from;
  std::size_t bytes;
};

/// A stack on which threads run: the next one begins where the last one ended, and a thread that
/// waits at a barrier keeps its stack.
struct Fiber {
  unsigned char* stack = nullptr;
  ucontext_t start;
  jmp_buf resume;
  bool started = false;
  void* fake_stack = nullptr;  // of the address sanitizer
};

struct Thread {
  State state = State::waiting_to_start;
  Fiber* fiber = nullptr;
};

/// Asynchronous copies of a thread: those from `made` on are still to be made.
struct Pipeline {
  std::vector<Copy> copies;
  std::vector<std::size_t> batch_ends;
  std::size_t made = 0, waited = 0;
};

struct Block {
  uint3 index;
  const std::function<void()>* body = nullptr;
  std::vector<Thread> threads;
  std::vector<std::unique_ptr<Fiber>> fibers;  // of its threads
  std::vector<Pipeline> pipelines;             // by thread; none where the kernel has none
  std::vector<unsigned char> dynamic_shared;
  // What threads of a warp exchange: by thread, twice, as one may offer its next value before
  // another has looked at its last, but none after that.
  std::vector<std::uint64_t> exchanged[2];
  std::vector<unsigned> exchanges;  // by thread
  std::vector<unsigned> order;
  std::size_t next = 0;  // of order, to be started
  unsigned current = 0;
  Fiber* fiber = nullptr;  // that runs
  jmp_buf scheduler;
  const void* scheduler_stack = nullptr;
  std::size_t scheduler_stack_bytes = 0;
  void* scheduler_fake_stack = nullptr;
};

Block block;  // that runs
bool kernel_before_runs = false;
bool progress = false;  // a thread has ended, or a barrier was opened
std::vector<std::unique_ptr<Fiber>> idle_fibers;
std::mt19937 shuffler{1};

/// What the address sanitizer is told: a stack is left for another, and has been come back to.
void leave_for([[maybe_unused]] void** own, [[maybe_unused]] const void* stack,
               [[maybe_unused]] std::size_t bytes) {
#if defined(EMULATED_CUDA_ASAN)
  __sanitizer_start_switch_fiber(own, stack, bytes);
#endif
}
void arrive([[maybe_unused]] void* own, [[maybe_unused]] const void** from,
            [[maybe_unused]] std::size_t* bytes) {
#if defined(EMULATED_CUDA_ASAN)
  __sanitizer_finish_switch_fiber(own, from, bytes);
#endif
}
void arrive_in_fiber(Fiber& fiber) {
  arrive(fiber.fake_stack, &block.scheduler_stack, &block.scheduler_stack_bytes);
}

void make_copies(Pipeline& pipeline, std::size_t end) {
  for (; pipeline.made < end; ++pipeline.made) {
    const Copy& copy = pipeline.copies[pipeline.made];
    std::memcpy(copy.to, copy.from, copy.bytes);
  }
  if (pipeline.made < pipeline.copies.size() || pipeline.waited < pipeline.batch_ends.size())
    return;
  pipeline.copies.clear();
  pipeline.batch_ends.clear();
  pipeline.made = pipeline.waited = 0;
}

Pipeline& pipeline_of_this_thread() {
  if (block.pipelines.empty()) block.pipelines.resize(block.threads.size());
  return block.pipelines[block.current];
}

void become(unsigned index) {
  block.current = index;
  threadIdx.x = index % blockDim.x;
  threadIdx.y = index / blockDim.x % blockDim.y;
  threadIdx.z = index / blockDim.x / blockDim.y;
}

[[noreturn]] void back_to_scheduler(Fiber& from) {
  leave_for(&from.fake_stack, block.scheduler_stack, block.scheduler_stack_bytes);
  _longjmp(block.scheduler, 1);
}

void run_threads() {
  while (block.next < block.order.size()) {
    const unsigned index = block.order[block.next++];
    block.threads[index].fiber = block.fiber;
    become(index);
    (*block.body)();
    // Another stack may have been left meanwhile: `index` is still that of this thread.
    if (!block.pipelines.empty()) {
      Pipeline& pipeline = block.pipelines[index];
      pipeline.waited = pipeline.batch_ends.size();
      make_copies(pipeline, pipeline.copies.size());
    }
    Thread& ended = block.threads[index];
    ended.state = State::done;
    progress = true;
    block.fiber = ended.fiber;
  }
}

void fiber_main() {
  arrive_in_fiber(*block.fiber);
  for (;;) {
    run_threads();
    if (_setjmp(block.fiber->resume) == 0) back_to_scheduler(*block.fiber);
    arrive_in_fiber(*block.fiber);
  }
}

std::unique_ptr<Fiber> make_fiber() {
  auto fiber = std::make_unique<Fiber>();
  void* const stack = mmap(nullptr, stack_bytes, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  // A thread that needs more than its stack is a fault.
  if (stack == MAP_FAILED || mprotect(stack, 4096, PROT_NONE) != 0) {
    std::fputs("emulated device: too many threads at once: raise vm.max_map_count\n", stderr);
    std::abort();
  }
  fiber->stack = static_cast<unsigned char*>(stack);
  getcontext(&fiber->start);
  fiber->start.uc_stack.ss_sp = stack;
  fiber->start.uc_stack.ss_size = stack_bytes;
  makecontext(&fiber->start, fiber_main, 0);
  return fiber;
}

/// Runs a fiber until its thread waits, or until no thread is left to be started.
void enter(Fiber* fiber) {
  block.fiber = fiber;
  if (_setjmp(block.scheduler) == 0) {
    leave_for(&block.scheduler_fake_stack, block.fiber->stack, stack_bytes);
    if (!block.fiber->started) {
      block.fiber->started = true;
      setcontext(&block.fiber->start);
    }
    _longjmp(block.fiber->resume, 1);
  }
  arrive(block.scheduler_fake_stack, nullptr, nullptr);
}

void wait_at(State barrier) {
  Thread& thread = block.threads[block.current];
  thread.state = barrier;
  if (_setjmp(thread.fiber->resume) == 0) back_to_scheduler(*thread.fiber);
  arrive_in_fiber(*block.fiber);
}

void start_threads() {
  while (block.next < block.order.size()) {
    if (idle_fibers.empty()) idle_fibers.push_back(make_fiber());
    block.fibers.push_back(std::move(idle_fibers.back()));
    idle_fibers.pop_back();
    enter(block.fibers.back().get());
  }
}

unsigned count(unsigned begin, unsigned end, State state) {
  return static_cast<unsigned>(
      std::count_if(block.threads.begin() + begin, block.threads.begin() + end,
                    [&](const Thread& thread) { return thread.state == state; }));
}

void release(unsigned begin, unsigned end) {
  progress = true;
  for (unsigned t = begin; t < end; ++t) {
    if (block.threads[t].state != State::done) block.threads[t].state = State::ready;
  }
}

void make_ready(State waiting) {
  for (Thread& thread : block.threads) {
    if (thread.state == waiting) thread.state = State::ready;
  }
}

/// All threads that have not ended wait: opens the barriers that all they concern have reached.
/// False where there is none, but threads that wait for other blocks and may still come to one.
bool open_barriers() {
  const auto size = static_cast<unsigned>(block.threads.size());
  bool opened = false;
  for (unsigned begin = 0; begin < size; begin += warp_size) {
    const unsigned end = std::min(size, begin + warp_size);
    const unsigned waiting = count(begin, end, State::at_warp_barrier);
    if (waiting == 0 || count(begin, end, State::at_block_barrier) > 0 ||
        count(begin, end, State::at_other_blocks) > 0)
      continue;
    if (waiting < end - begin) complain("threads of a warp ended without its barrier");
    release(begin, end);
    opened = true;
  }
  if (opened) return true;
  if (count(0, size, State::at_other_blocks) > 0) return false;
  if (count(0, size, State::at_block_barrier) < size) {
    complain("a barrier that some threads of the block do not reach");
  }
  release(0, size);
  return true;
}

void arrange(std::vector<unsigned>& order) {
  std::iota(order.begin(), order.end(), 0u);
  if (settings().order == Order::backward) std::reverse(order.begin(), order.end());
  if (settings().order == Order::shuffled) std::shuffle(order.begin(), order.end(), shuffler);
}

/// Runs all threads of a block until they wait.
void start_block(unsigned threads, const std::function<void()>& body) {
  block.body = &body;
  block.threads.assign(threads, {});
  block.pipelines.clear();
  block.order.resize(threads);
  arrange(block.order);
  block.next = 0;
  start_threads();
}

void run_ready_threads() {
  arrange(block.order);
  for (const unsigned index : block.order) {
    if (block.threads[index].state != State::ready) continue;
    become(index);
    enter(block.threads[index].fiber);
  }
}

/// Runs a block until all its threads have ended, or none can go on before other blocks have run:
/// false.
bool run_block() {
  run_ready_threads();
  const auto threads = static_cast<unsigned>(block.threads.size());
  while (count(0, threads, State::done) < threads) {
    if (!open_barriers()) return false;
    run_ready_threads();
  }
  for (auto& fiber : block.fibers) idle_fibers.push_back(std::move(fiber));
  block.fibers.clear();
  return true;
}

/// Its threads stay where they are for ever, and the stacks below them.
void give_up_block() { block.fibers.clear(); }

void finish_block() {
  make_ready(State::at_kernel_before);
  if (run_block()) return;
  complain("a thread waits for other blocks in a launch that is not cooperative");
  give_up_block();
}

void set_place(const Grid& grid, uint3 index) {
  gridDim = grid.blocks;
  blockDim = grid.threads;
  blockIdx = block.index = index;
}

void give_shared_memory(const Grid& grid) {
  block.dynamic_shared.assign(grid.shared_bytes, garbage);
}

}  // namespace

struct StartedGrid {
  Grid grid;
  std::vector<Block> blocks;
};

namespace {

/// Calls `run(block index)` for all blocks.
template <class Run>
void for_each_block(const Grid& grid, Run&& run) {
  const dim3 size = grid.blocks;
  std::vector<unsigned> blocks(std::size_t{size.x} * size.y * size.z);
  arrange(blocks);
  for (const unsigned index : blocks) {
    run(uint3{index % size.x, index / size.x % size.y, index / size.x / size.y});
  }
}

unsigned threads_of(const Grid& grid) { return grid.threads.x * grid.threads.y * grid.threads.z; }

/// Each block in turn runs until it waits for others, and again, until all have ended.
void run_by_turns(const Grid& grid) {
  std::vector<Block> waiting;
  for_each_block(grid, [&](uint3 index) {
    set_place(grid, index);
    give_shared_memory(grid);
    start_block(threads_of(grid), grid.body);
    waiting.push_back(std::exchange(block, {}));
  });
  std::vector<unsigned> turns(waiting.size());
  std::vector<bool> ended(waiting.size());
  for (int idle = 0; std::find(ended.begin(), ended.end(), false) != ended.end(); ++idle) {
    const bool give_up = idle == most_turns_without_progress;
    if (give_up) complain("blocks wait for each other for ever");
    progress = false;
    arrange(turns);
    for (const unsigned b : turns) {
      if (ended[b]) continue;
      block = std::move(waiting[b]);
      set_place(grid, block.index);
      make_ready(State::at_other_blocks);
      if (give_up) give_up_block();
      ended[b] = give_up || run_block();
      waiting[b] = std::exchange(block, {});
    }
    if (progress) idle = 0;
  }
}

}  // namespace

void run_grid(const Grid& grid) {
  if (grid.cooperative) return run_by_turns(grid);
  for_each_block(grid, [&](uint3 index) {
    set_place(grid, index);
    give_shared_memory(grid);
    start_block(threads_of(grid), grid.body);
    finish_block();
  });
}

std::shared_ptr<StartedGrid> start_grid(const Grid& grid, std::uint64_t most_threads) {
  const dim3 size = grid.blocks;
  if (std::uint64_t{size.x} * size.y * size.z * threads_of(grid) > most_threads) return nullptr;
  auto started = std::make_shared<StartedGrid>();
  started->grid = grid;
  kernel_before_runs = true;
  for_each_block(grid, [&](uint3 index) {
    set_place(grid, index);
    start_block(threads_of(grid), started->grid.body);
    started->blocks.push_back(std::exchange(block, {}));
  });
  kernel_before_runs = false;
  return started;
}

void finish_grid(StartedGrid& started) {
  for (Block& waiting : started.blocks) {
    block = std::move(waiting);
    set_place(started.grid, block.index);
    give_shared_memory(started.grid);
    finish_block();
  }
}

void wait_for_kernel_before() {
  if (kernel_before_runs) wait_at(State::at_kernel_before);
}

void let_other_blocks_run() { wait_at(State::at_other_blocks); }

void* dynamic_shared_memory() { return block.dynamic_shared.data(); }

unsigned rank_in_warp() { return block.current % warp_size; }

std::uint64_t exchange_in_warp(std::uint64_t value, unsigned rank) {
  const unsigned first = block.current - rank_in_warp();
  if (block.exchanges.empty()) {
    for (auto& values : block.exchanged) values.resize(block.threads.size() + warp_size);
    block.exchanges.resize(block.threads.size());
  }
  if (first + warp_size > block.threads.size()) complain("a warp of fewer than 32 threads");
  auto& values = block.exchanged[block.exchanges[block.current]++ % 2];
  values[block.current] = value;
  wait_at(State::at_warp_barrier);
  return block.exchanged[(block.exchanges[block.current] - 1) % 2][first + rank];
}

}  // namespace emulated

void __syncthreads() { emulated::wait_at(emulated::State::at_block_barrier); }
void __syncwarp() { emulated::wait_at(emulated::State::at_warp_barrier); }

void __pipeline_memcpy_async(void* to, const void* from, std::size_t bytes) {
  using namespace emulated;
  const auto misplaced = [&](const void* at) {
    return reinterpret_cast<std::uintptr_t>(at) % bytes != 0;
  };
  if ((bytes != 4 && bytes != 8 && bytes != 16) || misplaced(to) || misplaced(from)) {
    complain("an asynchronous copy of " + std::to_string(bytes) + " bytes that is not aligned");
  }
  pipeline_of_this_thread().copies.push_back({to, from, bytes});
}

void __pipeline_commit() {
  emulated::Pipeline& pipeline = emulated::pipeline_of_this_thread();
  pipeline.batch_ends.push_back(pipeline.copies.size());
}

void __pipeline_wait_prior(unsigned batches) {
  emulated::Pipeline& pipeline = emulated::pipeline_of_this_thread();
  if (pipeline.batch_ends.size() <= pipeline.waited + batches) return;
  pipeline.waited = pipeline.batch_ends.size() - batches;
  emulated::make_copies(pipeline, pipeline.batch_ends[pipeline.waited - 1]);
}
