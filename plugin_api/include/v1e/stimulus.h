/* v1e/stimulus.h - turns time into drive. */
#ifndef V1E_STIMULUS_H
#define V1E_STIMULUS_H
#include "host.h"
#include "param.h"
V1E_C_BEGIN

typedef struct v1e_stimulus v1e_stimulus; /* private to the plugin */

enum {                 /* bit set: what a stimulus can produce                        */
  V1E_OUT_FRAMES = 1,  /* F32 [frame][row][col], luminance: -1 black, 0 gray, 1 white;
                          row 0 is the top of the visual field                        */
  V1E_OUT_RATES = 2,   /* F32 [frame][channel] in Hz                                  */
  V1E_OUT_SPIKES = 4,  /* events (step, channel)                                      */
  V1E_OUT_CURRENTS = 8 /* current pulses into neurons                                 */
};
enum {                        /* v1e_stimulus_api.flags                               */
  V1E_STIM_PURE = 1,          /* fill depends only on (trial, step): any order, any thread */
  V1E_STIM_SEQUENTIAL = 2,    /* the windows of a trial arrive in order               */
  V1E_STIM_CLOSED_LOOP = 4,   /* wants the spikes of the last window; window = 1 step */
  V1E_STIM_EVERY_TRIAL = 8    /* the same in every trial: rates are computed once     */
};

typedef struct v1e_stimulus_env {
  uint32_t struct_size;
  uint32_t output;        /* the one V1E_OUT_* that the engine chose          */
  double dt_ms;           /* length of a step of fill(): 1 ms for FRAMES and RATES */
  double duration_ms;     /* of a trial                                       */
  uint64_t random_key;
  uint32_t trial_count;
  uint32_t frame_rows;
  uint32_t frame_cols;
  uint32_t reserved;
  double deg_per_pixel;
  uint64_t channel_count; /* channels or neurons; 0 for FRAMES                */
  uint64_t column_count;
  const v1e_column *const *columns; /* of the channels: x, y, type, population ... */
  const v1e_host *host;
} v1e_stimulus_env;

typedef struct v1e_window {
  uint32_t struct_size;
  uint32_t trial;
  int64_t step_begin; /* negative during the 500 ms before a trial (pre-roll) */
  int64_t step_count;
  uint64_t feedback_count; /* CLOSED_LOOP only */
  const uint32_t *feedback_step;
  const uint32_t *feedback_neuron;
} v1e_window;

/* One current step into a set of neurons: amplitude during steps
 * step_begin <= step < step_end of the trial. */
typedef struct v1e_pulse {
  uint32_t struct_size;
  uint32_t reserved;
  int64_t step_begin;
  int64_t step_end;
  uint64_t neuron_count;
  const uint32_t *neurons;
  const float *amplitude_pa; /* one per neuron */
} v1e_pulse;

typedef struct v1e_drive {
  uint32_t struct_size;
  uint32_t kind;   /* V1E_OUT_*                                       */
  v1e_array dense; /* FRAMES, RATES: owned by the engine, zeroed      */
  uint64_t event_capacity;
  uint64_t event_count; /* out; greater than capacity asks for a larger buffer */
  uint32_t *event_step; /* relative to the window */
  uint32_t *event_channel;
  void *pulse_ctx;
  v1e_status (*add_pulse)(void *pulse_ctx, const v1e_pulse *pulse, v1e_error *err) V1E_NOEXCEPT;
} v1e_drive;

/* Receives what is worth knowing about the stimulus besides its pixels. */
typedef struct v1e_stimulus_sink {
  uint32_t struct_size;
  uint32_t reserved;
  void *ctx;
  /* A column of the trial table: one value per trial. */
  v1e_status (*trial_column)(void *ctx, const v1e_column *column, v1e_error *err) V1E_NOEXCEPT;
  /* A moment of the trial that figures mark with a line. */
  v1e_status (*marker)(void *ctx, double time_ms, const char *label, v1e_error *err) V1E_NOEXCEPT;
  /* A quantity drawn as a strip under time axes: value[i] holds from time_ms[i] on. */
  v1e_status (*strip)(void *ctx, const char *name, const char *unit, uint64_t count,
                      const double *time_ms, const double *value, v1e_error *err) V1E_NOEXCEPT;
} v1e_stimulus_sink;

typedef struct v1e_stimulus_api {
  uint32_t struct_size;
  uint32_t outputs;
  uint64_t flags;
  int64_t preferred_steps; /* 0 = any */
  /* [any] rules between parameters; no instance, no device. */
  v1e_status (*validate)(const v1e_settings *settings, v1e_error *err) V1E_NOEXCEPT;
  /* [main] */
  v1e_status (*create)(const v1e_settings *settings, const v1e_stimulus_env *env,
                       v1e_stimulus **out, v1e_error *err) V1E_NOEXCEPT;
  /* [main] never fails; NULL is allowed. */
  void (*destroy)(v1e_stimulus *self) V1E_NOEXCEPT;
  /* [main] */
  v1e_status (*describe)(v1e_stimulus *self, const v1e_stimulus_sink *sink,
                         v1e_error *err) V1E_NOEXCEPT;
  /* [worker] PURE: concurrent; otherwise one call at a time. */
  v1e_status (*fill)(v1e_stimulus *self, const v1e_window *window, v1e_drive *out,
                     v1e_error *err) V1E_NOEXCEPT;
} v1e_stimulus_api;

V1E_C_END
#endif
