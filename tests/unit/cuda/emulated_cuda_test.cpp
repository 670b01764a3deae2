#include <cuda_pipeline_primitives.h>
#include <cuda_runtime.h>
#include <gmock/gmock.h>

#include <future>
#include <numeric>
#include <thread>
#include <vector>

#include "tests/emulated_cuda/emulated.hpp"

/// The emulated device itself: it does what it is told, no earlier than it must, and sees what a
/// device would not forgive.
namespace v1::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr unsigned block_threads = 64;

__global__ void reverse_kernel(int* values) {
  __shared__ int shared[block_threads];
  int* const mine = values + blockIdx.x * block_threads;
  shared[threadIdx.x] = mine[threadIdx.x];
  __syncthreads();
  mine[threadIdx.x] = shared[block_threads - 1 - threadIdx.x];
}
__global__ void half_waits_kernel(int*) {
  if (threadIdx.x < block_threads / 2) __syncthreads();
}
__global__ void write_kernel(int* to, int at) { to[at] = 7; }
__global__ void early_read_kernel(int* values) {
  alignas(16) __shared__ int shared[4];
  if (threadIdx.x > 0) return;
  shared[0] = -1;
  __pipeline_memcpy_async(shared, values, 16);
  __pipeline_commit();
  values[4] = shared[0];
  __pipeline_wait_prior(0);
  values[5] = shared[0];
}

__global__ void early_kernel(int* values, int at) {
  const int before = values[0];
  emulated::wait_for_kernel_before();
  if (threadIdx.x > 0 || blockIdx.x > 0) return;
  values[at] = before;
  values[at + 1] = values[0];
}

constexpr unsigned turns = 7;

/// Thread 0 waits until all blocks have come here as often; the others wait for it.
void grid_barrier(unsigned* counter, unsigned times) {
  __threadfence();
  __syncthreads();
  if (threadIdx.x == 0) {
    atomicAdd(counter, 1u);
    while (*counter < times * gridDim.x) emulated::let_other_blocks_run();
  }
  __syncthreads();
}
/// A value goes round: each turn another block adds to it what only its own memory knows.
__global__ void relay_kernel(unsigned* counter, int* value, int* bad) {
  auto* const own = static_cast<int*>(emulated::dynamic_shared_memory());
  own[threadIdx.x] = static_cast<int>(1000 * blockIdx.x + threadIdx.x);
  for (unsigned turn = 0; turn < turns; ++turn) {
    const int before = *value;
    grid_barrier(counter, 2 * turn + 1);
    if (turn % gridDim.x == blockIdx.x && threadIdx.x == block_threads - 1) {
      *value = before * 2 + own[threadIdx.x];
    }
    grid_barrier(counter, 2 * turn + 2);
    const bool moved = emulated::dynamic_shared_memory() != own;
    if (moved || own[threadIdx.x] != static_cast<int>(1000 * blockIdx.x + threadIdx.x)) ++*bad;
  }
}
int relayed(unsigned blocks) {
  unsigned value = 0;
  for (unsigned turn = 0; turn < turns; ++turn) {
    value = value * 2 + 1000 * (turn % blocks) + block_threads - 1;
  }
  return static_cast<int>(value);
}
__global__ void one_block_stays_away_kernel(unsigned* counter, int* done) {
  if (blockIdx.x != 1) grid_barrier(counter, 1);
  if (threadIdx.x == 0) ++*done;
}
/// Each block waits for what the one before has stored; no barrier, no end of a thread between.
__global__ void hand_on_kernel(int* values) {
  if (threadIdx.x > 0) return;
  for (int round = 1; round <= 3; ++round) {
    const unsigned b = blockIdx.x;
    const int wanted = b == 0 ? round - 1 : round;
    while (values[b == 0 ? gridDim.x - 1 : b - 1] != wanted) emulated::let_other_blocks_run();
    values[b] = round;
  }
}
__global__ void barriers_beside_a_waiting_thread_kernel(unsigned* counter, int* seen) {
  __syncthreads();  // behind it a block has its turn before the next has come so far
  atomicAdd(counter, 1u);
  if (threadIdx.x == 3) {
    while (*counter < gridDim.x * block_threads) emulated::let_other_blocks_run();
  }
  __syncwarp();
  if (threadIdx.x == 4) seen[blockIdx.x] = static_cast<int>(*counter);
  __syncthreads();
}

