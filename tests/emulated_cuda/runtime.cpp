#include <cuda_runtime_api.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/emulated_cuda/complaints.hpp"
#include "tests/emulated_cuda/emulated.hpp"
#include "tests/emulated_cuda/kernel_threads.hpp"
#include "tests/emulated_cuda/launch_rules.hpp"
#include "tests/emulated_cuda/memory.hpp"
#include "tests/emulated_cuda/settings.hpp"
#include "tests/emulated_cuda/work.hpp"

/// The calls of the runtime. One at a time, as all that is behind them is plain.
namespace emulated {
namespace {

std::recursive_mutex mutex;
// Whole runs ask for a larger device by a variable of the environment.
Settings settings_of_process() {
  Settings settings;
  if (const char* asked = std::getenv("EMULATED_CUDA_MULTIPROCESSORS")) {
    settings.multiprocessors = std::max(1, std::atoi(asked));
  }
  return settings;
}

Settings current = settings_of_process();
auto& complaints = *new std::vector<std::string>;  // never destroyed: read when a program ends
Holdings held;
std::uint64_t kernels_done = 0;
constexpr std::size_t max_window_bytes = 128 << 20;
std::map<const void*, int> loaded_kernels;  // -> dynamic shared memory that is allowed
int exclusive_recordings = 0;  // mode Global: no thread may make calls that wait or allocate
thread_local Stream* recording = nullptr;  // by this thread, in any mode
thread_local int chosen_device = 0;
thread_local cudaError_t last_error = cudaSuccess;

using Lock = std::lock_guard<std::recursive_mutex>;

cudaError_t report(cudaError_t error) {
  if (error != cudaSuccess) last_error = error;
  return error;
}

/// Calls that may not be made by a thread while it records a stream, nor by others while one
/// records in mode Global.
cudaError_t refuse_while_recording(const char* call) {
  if (!recording && exclusive_recordings == 0) return cudaSuccess;
  complain(std::string(call) + " while steps are recorded");
  return report(cudaErrorStreamCaptureUnsupported);
}

bool usable() { return current.driver_version >= CUDART_VERSION && current.devices > 0; }

cudaError_t check_usable() {
  if (current.driver_version < CUDART_VERSION) return report(cudaErrorInsufficientDriver);
  return current.devices > 0 ? cudaSuccess : report(cudaErrorNoDevice);
}

/// Streams, events and graphs belong to the device that is current when they are made.
template <class T>
cudaError_t make(T** out, std::uint64_t& count) {
  const Lock lock(mutex);
  *out = new T;
  (*out)->device = chosen_device;
  ++count;
  return cudaSuccess;
}

template <class T>
cudaError_t destroy(T* one, std::uint64_t& count) {
  const Lock lock(mutex);
  delete one;
  --count;
  return cudaSuccess;
}

std::uint64_t persisting = 0;  // launches

void check_cache_window(const cudaLaunchConfig_t& config) {
  for (unsigned a = 0; a < config.numAttrs; ++a) {
    if (config.attrs[a].id != cudaLaunchAttributeAccessPolicyWindow) continue;
    const cudaAccessPolicyWindow& window = config.attrs[a].val.accessPolicyWindow;
    if (!on_device(window.base_ptr, window.num_bytes, config.stream->device)) {
      complain("cache is kept for what is not the device's memory");
    }
    if (window.num_bytes > max_window_bytes || !(window.hitRatio >= 0 && window.hitRatio <= 1) ||
        window.missProp == cudaAccessPropertyPersisting) {
      complain("a wrong access policy window");
    }
    if (window.hitProp != cudaAccessPropertyPersisting) continue;
    ++persisting;
    if (window.hitRatio * static_cast<float>(window.num_bytes) >
        1.001f * static_cast<float>(held.kept_cache_bytes)) {
      complain("more is to persist in the cache than is kept of it");
    }
  }
}

}  // namespace

const Settings& settings() { return current; }

void complain(std::string what) {
  if (std::find(complaints.begin(), complaints.end(), what) == complaints.end()) {
    complaints.push_back(std::move(what));
  }
}

void configure(const Settings& wanted) {
  const Lock lock(mutex);
  if (held.streams > 0) throw std::logic_error("the emulated device is in use");
  current = wanted;
}

std::vector<std::string> take_complaints() {
  const Lock lock(mutex);
  return std::exchange(complaints, {});
}

Holdings holdings() {
  const Lock lock(mutex);
  Holdings now = held;
  for (int device = 0; device < current.devices; ++device) now.device_bytes += device_bytes(device);
  now.pinned_bytes = pinned_bytes();
  return now;
}

std::uint64_t persisting_launches() {
  const Lock lock(mutex);
  return persisting;
}

cudaError_t load_kernel(const void* kernel) {
  const Lock lock(mutex);
  loaded_kernels.emplace(kernel, 48 * 1024);
  return cudaSuccess;
}

cudaError_t allow_shared_memory(const void* kernel, int bytes) {
  const Lock lock(mutex);
  if (bytes > static_cast<int>(most_shared_bytes)) return report(cudaErrorInvalidValue);
  loaded_kernels[kernel] = bytes;
  return cudaSuccess;
}

cudaError_t launch(const cudaLaunchConfig_t& config, const void* kernel,
                   std::function<void()> thread) {
  const Lock lock(mutex);
  if (config.stream->device != chosen_device) {
    complain("a launch while another device is current");
    return report(cudaErrorInvalidResourceHandle);
  }
  if (config.stream->recorded && !loaded_kernels.contains(kernel)) {
    complain("a kernel that is first named while steps are recorded");
  }
  loaded_kernels.emplace(kernel, 48 * 1024);
  check_cache_window(config);
  if (!fits(config.gridDim, config.blockDim)) {
    complain("a launch without threads, or with too many");
    return report(cudaErrorInvalidConfiguration);
  }
  if (config.dynamicSmemBytes > static_cast<std::size_t>(loaded_kernels[kernel])) {
    complain("more shared memory than was asked for");
    return report(cudaErrorInvalidValue);
  }
  const bool cooperative = is_cooperative(config);
  if (cooperative && may_start_early(config)) {
    complain("a cooperative launch that may start early");
    return report(cudaErrorInvalidValue);
  }
  if (cooperative && !fits_at_once(config)) {
    complain("a cooperative launch of more blocks than the device holds at once");
    return report(cudaErrorCooperativeLaunchTooLarge);
  }
  const auto grid = std::make_shared<const Grid>(Grid{
      config.gridDim, config.blockDim, config.dynamicSmemBytes, std::move(thread), cooperative});
  const auto started = std::make_shared<std::shared_ptr<StartedGrid>>();
  const auto work = [grid, started] {
    ++kernels_done;
    if (const auto mine = std::exchange(*started, nullptr)) {
      finish_grid(*mine);
    } else {
      run_grid(*grid);
    }
  };
  std::function<bool(std::uint64_t)> start;
  if (may_start_early(config)) {
    start = [grid, started](std::uint64_t most_threads) {
      *started = start_grid(*grid, most_threads);
      return *started != nullptr;
    };
  }
  enqueue(*config.stream, work, {}, start);
  return cudaSuccess;
}

}  // namespace emulated

