#include "engine/simulate/lanes.hpp"

#include <algorithm>

#include "engine/plugin/extension.hpp"
#include "engine/plugin/status.hpp"
#include "plugin_api/include/v1e/ext/lanes.h"

namespace v1::simulate {
namespace {

const v1e_lanes* lanes_of(const plugin::LoadedPlugin& backend) {
  const auto* lanes =
      static_cast<const v1e_lanes*>(plugin::find_extension(backend, V1E_EXTENSION_LANES));
  return lanes && V1E_HAS(lanes, v1e_lanes, suggest) && lanes->suggest ? lanes : nullptr;
}

}  // namespace

std::uint32_t suggested_lanes(const plugin::LoadedPlugin& backend, const v1e_settings& settings,
                              v1e_backend_env env, std::uint32_t trials) {
  const v1e_lanes* const extension = trials > 1 ? lanes_of(backend) : nullptr;
  if (!extension) return 1;
  env.lane_count = trials;
  std::uint32_t lanes = 1;
  plugin::ErrorSlot err;
  plugin::check(extension->suggest(&settings, &env, &lanes, &err), err, backend,
                V1E_EXTENSION_LANES);
  return std::clamp(lanes, 1u, trials);
}

}  // namespace v1::simulate