class EmulatedCuda : public testing::Test {
 protected:
  EmulatedCuda() {
    cudaSetDevice(0);
    cudaStreamCreateWithFlags(&stream_, 0);
    cudaMalloc(reinterpret_cast<void**>(&values_), 4 * count * sizeof(int));
    cudaMallocHost(reinterpret_cast<void**>(&host_), count * sizeof(int));
    std::iota(host_, host_ + count, 0);
  }
  ~EmulatedCuda() override {
    cudaSetDevice(0);
    cudaStreamDestroy(stream_);
    cudaFree(values_);
    cudaFreeHost(host_);
  }
  template <class... Arguments>
  cudaError_t launch(void (*kernel)(Arguments...), Arguments... arguments) {
    return launch(false, kernel, arguments...);
  }
  template <class... Arguments>
  cudaError_t launch(bool early, void (*kernel)(Arguments...), Arguments... arguments) {
    cudaLaunchAttribute overlap{};
    overlap.id = cudaLaunchAttributeProgrammaticStreamSerialization;
    overlap.val.programmaticStreamSerializationAllowed = 1;
    cudaLaunchConfig_t config{};
    config.attrs = &overlap;
    config.numAttrs = early ? 1 : 0;
    config.gridDim = dim3(count / block_threads);
    config.blockDim = dim3(block_threads);
    config.stream = stream_;
    return cudaLaunchKernelEx(&config, kernel, arguments...);
  }
  template <class... Arguments>
  cudaError_t launch_cooperative(unsigned blocks, void (*kernel)(Arguments...),
                                 Arguments... arguments) {
    cudaLaunchAttribute attributes[2] = {};
    attributes[0].id = cudaLaunchAttributeCooperative;
    attributes[0].val.cooperative = 1;
    attributes[1].id = cudaLaunchAttributeProgrammaticStreamSerialization;
    attributes[1].val.programmaticStreamSerializationAllowed = 1;
    cudaLaunchConfig_t config{};
    config.attrs = attributes;
    config.numAttrs = early_ ? 2 : 1;
    config.gridDim = dim3(blocks);
    config.blockDim = dim3(block_threads);
    config.dynamicSmemBytes = shared_bytes_;
    config.stream = stream_;
    return cudaLaunchKernelEx(&config, kernel, arguments...);
  }
  void clear() { cudaMemsetAsync(values_, 0, count * sizeof(int), stream_); }
  unsigned* counter() { return reinterpret_cast<unsigned*>(values_); }
  void copy(cudaMemcpyKind kind) {
    const bool up = kind == cudaMemcpyHostToDevice;
    cudaMemcpyAsync(up ? values_ : host_, up ? host_ : values_, count * sizeof(int), kind, stream_);
  }

  static constexpr int count = 2 * block_threads;
  cudaStream_t stream_ = nullptr;
  int* values_ = nullptr;
  int* host_ = nullptr;
  std::size_t shared_bytes_ = block_threads * sizeof(int);
  bool early_ = false;  // of cooperative launches
};

/// On a device with three multiprocessors, in each order.
class CooperativeLaunch : public EmulatedCuda, public testing::WithParamInterface<emulated::Order> {
 protected:
  CooperativeLaunch() {
    cudaStreamDestroy(stream_);
    emulated::Settings settings;
    settings.multiprocessors = 3;
    settings.order = GetParam();
    emulated::configure(settings);
    cudaStreamCreateWithFlags(&stream_, 0);
  }
  ~CooperativeLaunch() override {
    cudaStreamDestroy(stream_);
    emulated::configure({});
    cudaStreamCreateWithFlags(&stream_, 0);
  }
  void run() {
    copy(cudaMemcpyDeviceToHost);
    cudaStreamSynchronize(stream_);
  }
};
INSTANTIATE_TEST_SUITE_P(Orders, CooperativeLaunch,
                         testing::Values(emulated::Order::forward, emulated::Order::backward,
                                         emulated::Order::shuffled));

TEST_F(EmulatedCuda, RunsAllThreadsThroughTheirBarriers) {
  copy(cudaMemcpyHostToDevice);
  launch(reverse_kernel, values_);
  copy(cudaMemcpyDeviceToHost);
  EXPECT_NE(host_[0], 63);  // nothing has been waited for
  cudaStreamSynchronize(stream_);
  EXPECT_EQ(host_[0], 63);
  EXPECT_EQ(host_[63], 0);
  EXPECT_EQ(host_[64], 127);
}

