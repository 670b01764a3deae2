/* A stimulus with one mistake, chosen by a macro; without one it is good. */
#include <fenv.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <v1e/plugin.h>

#ifndef ENTRY
#define ENTRY v1e_module_v1
#endif
#ifndef DEFAULT
#define DEFAULT 0.5
#endif
#ifndef VERSION
#define VERSION "1.0.0"
#endif
#ifndef MIN_HOST_MINOR
#define MIN_HOST_MINOR 0
#endif
#ifndef TABLE_SIZE
#define TABLE_SIZE sizeof(v1e_stimulus_api)
#endif

static const v1e_value zero = {V1E_FLOAT, 1, {.f = 0.0}};
static const v1e_value one = {V1E_FLOAT, 1, {.f = 1.0}};
static const v1e_value initial = {V1E_FLOAT, 1, {.f = DEFAULT}};
static const v1e_param level = {.struct_size = sizeof(v1e_param),
                                .type = V1E_FLOAT,
                                .key = "level",
                                .unit = "1",
                                .summary = "Luminance",
                                .default_value = &initial,
                                .min_value = &zero,
                                .max_value = &one};
static const v1e_param* const params[] = {&level};

struct v1e_stimulus {
  float level;
  size_t pixels;
};

#ifdef EXTRA_SYMBOL
__attribute__((visibility("default"))) int not_hidden(void) { return 1; }
#endif
#ifdef CRASH_ON_LOAD
__attribute__((constructor)) static void crash(void) { raise(SIGSEGV); }
#endif
#ifdef EXIT_ON_LOAD
__attribute__((constructor)) static void leave(void) { _exit(0x17); }
#endif
#ifdef CHANGES_ROUNDING
__attribute__((constructor)) static void round_up(void) { fesetround(FE_UPWARD); }
#endif

static v1e_status validate(const v1e_settings* settings, v1e_error* err) {
  (void)settings, (void)err;
#ifdef REFUSES_DEFAULTS
  if (err) strcpy(err->message, "never satisfied");
  return V1E_E_INVALID;
#endif
#ifdef REFUSES_SILENTLY
  if (settings->values[0].as.f == 1.0) return V1E_E_INVALID;
#endif
#ifdef FAILS_SOMETIMES
  if (settings->values[0].as.f > 0.9 && settings->values[0].as.f < 1.0) return V1E_E_INTERNAL;
#endif
#ifdef NEEDS_ERROR_SLOT
  err->message[0] = '\0';
#endif
  return V1E_OK;
}

static v1e_status create(const v1e_settings* settings, const v1e_stimulus_env* env,
                         v1e_stimulus** out, v1e_error* err) {
  v1e_stimulus* self = calloc(1, sizeof *self);
  (void)err;
  if (!self) return V1E_E_MEMORY;
#ifdef EXITS
  exit(0);
#endif
#ifdef CREATE_FAILS
  free(self);
  if (err) strcpy(err->message, "cannot do this");
  return V1E_E_INTERNAL;
#endif
#ifdef LEAKS
  if (!malloc(1000)) return V1E_E_MEMORY;
#endif
#ifdef PRINTS
  puts("hello from a plugin");
#endif
#ifdef IGNORES_STOP
  const v1e_progress* progress = env->host->get_service(env->host->ctx, V1E_SERVICE_PROGRESS);
  progress->update(env->host->ctx, 0.5, NULL); /* the answer is not looked at */
#endif
  self->level = (float)settings->values[0].as.f;
  self->pixels = (size_t)env->frame_rows * env->frame_cols;
  *out = self;
  return V1E_OK;
}

static void destroy(v1e_stimulus* self) {
#ifdef DESTROY_CRASHES
  if (self) *(volatile int*)8 = 1;
#endif
#ifdef DESTROY_DEREFERENCES
  *(volatile float*)&self->level = 0.0f;
#endif
  free(self);
}

#ifdef TRIAL_COLUMN
static v1e_status tell(v1e_stimulus* self, const v1e_stimulus_sink* sink, v1e_error* err) {
  static const double value = 1.0;
  const v1e_column column = {.struct_size = sizeof column,
                             .name = "too_short",
                             .unit = "1",
                             .values = {&value, V1E_F64, 1, {0}, {8}}};
  (void)self;
  return sink->trial_column(sink->ctx, &column, err);
}
#else
#define tell 0
#endif

#ifdef ENDLESS_RECURSION
static int deeper(volatile int depth) {
  volatile char page[4096];
  page[depth % 4096] = 1;
  return depth < 0 ? 0 : deeper(depth + 1) + page[0];
}
#endif

static v1e_status fill(v1e_stimulus* self, const v1e_window* window, v1e_drive* out,
                       v1e_error* err) {
  float* values = out->dense.data;
  const size_t count = self->pixels * (size_t)window->step_count;
  float value = self->level;
  size_t i;
  (void)err;
#ifdef ENDLESS_RECURSION
  value = (float)deeper(1);
#endif
#ifdef NAN_VALUES
  value /= 0.0f * value;
  value -= value;
#endif
#ifdef COUNTS_CALLS
  static int calls;
  value = 0.001f * (float)(++calls % 100);
#endif
#ifdef DEPENDS_ON_ADDRESS
  static int somewhere;
  value = (float)(((size_t)&somewhere >> 12) % 1000) / 1000.0f;
#endif
#ifdef DEPENDS_ON_WINDOW
  value = 1.0f / (float)window->step_count;
#endif
#ifdef NOT_THREAD_SAFE
  static volatile int busy;
  ++busy;
  usleep(200);
  if (busy > 1) value = 0.25f;
  --busy;
#endif
  for (i = 0; i < count; ++i) values[i] = value;
#ifdef WRITES_TOO_MUCH
  values[count] = value;
#endif
  return V1E_OK;
}

static const void* get_extension(const char* id) {
#ifdef KNOWS_EVERYTHING
  return id;
#else
  (void)id;
  return NULL;
#endif
}

static const v1e_stimulus_api api = {.struct_size = (uint32_t)(TABLE_SIZE),
                                     .outputs = V1E_OUT_FRAMES,
                                     .flags = V1E_STIM_PURE,
                                     .validate = validate,
                                     .create = create,
                                     .destroy = destroy,
                                     .describe = tell,
                                     .fill = fill};
static const v1e_plugin plugin = {.struct_size = sizeof(v1e_plugin),
                                  .kind = V1E_KIND_STIMULUS,
                                  .param_count = 1,
                                  .name = "bad",
                                  .version = VERSION,
                                  .summary = "One mistake",
                                  .params = params,
                                  .api = &api};
static const v1e_plugin* const plugins[] = {&plugin};
static v1e_module module = {.struct_size = sizeof(v1e_module),
                            .abi_minor = V1E_ABI_MINOR,
                            .min_host_minor = MIN_HOST_MINOR,
                            .plugin_count = 1,
                            .id = "org.example.bad",
                            .version = "1.0.0",
                            .plugins = plugins,
                            .get_extension = get_extension};

V1E_EXPORT const v1e_module* ENTRY(void) {
#ifdef CHANGES_DESCRIPTOR
  ++module.reserved;
#endif
  return &module;
}
