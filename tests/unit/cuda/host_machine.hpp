#pragma once
#include <v1e/ext/lgn_rates.h>

#include <memory>

#include "plugins/backends/cuda/machine.hpp"

namespace v1::test {

/// The machine of the cuda backend without a GPU: the same kernel bodies in plain loops. backward:
/// every loop over neurons, blocks and threads runs from its end, so that a result that depends on
/// their order shows.
std::unique_ptr<cuda::Machine> make_host_machine(bool backward);

/// The cuda backend on that machine. Allocations are counted, so that leaks show.
const v1e_backend_api& host_cuda_api(bool backward = false);

/// The backend's extension for LGN rates on that machine.
const v1e_lgn_rates& host_lgn_extension(bool backward = false);

/// Bytes that a machine pretends to have free, and those allocated by all machines now.
void set_host_machine_free(std::uint64_t bytes);
std::uint64_t host_machine_allocated();

}  // namespace v1::test
