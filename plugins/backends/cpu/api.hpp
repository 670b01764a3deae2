#pragma once
#include <v1e/backend.h>
#include <v1e/plugin.h>

namespace v1::cpu {

/// The function table of the backend, and its descriptor with the parameters
/// instruction_set and neurons_per_thread.
const v1e_backend_api& api();
const v1e_plugin& plugin();

}  // namespace v1::cpu
