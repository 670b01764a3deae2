#include "engine/plugin/extension.hpp"

namespace v1::plugin {

const void* find_extension(const LoadedPlugin& plugin, const char* id) {
  const v1e_module* module = plugin.module ? plugin.module->raw : nullptr;
  // Modules built against an older header end before the function.
  const bool asks = module && V1E_HAS(module, v1e_module, get_extension) && module->get_extension;
  return asks ? module->get_extension(id) : nullptr;
}

}  // namespace v1::plugin
