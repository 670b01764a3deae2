/* Rings that run outwards from the middle of the screen. */
#include <math.h>
#include <stdlib.h>
#include <v1e_sdk/plugin.h>

/* ---- parameters: values arrive in this order ---- */

enum { WAVELENGTH, FREQUENCY, CONTRAST, PARAM_COUNT };

static const v1e_param wavelength = {.struct_size = sizeof(v1e_param),
                                     .type = V1E_FLOAT,
                                     .flags = V1E_PARAM_MIN_EXCLUSIVE,
                                     .key = "wavelength",
                                     .unit = "deg",
                                     .summary = "Distance of two rings",
                                     .default_value = V1E_FLOAT_VALUE(20.0),
                                     .min_value = V1E_FLOAT_VALUE(0.0)};
static const v1e_param frequency = {.struct_size = sizeof(v1e_param),
                                    .type = V1E_FLOAT,
                                    .key = "frequency",
                                    .unit = "Hz",
                                    .summary = "Rings per second",
                                    .default_value = V1E_FLOAT_VALUE(2.0),
                                    .min_value = V1E_FLOAT_VALUE(0.0),
                                    .max_value = V1E_FLOAT_VALUE(100.0)};
static const v1e_param contrast = {.struct_size = sizeof(v1e_param),
                                   .type = V1E_FLOAT,
                                   .key = "contrast",
                                   .unit = "1",
                                   .summary = "Michelson contrast",
                                   .default_value = V1E_FLOAT_VALUE(0.8),
                                   .min_value = V1E_FLOAT_VALUE(0.0),
                                   .max_value = V1E_FLOAT_VALUE(1.0)};
static const v1e_param* const params[PARAM_COUNT] = {&wavelength, &frequency, &contrast};

/* ---- the instance ---- */

struct v1e_stimulus {
  double wavelength_deg, frequency_hz, contrast, deg_per_pixel;
  uint32_t rows, cols;
};

static v1e_status create(const v1e_settings* settings, const v1e_stimulus_env* env,
                         v1e_stimulus** out, v1e_error* err) {
  v1e_stimulus* self = calloc(1, sizeof *self);
  if (!self) return v1e_fail(err, V1E_E_MEMORY, "", "out of memory");
  self->wavelength_deg = settings->values[WAVELENGTH].as.f;
  self->frequency_hz = settings->values[FREQUENCY].as.f;
  self->contrast = settings->values[CONTRAST].as.f;
  self->deg_per_pixel = env->deg_per_pixel;
  self->rows = env->frame_rows;
  self->cols = env->frame_cols;
  *out = self;
  return V1E_OK;
}

static void destroy(v1e_stimulus* self) { free(self); }

/* Writes step_count frames [row][col] of 1 ms, luminance -1 (black) to 1 (white). */
static v1e_status fill(v1e_stimulus* self, const v1e_window* window, v1e_drive* out,
                       v1e_error* err) {
  const double two_pi = 6.283185307179586;
  float* pixel = out->dense.data;
  int64_t step;
  uint32_t row, col;
  (void)err;
  for (step = window->step_begin; step < window->step_begin + window->step_count; ++step) {
    const double turns = step < 0 ? 0.0 : self->frequency_hz * (double)step / 1000.0;
    const double amplitude = step < 0 ? 0.0 : self->contrast; /* gray before the trial */
    for (row = 0; row < self->rows; ++row) {
      for (col = 0; col < self->cols; ++col) {
        const double x = (col + 0.5 - self->cols / 2.0) * self->deg_per_pixel;
        const double y = (row + 0.5 - self->rows / 2.0) * self->deg_per_pixel;
        const double phase = sqrt(x * x + y * y) / self->wavelength_deg - turns;
        *pixel++ = (float)(amplitude * sin(two_pi * phase));
      }
    }
  }
  return V1E_OK;
}

/* ---- what the engine sees ---- */

static const v1e_stimulus_api api = {.struct_size = sizeof(v1e_stimulus_api),
                                     .outputs = V1E_OUT_FRAMES,
                                     .flags = V1E_STIM_PURE | V1E_STIM_EVERY_TRIAL,
                                     .create = create,
                                     .destroy = destroy,
                                     .fill = fill};
V1E_C_MODULE("org.example.my_plugin", "1.0.0", "BSD-3-Clause", .kind = V1E_KIND_STIMULUS,
             .param_count = PARAM_COUNT, .name = "my_plugin", .version = "1.0.0",
             .summary = "Rings that run outwards from the middle of the screen", .params = params,
             .api = &api)
