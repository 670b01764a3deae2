#pragma once
#include <v1e/backend.h>

#include <memory>

#include "plugins/backends/cpu/kernels/step_kernels.hpp"
#include "plugins/backends/shared/instance.hpp"

namespace v1::cpu {

using backend::Instance;

/// Throws v1e::Error when env asks for something this backend does not do.
void check_env(const v1e_backend_env& env);

std::unique_ptr<Instance> make_instance(const v1e_backend_env& env, const KernelTable& kernels);

/// Host memory of an instance, from the sizes of the network alone.
v1e_memory_need estimate_memory(const v1e_backend_env& env);

}  // namespace v1::cpu
