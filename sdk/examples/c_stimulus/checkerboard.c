/* A stimulus in plain C: a checkerboard that reverses its contrast. The shortest complete module:
 * one parameter, three functions, three tables. */
#include <stdlib.h>
#include <v1e/plugin.h>

static const v1e_value zero = {V1E_FLOAT, 1, {.f = 0.0}};
static const v1e_value half_period = {V1E_FLOAT, 1, {.f = 250.0}};
static const v1e_param period = {.struct_size = sizeof(v1e_param),
                                 .type = V1E_FLOAT,
                                 .flags = V1E_PARAM_MIN_EXCLUSIVE,
                                 .key = "reversal_time",
                                 .unit = "ms",
                                 .summary = "Time from one reversal to the next",
                                 .default_value = &half_period,
                                 .min_value = &zero};
static const v1e_param* const params[] = {&period};

struct v1e_stimulus {
  double reversal_ms;
  uint32_t rows, cols;
};

static v1e_status create(const v1e_settings* settings, const v1e_stimulus_env* env,
                         v1e_stimulus** out, v1e_error* err) {
  v1e_stimulus* self = malloc(sizeof *self);
  if (!self) {
    if (err) err->code = V1E_E_MEMORY;
    return V1E_E_MEMORY;
  }
  self->reversal_ms = settings->values[0].as.f;
  self->rows = env->frame_rows;
  self->cols = env->frame_cols;
  *out = self;
  return V1E_OK;
}

static void destroy(v1e_stimulus* self) { free(self); }

static v1e_status fill(v1e_stimulus* self, const v1e_window* window, v1e_drive* out,
                       v1e_error* err) {
  float* pixel = out->dense.data;
  int64_t k;
  uint32_t row, col;
  (void)err;
  for (k = 0; k < window->step_count; ++k) {
    const int64_t time_ms = window->step_begin + k;
    const int64_t reversals = time_ms < 0 ? 0 : (int64_t)((double)time_ms / self->reversal_ms);
    for (row = 0; row < self->rows; ++row) {
      for (col = 0; col < self->cols; ++col) {
        const int white = (row / 15 + col / 15 + (uint32_t)reversals) % 2 == 0;
        *pixel++ = time_ms < 0 ? 0.0f : white ? 1.0f : -1.0f; /* gray before the trial */
      }
    }
  }
  return V1E_OK;
}

static const v1e_stimulus_api api = {.struct_size = sizeof(v1e_stimulus_api),
                                     .outputs = V1E_OUT_FRAMES,
                                     .flags = V1E_STIM_PURE | V1E_STIM_EVERY_TRIAL,
                                     .create = create,
                                     .destroy = destroy,
                                     .fill = fill};
static const v1e_plugin plugin = {.struct_size = sizeof(v1e_plugin),
                                  .kind = V1E_KIND_STIMULUS,
                                  .param_count = 1,
                                  .name = "checkerboard",
                                  .version = "1.0.0",
                                  .summary = "Checkerboard that reverses its contrast",
                                  .params = params,
                                  .api = &api};
static const v1e_plugin* const plugins[] = {&plugin};
static const v1e_module module = {.struct_size = sizeof(v1e_module),
                                  .abi_minor = V1E_ABI_MINOR,
                                  .plugin_count = 1,
                                  .id = "org.v1engine.checkerboard",
                                  .version = "1.0.0",
                                  .license = "BSD-3-Clause",
                                  .plugins = plugins};

const v1e_module* v1e_module_v1(void) { return &module; }
