/** @file
 * v1e_sdk/plugin.h - for plugins in plain C (C99 or newer): values of parameters, errors, and the
 * tables of a module with one plugin. Everything may as well be written out: see v1e/plugin.h and
 * the example c_stimulus.
 */
#ifndef V1E_SDK_PLUGIN_H
#define V1E_SDK_PLUGIN_H
#include <string.h>
#include <v1e/plugin.h>

/** A number as default, least or largest value in a file-scope v1e_param. */
#define V1E_FLOAT_VALUE(number) (&(const v1e_value){V1E_FLOAT, 1, {.f = (number)}})

/** The module with the plugin whose v1e_plugin members follow, and the entry:
 *   V1E_C_MODULE("org.example.gabor", "1.0.0", "BSD-3-Clause", .kind = V1E_KIND_STIMULUS,
 *                .name = "gabor", .version = "1.0.0", .summary = "...", .api = &api)
 * No semicolon behind it. */
#define V1E_C_MODULE(ID, VERSION, LICENSE, ...)                                              \
  static const v1e_plugin v1e_the_plugin = {.struct_size = sizeof(v1e_plugin), __VA_ARGS__}; \
  static const v1e_plugin* const v1e_the_plugins[] = {&v1e_the_plugin};                      \
  static const v1e_module v1e_the_module = {.struct_size = sizeof(v1e_module),               \
                                            .abi_minor = V1E_ABI_MINOR,                      \
                                            .plugin_count = 1,                               \
                                            .id = ID,                                        \
                                            .version = VERSION,                              \
                                            .license = LICENSE,                              \
                                            .plugins = v1e_the_plugins};                     \
  const v1e_module* v1e_module_v1(void) { return &v1e_the_module; }

/** Fills the error slot, which may be NULL, and returns the code. param: key of the parameter to
 * blame, or "". */
static inline v1e_status v1e_fail(v1e_error* err, v1e_status code, const char* param,
                                  const char* message) {
  if (err) {
    err->code = code;
    strncpy(err->param, param, sizeof err->param - 1);
    strncpy(err->message, message, sizeof err->message - 1);
    err->param[sizeof err->param - 1] = err->message[sizeof err->message - 1] = '\0';
  }
  return code;
}

#endif
