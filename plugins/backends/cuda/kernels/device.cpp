#include "plugins/backends/cuda/kernels/device.hpp"

#include <deque>
#include <string>

#include "plugins/backends/cuda/kernels/cuda_check.hpp"

namespace v1::cuda {
namespace {

v1e::Error unusable(const std::string& why) {
  return v1e::Error(V1E_E_DEVICE, "", "backend cuda cannot be used here: " + why);
}

std::string version_text(int version) {  // 13000
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

// As CUDA_ARCHITECTURES in CMakeLists.txt: older devices have no kernels here.
constexpr int oldest_major = 8;

cudaDeviceProp properties_of(std::uint32_t index) {
  cudaDeviceProp properties{};
  check(cudaGetDeviceProperties(&properties, static_cast<int>(index)), "asking the device");
  return properties;
}

std::string too_old(const cudaDeviceProp& properties) {
  return std::string(properties.name) + " has compute capability " +
         std::to_string(properties.major) + "." + std::to_string(properties.minor) +
         ", but this build needs " + std::to_string(oldest_major) + ".0 or newer";
}

// Texts that live as long as the process.
const char* kept(const std::string& text) {
  static std::deque<std::string> all;
  for (const std::string& known : all) {
    if (known == text) return known.c_str();
  }
  return all.emplace_back(text).c_str();
}

}  // namespace

std::uint32_t device_count() {
  int count = 0;
  const cudaError_t error = cudaGetDeviceCount(&count);
  cudaGetLastError();
  if (error == cudaErrorInsufficientDriver) {
    int driver = 0;
    cudaDriverGetVersion(&driver);
    cudaGetLastError();
    if (driver == 0) throw unusable("no NVIDIA driver is installed");
    throw unusable("the NVIDIA driver serves CUDA " + version_text(driver) +
                   ", but this build needs " + version_text(CUDART_VERSION) + " or newer");
  }
  if (error == cudaErrorNoDevice || (error == cudaSuccess && count == 0)) {
    throw unusable("no CUDA device was found");
  }
  if (error != cudaSuccess) throw unusable(cudaGetErrorString(error));
  const auto found = static_cast<std::uint32_t>(count);
  for (std::uint32_t index = 0; index < found; ++index) {
    if (properties_of(index).major >= oldest_major) return found;
  }
  throw unusable(too_old(properties_of(0)));
}

void check_device(std::uint32_t index) {
  const std::uint32_t count = device_count();
  if (index >= count) {
    throw v1e::Error(V1E_E_DEVICE, "",
                     "there is no CUDA device " + std::to_string(index) + "; this machine has " +
                         std::to_string(count) + ", counted from 0");
  }
  const cudaDeviceProp properties = properties_of(index);
  if (properties.major < oldest_major) {
    throw v1e::Error(V1E_E_DEVICE, "",
                     "CUDA device " + std::to_string(index) + ": " + too_old(properties));
  }
}

void describe_device(std::uint32_t index, v1e_device& out) {
  check_device(index);
  const cudaDeviceProp properties = properties_of(index);
  int driver = 0;
  check(cudaDriverGetVersion(&driver), "asking the driver");
  out = {};
  out.struct_size = sizeof out;
  out.index = index;
  out.kind = "cuda";
  out.name = kept(properties.name);
  out.details = kept("sm_" + std::to_string(properties.major) + std::to_string(properties.minor) +
                     ", driver " + version_text(driver));
  check(cudaSetDevice(static_cast<int>(index)), "choosing the device");
  std::size_t free = 0, total = 0;
  check(cudaMemGetInfo(&free, &total), "asking for the memory of the device");
  out.memory_total = total;
  out.memory_free = free;
}

ResidentDevice resident_device(std::uint32_t index) {
  check_device(index);
  const cudaDeviceProp properties = properties_of(index);
  if (!properties.cooperativeLaunch) return {};
  return {static_cast<std::uint32_t>(properties.multiProcessorCount),
          static_cast<std::uint32_t>(properties.sharedMemPerBlockOptin)};
}

std::uint64_t cache_bytes(std::uint32_t index) {
  check_device(index);
  return static_cast<std::uint64_t>(properties_of(index).l2CacheSize);
}

}  // namespace v1::cuda