TEST_F(EmulatedCuda, CopiesWhatIsThereWhenItsTurnComes) {
  copy(cudaMemcpyHostToDevice);
  host_[3] = 1000;  // too early: the copy has not been waited for
  cudaStreamSynchronize(stream_);
  copy(cudaMemcpyDeviceToHost);
  cudaStreamSynchronize(stream_);
  EXPECT_EQ(host_[3], 1000);
}

TEST_F(EmulatedCuda, StreamsWaitForEventsOnly) {
  cudaStream_t other = nullptr;
  cudaEvent_t event = nullptr;
  cudaStreamCreateWithFlags(&other, 0);
  cudaEventCreateWithFlags(&event, 0);
  cudaMemsetAsync(values_, 1, sizeof(int), stream_);
  cudaEventRecord(event, stream_);
  cudaMemsetAsync(values_, 2, sizeof(int), stream_);
  cudaStreamWaitEvent(other, event, 0);
  cudaMemcpyAsync(host_, values_, sizeof(int), cudaMemcpyDeviceToHost, other);
  cudaStreamSynchronize(other);
  EXPECT_EQ(host_[0], 0x01010101);
  cudaStreamSynchronize(stream_);
  cudaEventDestroy(event);
  cudaStreamDestroy(other);
}

TEST_F(EmulatedCuda, GraphsRepeatWhatWasRecorded) {
  copy(cudaMemcpyHostToDevice);
  cudaGraph_t recorded = nullptr;
  cudaGraphExec_t graph = nullptr;
  cudaFuncAttributes attributes{};
  cudaFuncGetAttributes(&attributes, reverse_kernel);
  cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal);
  launch(reverse_kernel, values_);
  launch(write_kernel, values_, 5);
  cudaStreamEndCapture(stream_, &recorded);
  cudaGraphInstantiate(&graph, recorded, 0);
  cudaGraphDestroy(recorded);
  for (int i = 0; i < 3; ++i) cudaGraphLaunch(graph, stream_);
  cudaGraphExecDestroy(graph);
  copy(cudaMemcpyDeviceToHost);
  cudaStreamSynchronize(stream_);
  EXPECT_EQ(host_[0], 63);
  EXPECT_EQ(host_[5], 7);
  EXPECT_EQ(host_[58], 7);
  EXPECT_THAT(emulated::take_complaints(), ElementsAre(HasSubstr("first named while steps")));
}

TEST_F(EmulatedCuda, KernelsStartEarlyWhereTheyMay) {
  cudaFuncAttributes attributes{};
  cudaFuncGetAttributes(&attributes, write_kernel);
  cudaFuncGetAttributes(&attributes, early_kernel);
  cudaMemsetAsync(values_, 0, count * sizeof(int), stream_);
  cudaGraph_t recorded = nullptr;
  cudaGraphExec_t graph = nullptr;
  cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal);
  launch(write_kernel, values_, 0);
  launch(true, early_kernel, values_, 1);
  launch(false, early_kernel, values_, 3);
  cudaStreamEndCapture(stream_, &recorded);
  cudaGraphInstantiate(&graph, recorded, 0);
  cudaGraphDestroy(recorded);
  cudaGraphLaunch(graph, stream_);
  cudaGraphExecDestroy(graph);
  copy(cudaMemcpyDeviceToHost);
  cudaStreamSynchronize(stream_);
  EXPECT_THAT(std::vector(host_, host_ + 5), ElementsAre(7, 0, 7, 7, 7));
  EXPECT_THAT(emulated::take_complaints(), IsEmpty());
}

cudaError_t allocate_in_another_thread() {
  return std::async(std::launch::async,
                    [] {
                      void* memory = nullptr;
                      const cudaError_t error = cudaMalloc(&memory, 16);
                      if (error == cudaSuccess) cudaFree(memory);
                      return error;
                    })
      .get();
}

TEST_F(EmulatedCuda, ThreadsRecordAtTheSameTime) {
  cudaGraph_t mine = nullptr, other = nullptr;
  cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal);
  std::thread([&] {
    cudaStream_t stream = nullptr;
    cudaStreamCreateWithFlags(&stream, 0);
    EXPECT_EQ(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), cudaSuccess);
    EXPECT_EQ(cudaStreamEndCapture(stream, &other), cudaSuccess);
    cudaStreamDestroy(stream);
  }).join();
  EXPECT_EQ(allocate_in_another_thread(), cudaSuccess);
  EXPECT_EQ(cudaStreamEndCapture(stream_, &mine), cudaSuccess);
  cudaGraphDestroy(mine);
  cudaGraphDestroy(other);
  EXPECT_THAT(emulated::take_complaints(), IsEmpty());
}

