/* v1e/plugin.h - the one exported symbol and the descriptors behind it. */
#ifndef V1E_PLUGIN_H
#define V1E_PLUGIN_H
#include "analysis.h"
#include "backend.h"
#include "host.h"
#include "param.h"
#include "stimulus.h"
V1E_C_BEGIN

enum { V1E_KIND_STIMULUS = 1, V1E_KIND_ANALYSIS = 2, V1E_KIND_BACKEND = 3 };

typedef struct v1e_plugin {
  uint32_t struct_size;
  uint32_t kind;
  uint32_t param_count;
  uint32_t reserved;
  const char *name;     /* the word used in configs: "gratings" */
  const char *version;  /* semantic version of this plugin */
  const char *summary;  /* one line */
  const char *doc;      /* markdown, may be NULL */
  const char *citation; /* may be NULL */
  const v1e_param *const *params;
  const void *api; /* v1e_stimulus_api, v1e_analysis_api or v1e_backend_api */
} v1e_plugin;

typedef struct v1e_module {
  uint32_t struct_size;
  uint16_t abi_minor;      /* minor number of the headers it was built with */
  uint16_t min_host_minor; /* oldest engine it can live with                */
  uint32_t plugin_count;
  uint32_t reserved;
  const char *id; /* "org.example.gabor" */
  const char *version;
  const char *license;
  const char *url;
  const v1e_plugin *const *plugins;
  /* Optional. [main] once after loading / before the process ends. */
  v1e_status (*open)(const v1e_host *host, v1e_error *err) V1E_NOEXCEPT;
  void (*close)(void) V1E_NOEXCEPT;
  /* Optional. [any] extensions by string id, NULL when unknown. */
  const void *(*get_extension)(const char *id) V1E_NOEXCEPT;
} v1e_module;

/* The major number is in the name of the symbol: a module for another major does not
 * have it. Cheap and repeatable: no I/O, no threads, no device calls. */
#define V1E_ENTRY_NAME "v1e_module_v0"
V1E_EXPORT const v1e_module *v1e_module_v0(void) V1E_NOEXCEPT;
typedef const v1e_module *(*v1e_entry_fn)(void)V1E_NOEXCEPT;

V1E_C_END
#endif
