#pragma once
#include <cstdint>
#include <memory>

#include "plugins/backends/cuda/instance/machine.hpp"

namespace v1::cuda {

/// Makes `device` current and prepares its streams. Throws v1e::Error(V1E_E_DEVICE).
std::unique_ptr<Machine> make_cuda_machine(std::uint32_t device);

}  // namespace v1::cuda
