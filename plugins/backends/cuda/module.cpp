#include <cstring>
#include <v1e_sdk/module.hpp>

#include "plugins/backends/cuda/api.hpp"

V1E_MODULE_WITH_EXTENSIONS(
    "org.v1engine.cuda", "0.1.0", "BSD-3-Clause",
    [](const char* id) noexcept -> const void* {
      const bool lanes = std::strcmp(id, V1E_EXTENSION_LANES) == 0;
      return lanes ? &v1::cuda::lanes_extension() : nullptr;
    },
    &v1::cuda::plugin())
