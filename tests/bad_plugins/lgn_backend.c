/* The template backend with the extension "v1e.lgn-rates/1" as plainly as it can be written, to
 * hold the rule lgn-rates to. LATE: takes a frame from one millisecond too early. */
#include <v1e/plugin.h>

/* Its entry gets another name. */
#define v1e_module_v1 plain_module
#include "sdk/templates/backend-c/plugin.c"
#undef v1e_module_v1
#include <v1e/ext/lgn_rates.h>

#ifndef LATE
#define LATE 0
#endif

struct v1e_lgn_filters {
  v1e_lgn_bank bank;
  uint32_t max_frames;
  size_t pixels, memory;
  double* space; /* [subunit][memory + max_frames] */
  float *frames[2], *rates[2];
  unsigned submitted, collected;
};

static void* copied(const void* from, size_t bytes) {
  void* to = malloc(bytes ? bytes : 1);
  if (to) memcpy(to, from, bytes);
  return to;
}
#define COPY(array, count) b->array = copied(b->array, (size_t)(count) * sizeof *b->array)

static size_t row_size(const v1e_lgn_filters* self) { return self->memory + self->max_frames; }

static v1e_status begin_movie(v1e_lgn_filters* self, v1e_error* err) {
  (void)err;
  memset(self->space, 0, self->bank.subunit_count * row_size(self) * sizeof(double));
  self->submitted = self->collected = 0;
  return V1E_OK;
}

static v1e_status create_filters(const v1e_settings* settings, const v1e_lgn_env* env,
                                 v1e_lgn_filters** out, v1e_error* err) {
  v1e_lgn_filters* self = calloc(1, sizeof *self);
  v1e_lgn_bank* b = &self->bank;
  uint32_t s, k;
  (void)settings;
  *b = *env->bank;
  COPY(unit_begin, b->unit_count + 1);
  COPY(row_weight, b->row_begin[b->subunit_count]);
  COPY(col_weight, b->col_begin[b->subunit_count]);
  COPY(kernel, b->kernel_begin[b->subunit_count]);
  COPY(row_first, b->subunit_count);
  COPY(col_first, b->subunit_count);
  COPY(row_begin, b->subunit_count + 1);
  COPY(col_begin, b->subunit_count + 1);
  COPY(kernel_begin, b->subunit_count + 1);
  COPY(first_lag, b->subunit_count);
  COPY(gain, b->subunit_count);
  COPY(offset_hz, b->subunit_count);
  self->max_frames = env->max_frames;
  self->pixels = (size_t)b->rows * b->cols;
  for (s = 0; s < b->subunit_count; ++s) {
    const size_t back = b->first_lag[s] + (size_t)(b->kernel_begin[s + 1] - b->kernel_begin[s]) + 1;
    if (back > self->memory) self->memory = back;
  }
  self->space = malloc(b->subunit_count * row_size(self) * sizeof(double));
  for (k = 0; k < 2; ++k) {
    self->frames[k] = malloc(self->max_frames * self->pixels * sizeof(float));
    self->rates[k] = malloc((size_t)self->max_frames * b->unit_count * sizeof(float));
  }
  *out = self;
  return begin_movie(self, err);
}

static void destroy_filters(v1e_lgn_filters* self) {
  if (!self) return;
  free((void*)self->bank.unit_begin), free((void*)self->bank.row_weight);
  free((void*)self->bank.col_weight), free((void*)self->bank.kernel);
  free((void*)self->bank.row_first), free((void*)self->bank.col_first);
  free((void*)self->bank.row_begin), free((void*)self->bank.col_begin);
  free((void*)self->bank.kernel_begin), free((void*)self->bank.first_lag);
  free((void*)self->bank.gain), free((void*)self->bank.offset_hz);
  free(self->space), free(self->frames[0]), free(self->frames[1]);
  free(self->rates[0]), free(self->rates[1]), free(self);
}

static v1e_status lend(v1e_lgn_filters* self, float** frames, v1e_error* err) {
  if (self->submitted - self->collected >= 2)
    return v1e_fail(err, V1E_E_STATE, "", "two stretches");
  *frames = self->frames[self->submitted % 2];
  return V1E_OK;
}

static double seen(const v1e_lgn_bank* b, uint32_t s, const float* frame) {
  double sum = 0.0;
  uint64_t r, c;
  for (r = b->row_begin[s]; r < b->row_begin[s + 1]; ++r) {
    const float* pixel =
        frame + (b->row_first[s] + (r - b->row_begin[s])) * b->cols + b->col_first[s];
    double row_sum = 0.0;
    for (c = b->col_begin[s]; c < b->col_begin[s + 1]; ++c) row_sum += b->col_weight[c] * *pixel++;
    sum += b->row_weight[r] * row_sum;
  }
  return sum;
}

static double filtered(const v1e_lgn_bank* b, uint32_t s, const double* now) {
  double sum = 0.0;
  uint64_t k;
  for (k = b->kernel_begin[s]; k < b->kernel_begin[s + 1]; ++k) {
    sum += b->kernel[k] * now[-(int64_t)(b->first_lag[s] + LATE + (k - b->kernel_begin[s]))];
  }
  return sum;
}

static v1e_status submit(v1e_lgn_filters* self, const v1e_lgn_stretch* stretch, v1e_error* err) {
  const v1e_lgn_bank* b = &self->bank;
  const float* frames = self->frames[self->submitted % 2];
  float* rates = self->rates[self->submitted % 2];
  uint32_t s, t, u;
  (void)err;
  for (s = 0; s < b->subunit_count; ++s) {
    double* now = self->space + s * row_size(self) + self->memory;
    for (t = 0; t < stretch->frame_count; ++t) {
      const uint32_t shown = stretch->shown[t], before = t > 0 ? stretch->shown[t - 1] : 0;
      now[t] = shown == before ? now[(int64_t)t - 1]
                               : seen(b, s, frames + stretch->distinct[shown - 1] * self->pixels);
    }
  }
  for (u = 0; u < b->unit_count; ++u) {
    for (t = 0; t < stretch->frame_count; ++t) {
      double hz = 0.0;
      for (s = b->unit_begin[u]; s < b->unit_begin[u + 1]; ++s) {
        const double* now = self->space + s * row_size(self) + self->memory + t;
        const double part = b->gain[s] * filtered(b, s, now) + b->offset_hz[s];
        hz += part > 0.0 ? part : 0.0;
      }
      rates[(size_t)t * b->unit_count + u] = (float)hz;
    }
  }
  for (s = 0; s < b->subunit_count; ++s) {
    double* row = self->space + s * row_size(self);
    memmove(row, row + stretch->frame_count, self->memory * sizeof(double));
  }
  ++self->submitted;
  return V1E_OK;
}

static v1e_status collect(v1e_lgn_filters* self, const float** rates_hz, v1e_error* err) {
  if (self->collected == self->submitted) return v1e_fail(err, V1E_E_STATE, "", "no stretch");
  *rates_hz = self->rates[self->collected++ % 2];
  return V1E_OK;
}

static const v1e_lgn_rates extension = {.struct_size = sizeof(v1e_lgn_rates),
                                        .create = create_filters,
                                        .destroy = destroy_filters,
                                        .begin = begin_movie,
                                        .lend = lend,
                                        .submit = submit,
                                        .collect = collect};

static const void* get_extension(const char* id) {
  return strcmp(id, V1E_EXTENSION_LGN_RATES) == 0 ? &extension : NULL;
}

const v1e_module* v1e_module_v1(void) {
  static v1e_module extended;
  extended = *plain_module();
  extended.get_extension = get_extension;
  return &extended;
}
