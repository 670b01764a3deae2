#pragma once
#include <v1e/plugin.h>

#include <memory>

#include "error.hpp"
#include "param.hpp"

namespace v1e {

/// The host table of the engine that loaded this module; null before that.
inline const v1e_host*& host() {
  static const v1e_host* instance = nullptr;
  return instance;
}

/// A service of the engine, or null when it has none of that id.
template <class Service>
const Service* service(const v1e_host* from, const char* id) {
  if (!from || !from->get_service) return nullptr;
  return static_cast<const Service*>(from->get_service(from->ctx, id));
}

namespace detail {

// Descriptor of plugin class T with the function table `api`. T has static members name,
// version, summary and optionally doc, citation.
template <class T>
const v1e_plugin* make_plugin(std::uint32_t kind, const void* api) {
  static Schema schema;
  [[maybe_unused]] static const T prototype = construct<T>(schema);
  static v1e_plugin plugin{};
  plugin.struct_size = sizeof plugin;
  plugin.kind = kind;
  plugin.name = T::name;
  plugin.version = T::version;
  plugin.summary = T::summary;
  if constexpr (requires { T::doc; }) plugin.doc = T::doc;
  if constexpr (requires { T::citation; }) plugin.citation = T::citation;
  plugin.param_count = static_cast<std::uint32_t>(schema.params().size());
  plugin.params = schema.params().data();
  plugin.api = api;
  return &plugin;
}

// validate: constructs the plugin with its settings, so that constructors and an optional
// member check() can refuse combinations of parameters.
template <class T>
v1e_status validate(const v1e_settings* settings, v1e_error* err) noexcept {
  return guard(err, [&] {
    Schema schema(settings);
    [[maybe_unused]] T object = construct<T>(schema);
    if constexpr (requires { object.check(); }) object.check();
  });
}

}  // namespace detail
}  // namespace v1e

/// V1E_MODULE("org.example.gabor", "1.0.0", "BSD-3-Clause", v1e::stimulus_plugin<Gabor>())
#define V1E_MODULE(ID, VERSION, LICENSE, ...) \
  V1E_MODULE_WITH_EXTENSIONS(ID, VERSION, LICENSE, nullptr, __VA_ARGS__)

/// The same with the module's get_extension.
#define V1E_MODULE_WITH_EXTENSIONS(ID, VERSION, LICENSE, GET_EXTENSION, ...) \
  extern "C" V1E_EXPORT const v1e_module* v1e_module_v1(void) noexcept {     \
    static const v1e_plugin* const plugins[] = {__VA_ARGS__};                \
    static const v1e_module module = [] {                                    \
      v1e_module m{};                                                        \
      m.struct_size = sizeof m;                                              \
      m.abi_minor = V1E_ABI_MINOR;                                           \
      m.plugin_count = sizeof plugins / sizeof *plugins;                     \
      m.id = ID;                                                             \
      m.version = VERSION;                                                   \
      m.license = LICENSE;                                                   \
      m.plugins = plugins;                                                   \
      m.open = [](const v1e_host* host, v1e_error*) noexcept -> v1e_status { \
        v1e::host() = host;                                                  \
        return V1E_OK;                                                       \
      };                                                                     \
      m.get_extension = GET_EXTENSION;                                       \
      return m;                                                              \
    }();                                                                     \
    return &module;                                                          \
  }
