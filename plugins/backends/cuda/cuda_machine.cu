#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "plugins/backends/cuda/cuda_check.hpp"
#include "plugins/backends/cuda/cuda_kernels.cuh"
#include "plugins/backends/cuda/cuda_launch.cuh"
#include "plugins/backends/cuda/cuda_lgn.hpp"
#include "plugins/backends/cuda/cuda_machine.hpp"

namespace v1::cuda {
namespace {

constexpr std::int64_t longest_graph = 250;  // steps

template <class... Parameters>
void load(void (*kernel)(Parameters...)) {
  cudaFuncAttributes attributes{};
  check(cudaFuncGetAttributes(&attributes, kernel), "loading a kernel");
}

unsigned blocks_for(std::uint64_t items, int threads) {
  const auto each = static_cast<std::uint64_t>(threads);
  return static_cast<unsigned>((items + each - 1) / each);
}

/// A window as CUDA graphs of many steps, recorded once for each length and parity.
template <class Real, class Sum>
class CudaStepRunner final : public StepRunner<Real, Sum> {
 public:
  CudaStepRunner(cudaStream_t stream, std::uint32_t processors, bool overlaps)
      : stream_(stream),
        delivery_blocks_(delivery_blocks_per_processor * processors),
        overlaps_(overlaps) {
    // Kernels are loaded when they are first named, which may be unsafe while steps are recorded.
    load(begin_kernels);
    load(draw_kernel<Real, Sum>);
    load(step_kernel<Real, Sum, few_held>);
    load(step_kernel<Real, Sum, most_held>);
  }
  ~CudaStepRunner() override {
    for (const int parity : {0, 1}) forget_graphs(parity);
  }

  void run(const View<Real, Sum>& view, std::int64_t steps, int parity) override {
    for (std::int64_t first = 0; first < steps; first += longest_graph) {
      const std::int64_t count = steps - first < longest_graph ? steps - first : longest_graph;
      launch({dim3(1), 1, stream_}, begin_kernels,
             const_cast<std::int64_t*>(view.window.first_step), first);
      check(cudaGraphLaunch(graph(view, static_cast<int>(count), parity), stream_),
            "launching steps");
    }
  }

  void forget(int parity) override { forget_graphs(parity); }

 private:
  cudaGraphExec_t graph(const View<Real, Sum>& view, int steps, int parity) {
    const auto key = std::make_pair(steps, parity);
    const auto known = graphs_.find(key);
    if (known != graphs_.end()) return known->second;
    check(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeThreadLocal), "recording steps");
    cudaGraph_t recorded = nullptr;
    try {
      record(view, steps);
    } catch (...) {
      cudaStreamEndCapture(stream_, &recorded);
      if (recorded) cudaGraphDestroy(recorded);
      throw;
    }
    check(cudaStreamEndCapture(stream_, &recorded), "recording steps");
    cudaGraphExec_t made = nullptr;
    const cudaError_t error = cudaGraphInstantiate(&made, recorded, 0);
    cudaGraphDestroy(recorded);
    check(error, "preparing steps");
    graphs_.emplace(key, made);
    return made;
  }

  void record(const View<Real, Sum>& view, int steps) {
    const auto step = view.currents <= few_held && view.inputs <= few_held
                          ? step_kernel<Real, Sum, few_held>
                          : step_kernel<Real, Sum, most_held>;
    StepGrid grid;
    grid.deliver = std::min(delivery_blocks_, blocks_for(view.listed_pieces, step_warps));
    grid.draw = blocks_for(view.outside_sources, step_threads);
    Launch how = {dim3(grid.draw, view.lane_count), step_threads, stream_};
    if (view.outside_sources > 0) {
      // The first node follows copies and fills, which know nothing of early starts.
      launch(how, draw_kernel<Real, Sum>, view, steps);
      how.overlaps = overlaps_;
      how.grid.x = grid.all();
      launch(how, step, view, grid, -1, steps);
    }
    grid.update = blocks_for(view.places, step_threads);
    how.grid.x = grid.all();
    for (int k = 0; k < steps; ++k) {
      launch(how, step, view, grid, k, steps);
      how.overlaps = overlaps_;
    }
  }

