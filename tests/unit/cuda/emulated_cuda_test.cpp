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
  void copy(cudaMemcpyKind kind) {
    const bool up = kind == cudaMemcpyHostToDevice;
    cudaMemcpyAsync(up ? values_ : host_, up ? host_ : values_, count * sizeof(int), kind, stream_);
  }

  static constexpr int count = 2 * block_threads;
  cudaStream_t stream_ = nullptr;
  int* values_ = nullptr;
  int* host_ = nullptr;
};

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