using namespace emulated;

const char* cudaGetErrorName(cudaError_t error) {
  switch (error) {
    case cudaSuccess:
      return "cudaSuccess";
    case cudaErrorInvalidValue:
      return "cudaErrorInvalidValue";
    case cudaErrorMemoryAllocation:
      return "cudaErrorMemoryAllocation";
    case cudaErrorInvalidConfiguration:
      return "cudaErrorInvalidConfiguration";
    case cudaErrorInsufficientDriver:
      return "cudaErrorInsufficientDriver";
    case cudaErrorNoDevice:
      return "cudaErrorNoDevice";
    case cudaErrorInvalidDevice:
      return "cudaErrorInvalidDevice";
    case cudaErrorInvalidResourceHandle:
      return "cudaErrorInvalidResourceHandle";
    case cudaErrorCooperativeLaunchTooLarge:
      return "cudaErrorCooperativeLaunchTooLarge";
    case cudaErrorStreamCaptureUnsupported:
      return "cudaErrorStreamCaptureUnsupported";
    case cudaErrorStreamCaptureWrongThread:
      return "cudaErrorStreamCaptureWrongThread";
  }
  return "unrecognized error code";
}
const char* cudaGetErrorString(cudaError_t error) { return cudaGetErrorName(error); }
cudaError_t cudaGetLastError() { return std::exchange(last_error, cudaSuccess); }

cudaError_t cudaGetDeviceCount(int* count) {
  const Lock lock(mutex);
  *count = usable() ? current.devices : 0;
  return check_usable();
}

