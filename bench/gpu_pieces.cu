// What a step of the backend cuda is made of, measured alone: additions to random places in the
// memory of the device and in shared memory, and barriers between blocks (docs/performance.md).
//   nvcc -O3 -std=c++17 -arch=sm_90 bench/gpu_pieces.cu -o gpu_pieces && ./gpu_pieces
#include <cuda_runtime.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <random>
#include <vector>

namespace {

constexpr std::uint32_t additions = 11'000'000;
constexpr unsigned held = 4;  // additions that a thread asks for together
constexpr std::uint32_t shared_words = 8192;

// Adds one at all places of the memory, or, folded, of a block's shared memory.
template <bool in_shared>
__global__ void add(const std::uint32_t* places, int* sums) {
  __shared__ int on_chip[shared_words];
  for (unsigned i = threadIdx.x; in_shared && i < shared_words; i += blockDim.x) on_chip[i] = 0;
  __syncthreads();
  const std::uint32_t stride = gridDim.x * blockDim.x;
  for (std::uint32_t i = blockIdx.x * blockDim.x + threadIdx.x; i < additions; i += held * stride) {
    std::uint32_t place[held];
#pragma unroll
    for (unsigned j = 0; j < held; ++j) {
      place[j] = i + j * stride < additions ? __ldcs(places + i + j * stride) : ~0u;
    }
#pragma unroll
    for (unsigned j = 0; j < held; ++j) {
      if (place[j] == ~0u) continue;
      atomicAdd(in_shared ? on_chip + place[j] % shared_words : sums + place[j], 1);
    }
  }
  __syncthreads();
  if (in_shared && on_chip[threadIdx.x] < 0) *sums = 1;  // so that they are not left out
}

// sums: null, or what each thread adds to before it waits.
__global__ void wait_for_all(unsigned* arrivals, int* sums, int rounds) {
  unsigned expected = 0, place = blockIdx.x * 1024 + threadIdx.x;
  for (int r = 0; r < rounds; ++r) {
    place = place * 1664525u + 1013904223u;
    if (sums) atomicAdd(sums + (place >> 12), 1);
    __syncthreads();
    expected += gridDim.x;
    if (threadIdx.x == 0) {
      __threadfence();
      atomicAdd(arrivals, 1u);
      unsigned seen;
      do {
        asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(seen) : "l"(arrivals) : "memory");
      } while (static_cast<int>(seen - expected) < 0);
    }
    __syncthreads();
  }
}

template <class Work>
double best_ms(Work&& work) {
  cudaEvent_t begin, end;
  cudaEventCreate(&begin);
  cudaEventCreate(&end);
  float best = 1e9f;
  for (int run = 0; run < 5; ++run) {
    cudaEventRecord(begin);
    work();
    cudaEventRecord(end);
    cudaEventSynchronize(end);
    float ms = 0;
    cudaEventElapsedTime(&ms, begin, end);
    best = std::min(best, ms);
  }
  return best;
}

}  // namespace

int main() {
  cudaDeviceProp device{};
  if (cudaGetDeviceProperties(&device, 0) != cudaSuccess) {
    std::fprintf(stderr, "error: no CUDA device\n");
    return 5;
  }
  const auto processors = static_cast<unsigned>(device.multiProcessorCount);
  std::printf("%s, %u processors\n", device.name, processors);
  std::vector<std::uint32_t> places(additions);
  std::uint32_t* on_device;
  int* sums;
  unsigned* arrivals;
  cudaMalloc(&on_device, additions * sizeof(std::uint32_t));
  cudaMalloc(&sums, 64 << 20);
  cudaMalloc(&arrivals, sizeof(unsigned));
  cudaMemset(sums, 0, 64 << 20);
  std::mt19937 random(1);
  for (const double megabytes : {0.2, 2.0, 9.0, 15.5, 40.0}) {
    const auto span = static_cast<std::uint32_t>(megabytes * 1e6 / 4);
    for (std::uint32_t& place : places) place = random() % span;
    cudaMemcpy(on_device, places.data(), additions * sizeof(std::uint32_t), cudaMemcpyHostToDevice);
    const double ms = best_ms([&] { add<false><<<processors * 16, 128>>>(on_device, sums); });
    std::printf("additions over %.1f MB of memory: %.1f G/s\n", megabytes, 1e-6 * additions / ms);
  }
  for (const unsigned threads : {256u, 512u, 1024u}) {
    const double ms = best_ms([&] { add<true><<<processors, threads>>>(on_device, sums); });
    std::printf("additions in shared memory, %u threads a block: %.1f G/s\n", threads,
                1e-6 * additions / ms);
  }
  int rounds = 5000;
  for (const unsigned threads : {256u, 512u}) {
    for (const unsigned blocks : {6u, 13u, processors}) {
      for (int* added : {static_cast<int*>(nullptr), sums}) {
        void* arguments[] = {&arrivals, &added, &rounds};
        const double ms = best_ms([&] {
          cudaMemsetAsync(arrivals, 0, sizeof(unsigned));
          cudaLaunchCooperativeKernel(reinterpret_cast<void*>(wait_for_all), dim3(blocks),
                                      dim3(threads), arguments, 0, nullptr);
        });
        std::printf("barrier of %u blocks of %u threads%s: %.2f us\n", blocks, threads,
                    added ? ", each after an addition" : "", 1e3 * ms / rounds);
      }
    }
  }
  const cudaError_t error = cudaDeviceSynchronize();
  if (error != cudaSuccess) std::fprintf(stderr, "error: %s\n", cudaGetErrorString(error));
  return error == cudaSuccess ? 0 : 1;
}
