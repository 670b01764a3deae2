/* v1e/backend.h - owns the state of the neurons and advances it.
 *
 * Life of an instance: create - bind_rates / bind_pulses - for each trial:
 * begin_trial, then windows of advance / drain - destroy.
 * A lane is an independent copy of the network's state; lanes share the synapses.
 * Results depend on none of: window length, lane count, thread count, probe set.
 */
#ifndef V1E_BACKEND_H
#define V1E_BACKEND_H
#include "host.h"
#include "network.h"
#include "param.h"
#include "stimulus.h"
V1E_C_BEGIN

typedef struct v1e_backend v1e_backend; /* private to the plugin */

enum {
  V1E_CAP_EXACT = 1,       /* bit-identical to every other exact backend */
  V1E_CAP_ASYNC = 2,       /* advance may return before the work is done */
  V1E_CAP_CHECKPOINT = 4,
  V1E_CAP_PROBES = 8,
  V1E_CAP_PULSES = 16,
  V1E_CAP_WRITE_STATE = 32,
  V1E_CAP_BILLEH_TF = 64,  /* serves scheme billeh-tf besides exact      */
  V1E_CAP_FLOAT64 = 128
};
enum { V1E_SCHEME_EXACT = 1, V1E_SCHEME_BILLEH_TF = 2 };
enum { V1E_RESET_HARD = 1, V1E_RESET_SOFT = 2 };
enum { V1E_TRIAL_RESET = 1, V1E_TRIAL_KEEP_STATE = 2 };

typedef struct v1e_device {
  uint32_t struct_size;
  uint32_t index;
  const char *name;
  const char *kind; /* "cpu", "cuda" */
  uint64_t memory_total;
  uint64_t memory_free;
  uint64_t caps;
  const char *details; /* "sm_90, driver 13.0", "x86-64-v3, 16 threads" */
} v1e_device;

typedef struct v1e_memory_need {
  uint32_t struct_size;
  uint32_t reserved;
  uint64_t host_bytes;
  uint64_t device_bytes;
  uint64_t host_peak_bytes;
  uint64_t device_peak_bytes;
} v1e_memory_need;

/* A recorded variable of some neurons, sampled after every every_steps-th step.
 * Variables: "v" [mV, absolute], "input_current", "recurrent_current",
 * "bottom_up_current", "background_current", "asc_current" [pA]. */
typedef struct v1e_probe {
  uint32_t struct_size;
  uint32_t every_steps;
  const char *variable;
  v1e_dtype dtype; /* V1E_F16 or V1E_F32 */
  uint32_t reserved;
  uint64_t neuron_count;
  const uint32_t *neurons; /* ascending positions; copied by create */
} v1e_probe;

typedef struct v1e_backend_env {
  uint32_t struct_size;
  uint32_t device;
  uint32_t lane_count;
  uint32_t threads;         /* for backends that run on the host */
  uint32_t precision_bits;  /* 32 or 64: type of the neurons' state */
  uint32_t scheme;          /* V1E_SCHEME_* */
  uint32_t reset_rule;      /* V1E_RESET_*, billeh-tf only */
  uint32_t probe_count;
  uint64_t random_key;
  int64_t max_advance_steps; /* largest window the engine will ask for */
  int64_t steps_per_trial;
  const v1e_network *network; /* stays valid until destroy */
  const v1e_probe *const *probes;
  const uint8_t *drain_block;  /* per block: 1 when its spikes will be drained */
  const v1e_host *host;
  uint32_t target_begin; /* neurons this instance owns when a run is spread over ranks; */
  uint32_t target_end;   /* today always 0 .. neuron_count */
} v1e_backend_env;

/* Draw thresholds of a RATES block for one condition: in frame f source s spikes in
 * a step when its random word is < threshold[f * source_count + s]. Step t of a
 * trial reads frame t / steps_per_frame. Lent until the next bind of that condition
 * or destroy. */
typedef struct v1e_rates {
  uint32_t struct_size;
  uint32_t steps_per_frame;
  int64_t frame_count;
  int64_t source_count;
  const uint32_t *threshold;
} v1e_rates;

/* Spikes of one block and window: neurons[offset[k]..offset[k+1]) spiked in step
 * step_begin + k, ascending. count is NULL when every event has multiplicity 1. */
typedef struct v1e_spikes {
  uint32_t struct_size;
  uint32_t lane;
  uint32_t block; /* index of an edge block; V1E_BLOCK_NEURONS for the network itself */
  uint32_t reserved;
  int64_t step_begin; /* of the trial */
  int64_t step_count;
  const uint64_t *offset; /* step_count + 1 */
  const uint32_t *neuron;
  const uint16_t *count;
} v1e_spikes;
#define V1E_BLOCK_NEURONS 0xFFFFFFFFu

/* Named arrays, so that a checkpoint can be read, compared and moved between
 * backends. Required names (lane-free, in network order):
 *   v [F32/F64 neuron], refractory [I32 neuron; F32 in billeh-tf], asc [2][neuron],
 *   psc_y1, psc_y2 [psc][neuron], and psc_{class}_y1/_y2 for the current classes that are
 *   recorded, input_ring [I64: class][delay slot, next first][receptor][neuron],
 *   current [constant input of the next step, neuron], spiked [U8 neuron; billeh-tf]. */
