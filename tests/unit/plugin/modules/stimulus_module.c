/* A minimal stimulus module; macros make the variants that the loader must tell apart.
 *   MODULE_ID, PLUGIN_NAME    texts
 *   MIN_HOST_MINOR            default 0
 *   NO_FILL                   leaves out a required function
 *   DEFAULT_CONTRAST          default of the one parameter, range [0, 1]
 *   TWICE                     declares the parameter twice
 *   OPEN_FAILS                open() answers an error
 *   CALLS_UNKNOWN             needs a symbol that nobody has
 *   ENTRY                     name of the entry function
 */
#include <string.h>
#include <v1e/plugin.h>

#ifndef MODULE_ID
#define MODULE_ID "org.v1engine.test"
#endif
#ifndef PLUGIN_NAME
#define PLUGIN_NAME "gabor"
#endif
#ifndef MIN_HOST_MINOR
#define MIN_HOST_MINOR 0
#endif
#ifndef DEFAULT_CONTRAST
#define DEFAULT_CONTRAST 0.8
#endif
#ifndef ENTRY
#define ENTRY v1e_module_v1
#endif

#ifdef CALLS_UNKNOWN
int v1_test_symbol_of_nobody(void);
#endif

static v1e_status create(const v1e_settings* settings, const v1e_stimulus_env* env,
                         v1e_stimulus** out, v1e_error* err) {
  (void)settings, (void)env, (void)err;
  *out = 0;
  return V1E_OK;
}
static void destroy(v1e_stimulus* self) { (void)self; }
static v1e_status fill(v1e_stimulus* self, const v1e_window* window, v1e_drive* out,
                       v1e_error* err) {
  (void)self, (void)window, (void)out, (void)err;
#ifdef CALLS_UNKNOWN
  return v1_test_symbol_of_nobody();
#else
  return V1E_OK;
#endif
}

static v1e_status open_module(const v1e_host* host, v1e_error* err) {
  (void)host;
#ifdef OPEN_FAILS
  strcpy(err->message, "needs a service that is not there");
  return V1E_E_UNSUPPORTED;
#else
  (void)err;
  return V1E_OK;
#endif
}

static v1e_stimulus_api api;
static v1e_value contrast_default, contrast_min, contrast_max;
static v1e_param contrast;
static const v1e_param* const params[] = {&contrast, &contrast};
static v1e_plugin plugin;
static const v1e_plugin* const plugins[] = {&plugin};
static v1e_module module;

V1E_EXPORT const v1e_module* ENTRY(void) {
  api.struct_size = sizeof api;
  api.outputs = V1E_OUT_FRAMES;
  api.create = create;
  api.destroy = destroy;
#ifndef NO_FILL
  api.fill = fill;
#else
  (void)fill;
#endif
  contrast_default.type = contrast_min.type = contrast_max.type = V1E_FLOAT;
  contrast_default.count = contrast_min.count = contrast_max.count = 1;
  contrast_default.as.f = DEFAULT_CONTRAST;
  contrast_min.as.f = 0.0;
  contrast_max.as.f = 1.0;
  contrast.struct_size = sizeof contrast;
  contrast.type = V1E_FLOAT;
  contrast.key = "contrast";
  contrast.unit = "1";
  contrast.summary = "Michelson contrast";
  contrast.default_value = &contrast_default;
  contrast.min_value = &contrast_min;
  contrast.max_value = &contrast_max;
  plugin.struct_size = sizeof plugin;
  plugin.kind = V1E_KIND_STIMULUS;
#ifdef TWICE
  plugin.param_count = 2;
#else
  plugin.param_count = 1;
#endif
  plugin.name = PLUGIN_NAME;
  plugin.version = "1.2.3";
  plugin.summary = "Gabor patch";
  plugin.params = params;
  plugin.api = &api;
  module.struct_size = sizeof module;
  module.abi_minor = V1E_ABI_MINOR + MIN_HOST_MINOR;
  module.min_host_minor = MIN_HOST_MINOR;
  module.plugin_count = 1;
  module.id = MODULE_ID;
  module.version = "1.2.3";
  module.license = "BSD-3-Clause";
  module.plugins = plugins;
  module.open = open_module;
  return &module;
}
