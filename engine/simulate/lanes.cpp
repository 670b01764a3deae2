#include "engine/simulate/lanes.hpp"

#include <algorithm>

#include "engine/plugin/status.hpp"
#include "plugin_api/include/v1e/ext/lanes.h"

namespace v1::simulate {
namespace {

const v1e_lanes* find_extension(const plugin::LoadedPlugin& backend) {
  const v1e_module* module = backend.module ? backend.module->raw : nullptr;
  if (!module || !V1E_HAS(module, v1e_module, get_extension) || !module->get_extension) {
    return nullptr;
  }
  const void* found = module->get_extension(V1E_EXTENSION_LANES);
  const auto* lanes = static_cast<const v1e_lanes*>(found);
  return lanes && V1E_HAS(lanes, v1e_lanes, suggest) && lanes->suggest ? lanes : nullptr;
}

}  // namespace

std::uint32_t suggested_lanes(const plugin::LoadedPlugin& backend, const v1e_settings& settings,
                              v1e_backend_env env, std::uint32_t trials) {
  const v1e_lanes* const extension = trials > 1 ? find_extension(backend) : nullptr;
  if (!extension) return 1;
  env.lane_count = trials;
  std::uint32_t lanes = 1;
  plugin::ErrorSlot err;
  plugin::check(extension->suggest(&settings, &env, &lanes, &err), err, backend,
                V1E_EXTENSION_LANES);
  return std::clamp(lanes, 1u, trials);
}

}  // namespace v1::simulate