typedef struct v1e_state_writer {
  uint32_t struct_size;
  uint32_t reserved;
  void *ctx;
  v1e_status (*put)(void *ctx, const char *name, const v1e_const_array *value,
                    v1e_error *err) V1E_NOEXCEPT;
} v1e_state_writer;

typedef struct v1e_state_reader {
  uint32_t struct_size;
  uint32_t reserved;
  void *ctx;
  /* First with value->data NULL to learn dtype and shape, then with a buffer.
   * V1E_E_UNSUPPORTED when there is no array of that name. */
  v1e_status (*get)(void *ctx, const char *name, v1e_array *value, v1e_error *err) V1E_NOEXCEPT;
} v1e_state_reader;

typedef uint64_t v1e_ticket; /* one window of advance; 0 is no ticket */

typedef struct v1e_backend_api {
  uint32_t struct_size;
  uint32_t reserved;
  uint64_t caps; /* what this backend can do on its best device */
  /* [main] 0 devices = not usable here; err->message says why. Must not create a
   * context on a device. */
  v1e_status (*devices)(uint32_t *count, v1e_error *err) V1E_NOEXCEPT;
  v1e_status (*device)(uint32_t index, v1e_device *out, v1e_error *err) V1E_NOEXCEPT;
  v1e_status (*validate)(const v1e_settings *settings, v1e_error *err) V1E_NOEXCEPT;
  /* [main] from sizes alone: env->network->rows is not called. */
  v1e_status (*estimate)(const v1e_settings *settings, const v1e_backend_env *env,
                         v1e_memory_need *out, v1e_error *err) V1E_NOEXCEPT;
  v1e_status (*create)(const v1e_settings *settings, const v1e_backend_env *env, v1e_backend **out,
                       v1e_error *err) V1E_NOEXCEPT;
  void (*destroy)(v1e_backend *self) V1E_NOEXCEPT;
  /* [main] once per condition. */
  v1e_status (*bind_rates)(v1e_backend *self, uint32_t block, uint32_t condition,
                           const v1e_rates *rates, v1e_error *err) V1E_NOEXCEPT;
  /* [main] replaces the pulses of the condition; copied. */
  v1e_status (*bind_pulses)(v1e_backend *self, uint32_t condition, uint32_t pulse_count,
                            const v1e_pulse *const *pulses, v1e_error *err) V1E_NOEXCEPT;
  /* [main] step 0 of a trial in a lane. KEEP_STATE continues from where the lane stands:
   * v, currents, refractory counters and spikes under way. */
  v1e_status (*begin_trial)(v1e_backend *self, uint32_t lane, uint32_t trial, uint32_t condition,
                            uint32_t mode, v1e_error *err) V1E_NOEXCEPT;
  /* [main] events of an EVENTS block for the next window; copied. */
  v1e_status (*inject_spikes)(v1e_backend *self, const v1e_spikes *spikes,
                              v1e_error *err) V1E_NOEXCEPT;
  /* [main] exactly `steps` more steps in all lanes with a trial. */
  v1e_status (*advance)(v1e_backend *self, int64_t steps, v1e_ticket *ticket,
                        v1e_error *err) V1E_NOEXCEPT;
  v1e_status (*wait)(v1e_backend *self, v1e_ticket ticket, v1e_error *err) V1E_NOEXCEPT;
  /* [main] lends what a window produced until the second advance after it. Waits for
   * that window, not for later ones. out->lane and out->block are set by the caller. */
  v1e_status (*drain_spikes)(v1e_backend *self, v1e_ticket ticket, v1e_spikes *out,
                             v1e_error *err) V1E_NOEXCEPT;
  /* out: [sample][neuron]; sample k was taken after step first_step + k * every_steps. */
  v1e_status (*drain_probe)(v1e_backend *self, v1e_ticket ticket, uint32_t lane, uint32_t probe,
                            v1e_const_array *out, int64_t *first_step,
                            v1e_error *err) V1E_NOEXCEPT;
  /* [main] one variable of some neurons, F64, as the probes define them. */
  v1e_status (*read_state)(v1e_backend *self, uint32_t lane, const char *variable, int64_t begin,
                           v1e_array *out, v1e_error *err) V1E_NOEXCEPT;
  /* [main] all state of a lane at the end of the last window. */
  v1e_status (*save)(v1e_backend *self, uint32_t lane, const v1e_state_writer *writer,
                     v1e_error *err) V1E_NOEXCEPT;
  v1e_status (*load)(v1e_backend *self, uint32_t lane, const v1e_state_reader *reader,
                     v1e_error *err) V1E_NOEXCEPT;
  v1e_status (*memory)(v1e_backend *self, v1e_memory_need *out, v1e_error *err) V1E_NOEXCEPT;
  /* [main] events counted since create: spikes saturating F16 probes, synaptic events. */
  v1e_status (*counter)(v1e_backend *self, const char *name, uint64_t *value,
                        v1e_error *err) V1E_NOEXCEPT;
} v1e_backend_api;

V1E_C_END
#endif