TEST_F(EmulatedCuda, SeesWhoMayNotRecordOrAllocate) {
  cudaGraph_t recorded = nullptr;
  cudaStreamBeginCapture(stream_, cudaStreamCaptureModeGlobal);
  EXPECT_EQ(allocate_in_another_thread(), cudaErrorStreamCaptureUnsupported);
  std::thread([&] {
    EXPECT_EQ(cudaStreamEndCapture(stream_, &recorded), cudaErrorStreamCaptureWrongThread);
  }).join();
  cudaStreamEndCapture(stream_, &recorded);
  cudaGraphDestroy(recorded);
  EXPECT_EQ(allocate_in_another_thread(), cudaSuccess);
  EXPECT_THAT(emulated::take_complaints(),
              ElementsAre(HasSubstr("cudaMalloc while"), HasSubstr("did not begin")));
}

TEST_F(EmulatedCuda, CopiesOfAPipelineComeWhenTheyAreWaitedFor) {
  copy(cudaMemcpyHostToDevice);
  launch(early_read_kernel, values_);
  copy(cudaMemcpyDeviceToHost);
  cudaStreamSynchronize(stream_);
  EXPECT_EQ(host_[4], -1);
  EXPECT_EQ(host_[5], 0);
}

TEST_F(EmulatedCuda, SeesBarriersThatSomeMiss) {
  launch(half_waits_kernel, values_);
  cudaStreamSynchronize(stream_);
  EXPECT_THAT(emulated::take_complaints(), ElementsAre(HasSubstr("some threads of the block")));
}

TEST_P(CooperativeLaunch, BlocksWaitForEachOther) {
  for (const unsigned blocks : {1u, 3u, 8u}) {
    clear();
    EXPECT_EQ(launch_cooperative(blocks, relay_kernel, counter(), values_ + 1, values_ + 2),
              cudaSuccess);
    run();
    EXPECT_EQ(host_[0], static_cast<int>(2 * turns * blocks));
    EXPECT_EQ(host_[1], relayed(blocks)) << blocks;
    EXPECT_EQ(host_[2], 0);
  }
  EXPECT_THAT(emulated::take_complaints(), IsEmpty());
}

TEST_P(CooperativeLaunch, IsRepeatedByGraphs) {
  cudaFuncAttributes attributes{};
  cudaFuncGetAttributes(&attributes, relay_kernel);
  cudaFuncGetAttributes(&attributes, early_kernel);
  cudaGraph_t recorded = nullptr;
  cudaGraphExec_t graph = nullptr;
  cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal);
  launch_cooperative(5, relay_kernel, counter(), values_ + 1, values_ + 2);
  launch(true, early_kernel, values_, 3);
  cudaStreamEndCapture(stream_, &recorded);
  cudaGraphInstantiate(&graph, recorded, 0);
  cudaGraphDestroy(recorded);
  for (int i = 0; i < 2; ++i) {
    clear();
    cudaGraphLaunch(graph, stream_);
    run();
    const int arrivals = static_cast<int>(2 * turns * 5);
    EXPECT_THAT(std::vector(host_, host_ + 5), ElementsAre(arrivals, relayed(5), 0, 0, arrivals));
  }
  cudaGraphExecDestroy(graph);
  EXPECT_THAT(emulated::take_complaints(), IsEmpty());
}

TEST_P(CooperativeLaunch, BlocksHandOnWhatTheyStore) {
  clear();
  launch_cooperative(6, hand_on_kernel, values_);
  run();
  EXPECT_THAT(std::vector(host_, host_ + 6), testing::Each(3));
  EXPECT_THAT(emulated::take_complaints(), IsEmpty());
}

TEST_P(CooperativeLaunch, BarriersStayShutWhileAThreadWaitsForOtherBlocks) {
  clear();
  launch_cooperative(4, barriers_beside_a_waiting_thread_kernel, counter(), values_ + 1);
  run();
  EXPECT_THAT(std::vector(host_, host_ + 5), testing::Each(static_cast<int>(4 * block_threads)));
  EXPECT_THAT(emulated::take_complaints(), IsEmpty());
}

