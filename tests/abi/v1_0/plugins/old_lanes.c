/* old_backend with the extension "v1e.lanes/1": runs all trials that could run side by side. */
#include <v1e/plugin.h>

/* Its entry gets another name. */
#define v1e_module_v1 plain_module
#include "old_backend.c"
#undef v1e_module_v1
#include <v1e/ext/lanes.h>

static v1e_status suggest(const v1e_settings* settings, const v1e_backend_env* env, uint32_t* lanes,
                          v1e_error* err) {
  (void)settings;
  (void)err;
  *lanes = env->lane_count;
  return V1E_OK;
}

static const v1e_lanes extension = {.struct_size = sizeof(v1e_lanes), .suggest = suggest};

static const void* get_extension(const char* id) {
  return strcmp(id, V1E_EXTENSION_LANES) == 0 ? &extension : NULL;
}

const v1e_module* v1e_module_v1(void) {
  static v1e_plugin named;
  static const v1e_plugin* const list[] = {&named};
  static v1e_module extended;
  named = plugin;
  named.name = "old_lanes";
  extended = module;
  extended.plugins = list;
  extended.id = "org.example.old_lanes";
  extended.get_extension = get_extension;
  return &extended;
}
