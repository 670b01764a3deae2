#include <cstring>
#include <v1e_sdk/module.hpp>

#include "plugins/backends/cuda/api.hpp"

V1E_MODULE_WITH_EXTENSIONS(
    "org.v1engine.cuda", "0.1.0", "BSD-3-Clause",
    [](const char* id) noexcept -> const void* {
      if (std::strcmp(id, V1E_EXTENSION_LANES) == 0) return &v1::cuda::lanes_extension();
      if (std::strcmp(id, V1E_EXTENSION_LGN_RATES) == 0) return &v1::cuda::lgn_extension();
      return nullptr;
    },
    &v1::cuda::plugin())
