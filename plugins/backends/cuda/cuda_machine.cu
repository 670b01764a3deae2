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
      : stream_(stream), processors_(processors), overlaps_(overlaps) {
    // Kernels are loaded when they are first named, which may be unsafe while steps are recorded.
    load(begin_kernels);
    load(draw_kernel<Real, Sum>);
    load(deliver_kernel<Real, Sum>);
    load(update_kernel<Real, Sum, few_held, false>);
    load(update_kernel<Real, Sum, few_held, true>);
    load(update_kernel<Real, Sum, most_held, false>);
    load(update_kernel<Real, Sum, most_held, true>);
    load(update_kernel<Real, Sum, many_held, false>);
    load(update_kernel<Real, Sum, many_held, true>);
  }
  ~CudaStepRunner() override {
    for (const int parity : {0, 1}) forget_graphs(parity);
  }

  void prepare(const View<Real, Sum>& view, std::int64_t steps, int parity) override {
    for (std::int64_t first = 0; first < steps; first += longest_graph) {
      graph(view, steps_from(first, steps), parity);
    }
  }

  void run(const View<Real, Sum>& view, std::int64_t steps, int parity) override {
    for (std::int64_t first = 0; first < steps; first += longest_graph) {
      launch({dim3(1), 1, stream_}, begin_kernels,
             const_cast<std::int64_t*>(view.window.first_step), first);
      check(cudaGraphLaunch(graph(view, steps_from(first, steps), parity), stream_),
            "launching steps");
    }
  }

  void forget(int parity) override { forget_graphs(parity); }

 private:
  static int steps_from(std::int64_t first, std::int64_t steps) {
    return static_cast<int>(std::min(steps - first, longest_graph));
  }

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

  static auto update_of(const View<Real, Sum>& view) {
    const bool plain =
        !view.billeh_tf && view.class_count == 1 && !view.threshold_moves && view.probe_count == 0;
    const std::uint32_t most = std::max(view.currents, view.inputs);
    if (most <= few_held) return update_with<few_held>(plain);
    return most <= most_held ? update_with<most_held>(plain) : update_with<many_held>(plain);
  }

  template <std::uint32_t held>
  static auto update_with(bool plain) {
    return plain ? update_kernel<Real, Sum, held, true> : update_kernel<Real, Sum, held, false>;
  }

  // As many warps as a busy step has pieces, within what the device holds; lanes share it, down to
  // an eighth of the processors each.
  unsigned delivery_blocks(const View<Real, Sum>& view) const {
    const std::uint64_t pieces = std::uint64_t{view.spike_list_size} + view.input_list_size;
    const std::uint64_t wanted =
        std::clamp<std::uint64_t>(pieces / (pieces_per_warp * delivery_warps), processors_,
                                  delivery_blocks_per_processor * processors_);
    return static_cast<unsigned>(
        std::max<std::uint64_t>({wanted / view.lane_count, processors_ / 8, 1}));
  }

  void record(const View<Real, Sum>& view, int steps) {
    const unsigned draw_blocks = blocks_for(view.outside_sources, update_threads);
    Launch draws = {dim3(draw_blocks, view.lane_count), update_threads, stream_};
    Launch updates = draws, deliveries = draws;
    updates.grid.x += blocks_for(view.places, update_threads);
    updates.overlaps = overlaps_;
    deliveries.grid.x = delivery_blocks(view);
    deliveries.threads = delivery_threads;
    const auto update = update_of(view);
    // The first node follows copies and fills, which know nothing of early starts.
    if (draw_blocks > 0) {
      launch(draws, draw_kernel<Real, Sum>, view, steps);
      deliveries.overlaps = overlaps_;
    }
    launch(deliveries, deliver_kernel<Real, Sum>, view, -1, steps);
    deliveries.overlaps = overlaps_;
    for (int k = 0; k < steps; ++k) {
      launch(updates, update, view, draw_blocks, k, steps);
      launch(deliveries, deliver_kernel<Real, Sum>, view, k, steps);
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
  std::uint32_t processors_;
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
      check(cudaEventCreateWithFlags(&parity.begun, cudaEventDefault), "making an event");
      check(cudaEventCreateWithFlags(&parity.worked, cudaEventDefault), "making an event");
      // The host sleeps while it waits for a window: others may need the processor.
      check(
          cudaEventCreateWithFlags(&parity.fetched, cudaEventDisableTiming | cudaEventBlockingSync),
          "making an event");
    }
  }

  ~CudaMachine() override {
    settle();
    for (Parity& parity : parities_) {
      cudaEventDestroy(parity.begun);
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
  void enqueue_download(void* to, const void* from, std::uint64_t bytes) override {
    use();
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, work_),
          "copying from the device");
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
  void start_window(int parity) override {
    check(cudaEventRecord(parities_[parity].begun, work_), "beginning a window");
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
  double worked_seconds(int parity) override {
    float ms = 0.0f;
    check(cudaEventElapsedTime(&ms, parities_[parity].begun, parities_[parity].worked),
          "timing a window");
    return 1e-3 * ms;
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
    cudaEvent_t begun = nullptr, worked = nullptr, fetched = nullptr;
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