cudaError_t cudaDriverGetVersion(int* version) {
  const Lock lock(mutex);
  *version = current.driver_version;
  return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  const Lock lock(mutex);
  if (check_usable() != cudaSuccess) return last_error;
  if (device < 0 || device >= current.devices) return report(cudaErrorInvalidDevice);
  *properties = {};
  std::strcpy(properties->name, "Emulated device");
  properties->major = current.major;
  properties->multiProcessorCount = current.multiprocessors;
  properties->l2CacheSize = 50 << 20;
  properties->persistingL2CacheMaxSize = current.persisting_cache_bytes;
  properties->accessPolicyMaxWindowSize = max_window_bytes;
  properties->sharedMemPerBlockOptin = most_shared_bytes;
  properties->cooperativeLaunch = 1;
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) {
  const Lock lock(mutex);
  if (check_usable() != cudaSuccess) return last_error;
  if (device < 0 || device >= current.devices) return report(cudaErrorInvalidDevice);
  chosen_device = device;
  return cudaSuccess;
}

cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  const Lock lock(mutex);
  *total = current.memory_bytes;
  *free = current.memory_bytes - device_bytes(chosen_device);
  return cudaSuccess;
}

cudaError_t cudaDeviceSetLimit(cudaLimit, std::size_t value) {
  const Lock lock(mutex);
  if (const auto error = refuse_while_recording("cudaDeviceSetLimit")) return error;
  if (value > static_cast<std::size_t>(current.persisting_cache_bytes)) {
    complain("more of the cache is to be kept than can be");
    return report(cudaErrorInvalidValue);
  }
  held.kept_cache_bytes = value;
  return cudaSuccess;
}

cudaError_t cudaCtxResetPersistingL2Cache() { return cudaSuccess; }

cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
  const Lock lock(mutex);
  if (const auto error = refuse_while_recording("cudaMalloc")) return error;
  if (bytes == 0) complain("an allocation of nothing");
  *memory = allocate_device(chosen_device, bytes, current.memory_bytes);
  return *memory ? cudaSuccess : report(cudaErrorMemoryAllocation);
}

cudaError_t cudaFree(void* memory) {
  const Lock lock(mutex);
  if (const auto error = refuse_while_recording("cudaFree")) return error;
  for (int device = 0; device < current.devices; ++device) finish_all(device);
  if (memory && !release_device(memory)) {
    complain("memory is released that is not the device's, or was released before");
    return report(cudaErrorInvalidValue);
  }
  return cudaSuccess;
}

cudaError_t cudaMallocHost(void** memory, std::size_t bytes) {
  const Lock lock(mutex);
  if (const auto error = refuse_while_recording("cudaMallocHost")) return error;
  *memory = allocate_pinned(bytes);
  return *memory ? cudaSuccess : report(cudaErrorMemoryAllocation);
}

cudaError_t cudaFreeHost(void* memory) {
  const Lock lock(mutex);
  if (const auto error = refuse_while_recording("cudaFreeHost")) return error;
  if (memory && in_use({memory, pinned_size(memory)})) {
    complain("pinned memory is released that copies still use");
    for (int device = 0; device < current.devices; ++device) finish_all(device);
  }
  if (memory && !release_pinned(memory)) {
    complain("memory is released as pinned that is not");
    return report(cudaErrorInvalidValue);
  }
  return cudaSuccess;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  return make(stream, held.streams);
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  const Lock lock(mutex);
  finish(stream->last);
  return destroy(stream, held.streams);
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  const Lock lock(mutex);
  if (const auto error = refuse_while_recording("cudaStreamSynchronize")) return error;
  finish(stream->last);
  return cudaSuccess;
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  const Lock lock(mutex);
  if (const auto error = refuse_while_recording("cudaStreamWaitEvent")) return error;
  if (!event->recorded || event->recorded->done) return cudaSuccess;
  enqueue(*stream, nullptr)->after.push_back(event->recorded);
  return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  const Lock lock(mutex);
  if (const auto error = refuse_while_recording("cudaMemcpyAsync")) return error;
  const bool up = kind == cudaMemcpyHostToDevice;
  void* const host = up ? const_cast<void*>(from) : to;
  if (bytes == 0) return cudaSuccess;
  if (!on_device(up ? to : from, bytes, stream->device) || of_a_device(host)) {
    complain("a copy that leaves its allocation or mistakes the host's memory for the device's");
    return report(cudaErrorInvalidValue);
  }
  if (is_pinned(host, bytes)) {
    // Garbage until it is waited for, unless an earlier copy is still to read it.
    if (!up && settings().schedule == Schedule::late && !in_use({host, bytes})) {
      std::memset(to, garbage, bytes);
    }
    enqueue(*stream, [to, from, bytes] { std::memcpy(to, from, bytes); }, {host, bytes});
  } else if (up) {
    const auto* const first = static_cast<const unsigned char*>(from);
    enqueue(*stream, [to, staged = std::vector<unsigned char>(first, first + bytes)] {
      std::memcpy(to, staged.data(), staged.size());
    });
  } else {
    finish(enqueue(*stream, [to, from, bytes] { std::memcpy(to, from, bytes); }));
  }
  return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void* memory, int byte, std::size_t bytes, cudaStream_t stream) {
  const Lock lock(mutex);
  if (const auto error = refuse_while_recording("cudaMemsetAsync")) return error;
  if (!on_device(memory, bytes, stream->device)) {
    complain("memory is cleared that is not the device's");
    return report(cudaErrorInvalidValue);
  }
  enqueue(*stream, [memory, byte, bytes] { std::memset(memory, byte, bytes); });
  return cudaSuccess;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
  const cudaError_t error = make(event, held.events);
  if (error == cudaSuccess) (*event)->timed = (flags & cudaEventDisableTiming) == 0;
  return error;
}

