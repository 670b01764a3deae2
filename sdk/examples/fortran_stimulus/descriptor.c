/* The tables of a stimulus whose frames are made in Fortran (bar.f90). The same way serves any
 * language that can offer a C function. */
#include <stdlib.h>
#include <v1e_sdk/plugin.h>

void fortran_bar_fill(int32_t rows, int32_t cols, int64_t first_step, int64_t steps, double width,
                      double speed, float* pixels);

enum { WIDTH, SPEED, PARAM_COUNT };
static const v1e_param width = {.struct_size = sizeof(v1e_param),
                                .type = V1E_FLOAT,
                                .flags = V1E_PARAM_MIN_EXCLUSIVE,
                                .key = "width",
                                .unit = "deg",
                                .summary = "Width of the bar",
                                .default_value = V1E_FLOAT_VALUE(10.0),
                                .min_value = V1E_FLOAT_VALUE(0.0)};
static const v1e_param speed = {.struct_size = sizeof(v1e_param),
                                .type = V1E_FLOAT,
                                .key = "speed",
                                .unit = "deg/s",
                                .summary = "Speed of the bar, to the right",
                                .default_value = V1E_FLOAT_VALUE(60.0),
                                .min_value = V1E_FLOAT_VALUE(0.0)};
static const v1e_param* const params[PARAM_COUNT] = {&width, &speed};

struct v1e_stimulus {
  double width, speed; /* pixels, pixels per ms */
  int32_t rows, cols;
};

static v1e_status create(const v1e_settings* settings, const v1e_stimulus_env* env,
                         v1e_stimulus** out, v1e_error* err) {
  v1e_stimulus* self = malloc(sizeof *self);
  if (!self) return v1e_fail(err, V1E_E_MEMORY, "", "out of memory");
  self->width = settings->values[WIDTH].as.f / env->deg_per_pixel;
  self->speed = settings->values[SPEED].as.f / env->deg_per_pixel / 1000.0;
  self->rows = (int32_t)env->frame_rows;
  self->cols = (int32_t)env->frame_cols;
  *out = self;
  return V1E_OK;
}

static void destroy(v1e_stimulus* self) { free(self); }

static v1e_status fill(v1e_stimulus* self, const v1e_window* window, v1e_drive* out,
                       v1e_error* err) {
  (void)err;
  fortran_bar_fill(self->rows, self->cols, window->step_begin, window->step_count, self->width,
                   self->speed, out->dense.data);
  return V1E_OK;
}

static const v1e_stimulus_api api = {.struct_size = sizeof(v1e_stimulus_api),
                                     .outputs = V1E_OUT_FRAMES,
                                     .flags = V1E_STIM_PURE | V1E_STIM_EVERY_TRIAL,
                                     .create = create,
                                     .destroy = destroy,
                                     .fill = fill};
V1E_C_MODULE("org.v1engine.fortran_bar", "1.0.0", "BSD-3-Clause", .kind = V1E_KIND_STIMULUS,
             .param_count = PARAM_COUNT, .name = "fortran_bar", .version = "1.0.0",
             .summary = "White bar that crosses a gray screen, in Fortran", .params = params,
             .api = &api)
