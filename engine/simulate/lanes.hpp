#pragma once
#include <cstdint>

#include "engine/plugin/plugin_info.hpp"
#include "plugin_api/include/v1e/backend.h"

namespace v1::simulate {

/// How many of `trials` independent trials `backend` should run side by side: what its extension
/// v1e.lanes/1 suggests, else 1. env: as for create; its lane_count is not read.
std::uint32_t suggested_lanes(const plugin::LoadedPlugin& backend, const v1e_settings& settings,
                              v1e_backend_env env, std::uint32_t trials);

}  // namespace v1::simulate
