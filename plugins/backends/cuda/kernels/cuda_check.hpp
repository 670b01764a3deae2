#pragma once
#include <cuda_runtime_api.h>

#include <string>
#include <v1e_sdk/error.hpp>

namespace v1::cuda {

/// Statuses of the interface for failures of the CUDA runtime.
inline v1e_status status_of(cudaError_t error) {
  if (error == cudaErrorMemoryAllocation) return V1E_E_DEVICE_MEMORY;
  return V1E_E_DEVICE;
}

/// Throws what a call of the runtime reports. Faults of kernels that ran before surface here too.
inline void check(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return;
  cudaGetLastError();  // else the next call would report it again
  throw v1e::Error(
      status_of(error), "",
      std::string(what) + ": " + cudaGetErrorString(error) + " (" + cudaGetErrorName(error) + ")");
}

}  // namespace v1::cuda