TEST_P(CooperativeLaunch, SeesBlocksThatWaitForEver) {
  clear();
  EXPECT_EQ(launch_cooperative(3, one_block_stays_away_kernel, counter(), values_ + 1),
            cudaSuccess);
  run();
  EXPECT_EQ(host_[1], 1);  // the block that stays away
  EXPECT_THAT(emulated::take_complaints(), ElementsAre("blocks wait for each other for ever"));
  clear();
  launch_cooperative(3, relay_kernel, counter(), values_ + 1, values_ + 2);
  run();
  EXPECT_EQ(host_[1], relayed(3));  // all goes on behind it
  EXPECT_THAT(emulated::take_complaints(), IsEmpty());
}

TEST_P(CooperativeLaunch, SeesThreadsThatWaitForBlocksWithoutIt) {
  clear();
  launch(one_block_stays_away_kernel, counter(), values_ + 1);
  run();
  EXPECT_EQ(host_[1], 1);
  EXPECT_THAT(emulated::take_complaints(), ElementsAre(HasSubstr("that is not cooperative")));
}

TEST_P(CooperativeLaunch, AllBlocksMustFitAtOnce) {
  const auto error_of = [&](unsigned blocks) {
    clear();
    return launch_cooperative(blocks, relay_kernel, counter(), values_ + 1, values_ + 2);
  };
  EXPECT_EQ(error_of(3 * 2048 / block_threads), cudaSuccess);
  EXPECT_EQ(error_of(3 * 2048 / block_threads + 1), cudaErrorCooperativeLaunchTooLarge);
  cudaDeviceProp properties{};
  cudaGetDeviceProperties(&properties, 0);
  EXPECT_EQ(properties.cooperativeLaunch, 1);
  shared_bytes_ = properties.sharedMemPerBlockOptin / 2;
  cudaFuncSetAttribute(relay_kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                       static_cast<int>(properties.sharedMemPerBlockOptin));
  EXPECT_EQ(error_of(6), cudaSuccess);
  EXPECT_EQ(error_of(7), cudaErrorCooperativeLaunchTooLarge);
  shared_bytes_ = properties.sharedMemPerBlockOptin;
  EXPECT_EQ(error_of(3), cudaSuccess);
  run();
  EXPECT_EQ(host_[1], relayed(3));
  EXPECT_EQ(error_of(4), cudaErrorCooperativeLaunchTooLarge);
  EXPECT_EQ(cudaGetLastError(), cudaErrorCooperativeLaunchTooLarge);
  EXPECT_THAT(emulated::take_complaints(), ElementsAre(HasSubstr("holds at once")));
}

TEST_P(CooperativeLaunch, MayNotStartEarly) {
  early_ = true;
  EXPECT_EQ(launch_cooperative(1, relay_kernel, counter(), values_ + 1, values_ + 2),
            cudaErrorInvalidValue);
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidValue);
  EXPECT_THAT(emulated::take_complaints(), ElementsAre(HasSubstr("may start early")));
}

TEST_F(EmulatedCuda, SeesCallsOnTheWrongDevice) {
  cudaSetDevice(1);
  EXPECT_EQ(launch(reverse_kernel, values_), cudaErrorInvalidResourceHandle);
  EXPECT_THAT(emulated::take_complaints(), ElementsAre(HasSubstr("another device")));
}

TEST_F(EmulatedCuda, SeesCopiesBeyondAnAllocation) {
  EXPECT_EQ(cudaMemcpyAsync(values_ + 4 * count - 1, host_, 2 * sizeof(int), cudaMemcpyHostToDevice,
                            stream_),
            cudaErrorInvalidValue);
  EXPECT_THAT(emulated::take_complaints(), ElementsAre(HasSubstr("leaves its allocation")));
}

TEST_F(EmulatedCuda, SeesMemoryThatIsReleasedUnderACopy) {
  copy(cudaMemcpyHostToDevice);
  cudaFreeHost(host_);
  EXPECT_THAT(emulated::take_complaints(), ElementsAre(HasSubstr("still use")));
  cudaMallocHost(reinterpret_cast<void**>(&host_), count * sizeof(int));
}

TEST_F(EmulatedCuda, NothingBehindAnAllocationCanBeTouched) {
  const auto write_behind = [&] {
    launch(write_kernel, values_, 4 * count);
    cudaStreamSynchronize(stream_);
  };
  EXPECT_DEATH(write_behind(), "");
}

TEST_F(EmulatedCuda, TheHostCannotTouchTheDevicesMemory) { EXPECT_DEATH(values_[0] = 1, ""); }

}  // namespace
}  // namespace v1::test
