// In C++14 a function that throws fits into the table; the engine has to catch what it throws.
#include <v1e/plugin.h>

#include <stdexcept>

namespace {

v1e_status create(const v1e_settings*, const v1e_stimulus_env*, v1e_stimulus**, v1e_error*) {
  throw std::runtime_error("the mistake of this plugin");
}
void destroy(v1e_stimulus*) {}
v1e_status fill(v1e_stimulus*, const v1e_window*, v1e_drive*, v1e_error*) { return V1E_OK; }

}  // namespace

extern "C" V1E_EXPORT const v1e_module* v1e_module_v1(void) {
  static v1e_stimulus_api api = {};
  api.struct_size = sizeof api;
  api.outputs = V1E_OUT_FRAMES;
  api.create = create;
  api.destroy = destroy;
  api.fill = fill;
  static v1e_plugin plugin = {};
  plugin.struct_size = sizeof plugin;
  plugin.kind = V1E_KIND_STIMULUS;
  plugin.name = "bad";
  plugin.version = "1.0.0";
  plugin.summary = "Throws";
  plugin.api = &api;
  static const v1e_plugin* const plugins[] = {&plugin};
  static v1e_module module = {};
  module.struct_size = sizeof module;
  module.abi_minor = V1E_ABI_MINOR;
  module.plugin_count = 1;
  module.id = "org.example.bad";
  module.version = "1.0.0";
  module.plugins = plugins;
  return &module;
}
