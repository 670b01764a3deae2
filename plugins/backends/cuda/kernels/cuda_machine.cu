#include "plugins/backends/cuda/kernels/cuda_machine.hpp"

#include "plugins/backends/cuda/kernels/cuda_check.hpp"
#include "plugins/backends/cuda/kernels/cuda_step_runner.cuh"
#include "plugins/backends/cuda/lgn/cuda_lgn.hpp"

namespace v1::cuda {
namespace {

class CudaMachine final : public Machine {
 public:
  explicit CudaMachine(std::uint32_t device) : device_(static_cast<int>(device)) {
    use();
    cudaDeviceProp properties{};
    check(cudaGetDeviceProperties(&properties, device_), "asking the device");
    traits_.index = device_;
    traits_.processors = static_cast<std::uint32_t>(properties.multiProcessorCount);
    traits_.overlaps = properties.major >= 9;
    traits_.cache_bytes = static_cast<std::uint64_t>(properties.l2CacheSize);
    traits_.persisting_bytes = static_cast<std::uint64_t>(properties.persistingL2CacheMaxSize);
    traits_.persisting_window = static_cast<std::uint64_t>(properties.accessPolicyMaxWindowSize);
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
  std::uint64_t cache_bytes() const override { return traits_.cache_bytes; }
  ResidentDevice resident_device() const override {
    return cuda::resident_device(static_cast<std::uint32_t>(device_));
  }

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
    runner = std::make_unique<CudaStepRunner<Real, Sum>>(work_, traits_);
  }

  struct Parity {
    cudaEvent_t begun = nullptr, worked = nullptr, fetched = nullptr;
  };
  int device_;
  DeviceTraits traits_;
  cudaStream_t work_ = nullptr, copies_ = nullptr, uploads_ = nullptr;
  cudaEvent_t uploaded_ = nullptr, marks_[2] = {};
  Parity parities_[2];
};

}  // namespace

std::unique_ptr<Machine> make_cuda_machine(std::uint32_t device) {
  return std::make_unique<CudaMachine>(device);
}

}  // namespace v1::cuda