  void forget_graphs(int parity) {
    std::erase_if(graphs_, [&](const auto& known) {
      const auto& [key, made] = known;
      if (key.second != parity) return false;
      cudaGraphExecDestroy(made);
      return true;
    });
  }

  cudaStream_t stream_;
  std::uint32_t delivery_blocks_;
  bool overlaps_;
  std::map<std::pair<int, int>, cudaGraphExec_t> graphs_;
};

class CudaMachine final : public Machine {
 public:
  explicit CudaMachine(std::uint32_t device) : device_(static_cast<int>(device)) {
    use();
    cudaDeviceProp properties{};
    check(cudaGetDeviceProperties(&properties, device_), "asking the device");
    cache_bytes_ = static_cast<std::uint64_t>(properties.l2CacheSize);
    processors_ = static_cast<std::uint32_t>(properties.multiProcessorCount);
    overlaps_ = properties.major >= 9;
    check(cudaStreamCreateWithFlags(&work_, cudaStreamNonBlocking), "making a stream");
    check(cudaStreamCreateWithFlags(&copies_, cudaStreamNonBlocking), "making a stream");
    check(cudaStreamCreateWithFlags(&uploads_, cudaStreamNonBlocking), "making a stream");
    check(cudaEventCreateWithFlags(&uploaded_, cudaEventDisableTiming), "making an event");
    for (cudaEvent_t& mark : marks_) {
      check(cudaEventCreateWithFlags(&mark, cudaEventDisableTiming), "making an event");
    }
    for (Parity& parity : parities_) {
      check(cudaEventCreateWithFlags(&parity.worked, cudaEventDisableTiming), "making an event");
      // The host sleeps while it waits for a window: others may need the processor.
      check(
          cudaEventCreateWithFlags(&parity.fetched, cudaEventDisableTiming | cudaEventBlockingSync),
          "making an event");
    }
  }

  ~CudaMachine() override {
    settle();
    for (Parity& parity : parities_) {
      cudaEventDestroy(parity.worked);
      cudaEventDestroy(parity.fetched);
    }
    cudaStreamDestroy(work_);
    cudaStreamDestroy(copies_);
    cudaStreamDestroy(uploads_);
    cudaEventDestroy(uploaded_);
    for (const cudaEvent_t mark : marks_) cudaEventDestroy(mark);
  }

  void* allocate(std::uint64_t bytes) override {
    use();
    void* memory = nullptr;
    const cudaError_t error = cudaMalloc(&memory, bytes);
    if (error == cudaErrorMemoryAllocation) {
      cudaGetLastError();
      throw v1e::Error(V1E_E_DEVICE_MEMORY, "",
                       "the device has no room for another " + readable_bytes(bytes) + "; " +
                           readable_bytes(free_bytes()) + " are free");
    }
    check(error, "allocating memory of the device");
    return memory;
  }
  void release(void* memory) noexcept override { cudaFree(memory); }

  void* allocate_pinned(std::uint64_t bytes) override {
    use();
    void* memory = nullptr;
    const cudaError_t error = cudaMallocHost(&memory, bytes);
    if (error == cudaErrorMemoryAllocation) {
      cudaGetLastError();
      throw v1e::Error(V1E_E_MEMORY, "",
                       "the host has no " + readable_bytes(bytes) + " of pinned memory");
    }
    check(error, "allocating pinned memory");
    return memory;
  }
  void release_pinned(void* memory) noexcept override { cudaFreeHost(memory); }