cudaError_t cudaEventDestroy(cudaEvent_t event) { return destroy(event, held.events); }

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  const Lock lock(mutex);
  if (const auto error = refuse_while_recording("cudaEventRecord")) return error;
  if (event->device != stream->device) {
    complain("an event of one device in a stream of another");
    return report(cudaErrorInvalidResourceHandle);
  }
  const auto before = std::make_shared<std::uint64_t>(0);
  event->kernels_before = before;
  event->recorded = enqueue(*stream, [before] { *before = kernels_done; });
  return cudaSuccess;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  const Lock lock(mutex);
  if (const auto error = refuse_while_recording("cudaEventSynchronize")) return error;
  finish(event->recorded);
  return cudaSuccess;
}

// Whatever lies between two events takes a millisecond, and each of its kernels what was set.
cudaError_t cudaEventElapsedTime(float* ms, cudaEvent_t start, cudaEvent_t end) {
  const Lock lock(mutex);
  for (const cudaEvent_t event : {start, end}) {
    if (!event->timed || !event->recorded || !event->recorded->done) {
      complain("the time of an event that has none, or none yet");
      return report(cudaErrorInvalidResourceHandle);
    }
  }
  const auto kernels = static_cast<float>(*end->kernels_before - *start->kernels_before);
  *ms = 1.0f + 1e-3f * current.kernel_us * kernels;
  return cudaSuccess;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode) {
  const Lock lock(mutex);
  if (recording || stream->recorded) {
    complain("a stream is recorded twice at a time, or two by one thread");
    return report(cudaErrorStreamCaptureUnsupported);
  }
  stream->recorded = std::make_unique<Graph>();
  stream->recorded_alone = mode == cudaStreamCaptureModeGlobal;
  if (stream->recorded_alone) ++exclusive_recordings;
  recording = stream;
  return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  const Lock lock(mutex);
  *graph = nullptr;
  if (recording != stream) {
    complain("a recording is ended that this thread did not begin");
    return report(cudaErrorStreamCaptureWrongThread);
  }
  *graph = stream->recorded.release();
  if (std::exchange(stream->recorded_alone, false)) --exclusive_recordings;
  recording = nullptr;
  ++held.graphs;
  return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* made, cudaGraph_t graph, unsigned) {
  const Lock lock(mutex);
  if (const auto error = refuse_while_recording("cudaGraphInstantiate")) return error;
  make(made, held.graphs);
  (*made)->nodes = std::make_shared<const std::vector<Node>>(graph->nodes);
  return cudaSuccess;
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) { return destroy(graph, held.graphs); }

cudaError_t cudaGraphLaunch(cudaGraphExec_t graph, cudaStream_t stream) {
  const Lock lock(mutex);
  if (stream->device != chosen_device || graph->device != chosen_device) {
    complain("a graph is launched while another device is current");
    return report(cudaErrorInvalidResourceHandle);
  }
  enqueue(*stream, [nodes = graph->nodes] { run_nodes(*nodes); });
  return cudaSuccess;
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t graph) {
  return destroy(graph, held.graphs);  // a launch in flight keeps what it needs
}
