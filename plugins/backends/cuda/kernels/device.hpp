#pragma once
#include <v1e/backend.h>

#include <cstdint>

#include "plugins/backends/cuda/plan/resident_plan.hpp"

namespace v1::cuda {

/// Number of devices; throws v1e::Error(V1E_E_DEVICE) with the reason when none of them can be
/// used. Creates no context.
std::uint32_t device_count();

/// Throws v1e::Error(V1E_E_DEVICE) for a device that is not there or too old.
void check_device(std::uint32_t index);

/// Fills in everything but caps. Throws as check_device; makes the device current.
void describe_device(std::uint32_t index, v1e_device& out);

/// What blocks of resident steps may use of it.
ResidentDevice resident_device(std::uint32_t index);

/// Bytes of the second-level cache.
std::uint64_t cache_bytes(std::uint32_t index);

}  // namespace v1::cuda