  void upload(void* to, const void* from, std::uint64_t bytes) override {
    use();
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, work_), "copying to the device");
    check(cudaStreamSynchronize(work_), "copying to the device");
  }
  void download(void* to, const void* from, std::uint64_t bytes) override {
    use();
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, work_),
          "copying from the device");
    check(cudaStreamSynchronize(work_), "copying from the device");
  }
  void enqueue_upload(void* to, const void* from, std::uint64_t bytes) override {
    use();
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, work_), "copying to the device");
  }
  void fill(void* memory, int byte, std::uint64_t bytes) override {
    if (bytes == 0) return;
    use();
    check(cudaMemsetAsync(memory, byte, bytes, work_), "clearing memory of the device");
  }

  void mark(int which) override {
    check(cudaEventRecord(marks_[which], work_), "copying to the device");
  }
  void wait_mark(int which) override {
    check(cudaEventSynchronize(marks_[which]), "copying to the device");
  }

  void upload_ahead(void* to, const void* from, std::uint64_t bytes) override {
    use();
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, uploads_),
          "copying to the device");
  }
  void end_uploads() override {
    check(cudaEventRecord(uploaded_, uploads_), "copying to the device");
    check(cudaStreamWaitEvent(work_, uploaded_, 0), "copying to the device");
  }
  void filter(const LgnView& view) override {
    use();
    launch_lgn(view, work_);
  }

  void begin_window(int parity) override {
    use();
    check(cudaEventSynchronize(parities_[parity].fetched), "waiting for an earlier window");
  }
  void end_window(int parity) override {
    check(cudaEventRecord(parities_[parity].worked, work_), "ending a window");
    check(cudaStreamWaitEvent(copies_, parities_[parity].worked, 0), "ending a window");
  }
  void fetch(int, void* to, const void* from, std::uint64_t bytes) override {
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, copies_),
          "copying from the device");
  }
  void end_fetches(int parity) override {
    check(cudaEventRecord(parities_[parity].fetched, copies_), "ending a window");
  }
  void wait(int parity) override {
    check(cudaEventSynchronize(parities_[parity].fetched), "simulating on the device");
  }
  void settle() noexcept override {
    // Nothing can be done about failures here; a lost device frees its memory itself.
    cudaStreamSynchronize(work_);
    cudaStreamSynchronize(copies_);
    cudaStreamSynchronize(uploads_);
    cudaGetLastError();
  }

  std::uint64_t free_bytes() override {
    use();
    std::size_t free = 0, total = 0;
    check(cudaMemGetInfo(&free, &total), "asking for the memory of the device");
    return free;
  }
  std::uint64_t cache_bytes() const override { return cache_bytes_; }

  void make(std::unique_ptr<StepRunner<float, std::int32_t>>& runner) override {
    make_runner(runner);
  }
  void make(std::unique_ptr<StepRunner<float, std::int64_t>>& runner) override {
    make_runner(runner);
  }
  void make(std::unique_ptr<StepRunner<double, std::int32_t>>& runner) override {
    make_runner(runner);
  }
  void make(std::unique_ptr<StepRunner<double, std::int64_t>>& runner) override {
    make_runner(runner);
  }

 private:
  // The current device belongs to the thread: others may have chosen one since.
  void use() const { check(cudaSetDevice(device_), "choosing the device"); }

  template <class Real, class Sum>
  void make_runner(std::unique_ptr<StepRunner<Real, Sum>>& runner) {
    use();
    runner = std::make_unique<CudaStepRunner<Real, Sum>>(work_, processors_, overlaps_);
  }

  struct Parity {
    cudaEvent_t worked = nullptr, fetched = nullptr;
  };
  int device_;
  std::uint64_t cache_bytes_ = 0;
  std::uint32_t processors_ = 1;
  bool overlaps_ = false;
  cudaStream_t work_ = nullptr, copies_ = nullptr, uploads_ = nullptr;
  cudaEvent_t uploaded_ = nullptr, marks_[2] = {};
  Parity parities_[2];
};

}  // namespace

std::unique_ptr<Machine> make_cuda_machine(std::uint32_t device) {
  return std::make_unique<CudaMachine>(device);
}

}  // namespace v1::cuda
