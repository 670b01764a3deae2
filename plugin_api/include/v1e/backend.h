/** @file
 * v1e/backend.h - owns the state of the neurons and advances it.
 *
 * Life of an instance: create - bind_rates / bind_pulses - for each trial: begin_trial, then
 * windows of (inject_spikes) advance / drain - destroy.
 * A lane is an independent copy of the network's state; lanes share the synapses.
 * Results depend on none of: window length, lane count, thread count, probe set.
 * Random numbers are Philox4x32-10 of (env.random_key, block.random_stream, source_id, trial,
 * step): kernels/philox.hpp and kernels/count_table_draw.hpp, installed with the SDK.
 */
#ifndef V1E_BACKEND_H
#define V1E_BACKEND_H
#include "host.h"
#include "network.h"
#include "param.h"
#include "stimulus.h"
V1E_C_BEGIN

typedef struct v1e_backend v1e_backend; /**< private to the plugin */

/** Bits of v1e_backend_api.caps and v1e_device.caps. */
enum {
  V1E_CAP_EXACT = 1,             /**< bit-identical to every other exact backend            */
  V1E_CAP_ASYNC = 2,             /**< advance may return before the work is done            */
  V1E_CAP_CHECKPOINT = 4,        /**< save and load                                         */
  V1E_CAP_PROBES = 8,            /**< drain_probe                                           */
  V1E_CAP_PULSES = 16,           /**< bind_pulses                                           */
  V1E_CAP_BILLEH_TF = 32,        /**< serves scheme billeh-tf besides exact                 */
  V1E_CAP_FLOAT64 = 64,          /**< serves precision_bits 64 besides 32                   */
  V1E_CAP_MOVING_THRESHOLD = 128 /**< serves types with V1E_TYPE_MOVING_THRESHOLD           */
};
enum { V1E_SCHEME_EXACT = 1, V1E_SCHEME_BILLEH_TF = 2 }; /**< v1e_backend_env.scheme     */
enum { V1E_RESET_HARD = 1, V1E_RESET_SOFT = 2 };         /**< v1e_backend_env.reset_rule */
enum { V1E_TRIAL_RESET = 1, V1E_TRIAL_KEEP_STATE = 2 };  /**< mode of begin_trial        */

/** One device a backend can run on. struct_size and nothing else is set by the caller; strings
 * live as long as the process. */
typedef struct v1e_device {
  uint32_t struct_size;
  uint32_t index;        /**< as passed to device()                                  */
  const char* name;      /**< as its maker calls it                                  */
  const char* kind;      /**< "cpu", "cuda"                                          */
  uint64_t memory_total; /**< bytes                                                  */
  uint64_t memory_free;  /**< bytes, at the time of the call                         */
  uint64_t caps;         /**< V1E_CAP_* on this device                               */
  const char* details;   /**< "sm_90, driver 13.0", "x86-64-v3, 16 threads"          */
} v1e_device;

/** Bytes an instance needs. struct_size is set by the caller. */
typedef struct v1e_memory_need {
  uint32_t struct_size;
  uint32_t reserved;
  uint64_t host_bytes;        /**< while it runs, without the engine's own network */
  uint64_t device_bytes;      /**< 0 for backends that run on the host             */
  uint64_t host_peak_bytes;   /**< most at any time, create included               */
  uint64_t device_peak_bytes; /**< most at any time, create included               */
} v1e_memory_need;

/** A recorded variable of some neurons, sampled after every every_steps-th step of a trial: after
 * the steps every_steps - 1, 2 every_steps - 1, ...
 * Variables: "v" [mV, absolute], "input_current" (all synaptic currents and the after-spike
 * current), "recurrent_current", "bottom_up_current", "background_current" (by current_class of
 * the block), "asc_current" [pA]. */
typedef struct v1e_probe {
  uint32_t struct_size;
  uint32_t every_steps; /**< at least 1                              */
  const char* variable; /**< one of the names above                  */
  v1e_dtype dtype;      /**< V1E_F16 or V1E_F32                      */
  uint32_t reserved;
  uint64_t neuron_count;   /**< length of neurons[]                     */
  const uint32_t* neurons; /**< ascending positions; copied by create   */
} v1e_probe;

/** What an instance is made for. Borrowed for the call of estimate or create; the network and the
 * host stay valid until destroy. */
typedef struct v1e_backend_env {
  uint32_t struct_size;
  uint32_t device;                /**< index                                                     */
  uint32_t lane_count;            /**< at least 1; more than the backend can serve: UNSUPPORTED  */
  uint32_t threads;               /**< for backends that run on the host; 0 = all of the host's  */
  uint32_t precision_bits;        /**< 32 or 64: type of the neurons' state                      */
  uint32_t scheme;                /**< V1E_SCHEME_*                                              */
  uint32_t reset_rule;            /**< V1E_RESET_*, billeh-tf only                               */
  uint32_t probe_count;           /**< length of probes[]                                        */
  uint64_t random_key;            /**< of all draws                                              */
  int64_t max_advance_steps;      /**< largest window the engine will ask for                    */
  int64_t steps_per_trial;        /**< a trial ends by itself after so many steps                */
  const v1e_network* network;     /**< neurons and synapses, with finished propagators           */
  const v1e_probe* const* probes; /**< what is recorded besides spikes                           */
  const uint8_t* drain_block;     /**< per block: 1 when its spikes will be drained; NULL = none */
  const v1e_host* host;           /**< the engine                                                */
  uint32_t target_begin; /**< neurons this instance owns when a run is spread over ranks;   */
  uint32_t target_end;   /**< today always 0 .. neuron_count                                */
} v1e_backend_env;

/** Draw thresholds of a RATES block for one condition: in frame f source s spikes in a step when
 * its random word is < threshold[f * source_count + s], or always at 0xFFFFFFFF. Step t of a
 * trial reads frame t / steps_per_frame. threshold[] is lent until the next bind of that block
 * and condition or destroy. */
typedef struct v1e_rates {
  uint32_t struct_size;
  uint32_t steps_per_frame;  /**< at least 1           */
  int64_t frame_count;       /**< enough for a trial   */
  int64_t source_count;      /**< of the block         */
  const uint32_t* threshold; /**< [frame][source]      */
} v1e_rates;

/** Index of "block" that means the network's own neurons. */
#define V1E_BLOCK_NEURONS 0xFFFFFFFFu

/** Spikes of one block and window: neuron[offset[k] .. offset[k + 1]) spiked in step
 * step_begin + k, ascending. */
typedef struct v1e_spikes {
  uint32_t struct_size;
  uint32_t lane;  /**< below lane_count of the env                                        */
  uint32_t block; /**< index of an edge block; V1E_BLOCK_NEURONS: the network itself      */
  uint32_t reserved;
  int64_t step_begin;     /**< of the trial                                                   */
  int64_t step_count;     /**< steps from there on                                            */
  const uint64_t* offset; /**< step_count + 1, from 0                                         */
  const uint32_t* neuron; /**< positions of neurons, or sources of the block                  */
  const uint16_t* count;  /**< events of each; NULL when every event has multiplicity 1       */
} v1e_spikes;

/** Receives the state of a lane as named arrays, so that a checkpoint can be read, compared and
 * moved between backends. Required names (lane-free, neurons in network order; Real is F32 or F64
 * by precision_bits):
 *   v            Real [neuron], relative to e_l_mv
 *   refractory   exact: I32 [neuron] steps left; billeh-tf: F32 [neuron] ms left
 *   asc          Real [2][neuron]
 *   psc_y1, psc_y2   Real [psc][neuron], psc = most of any type
 *   current      Real [neuron], the pulses' current that acts in the next step
 *   input_ring   I64 [class][delay slot, next first][receptor][neuron]: input sums of the coming
 *                max_delay_steps steps; class is 1, or 3 when current classes are recorded
 *   spiked       U8 [neuron], billeh-tf: spiked in the last step
 *   theta        Real [2: spike, voltage part][neuron], networks with a moving threshold
 *   psc_{recurrent,bottom_up,background}_{y1,y2}   Real [psc][neuron], those that are recorded */
typedef struct v1e_state_writer {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx; /**< first argument of put */
  /** Copies the array; each name once. */
  v1e_status (*put)(void* ctx, const char* name, const v1e_const_array* value,
                    v1e_error* err) V1E_NOEXCEPT;
} v1e_state_writer;

/** Gives back what a v1e_state_writer received. */
typedef struct v1e_state_reader {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx; /**< first argument of get */
  /** First with value->data NULL to learn dtype and shape, then with a contiguous buffer for the
   * whole array. V1E_E_UNSUPPORTED when there is no array of that name. */
  v1e_status (*get)(void* ctx, const char* name, v1e_array* value, v1e_error* err) V1E_NOEXCEPT;
} v1e_state_reader;

typedef uint64_t v1e_ticket; /**< one window of advance, ascending; 0 is no ticket */

/** Function table of a backend. Required: devices, device, create, destroy, begin_trial, advance,
 * wait, drain_spikes, and those of the claimed capabilities; others may be NULL. All functions
 * are [main] unless said otherwise. */
typedef struct v1e_backend_api {
  uint32_t struct_size;
  uint32_t reserved;
  uint64_t caps; /**< V1E_CAP_*: what this backend can do on its best device */
  /** How many; 0 = not usable here, err->message says why. Creates no context on a device.
   * device: what one of them is. */
  v1e_status (*devices)(uint32_t* count, v1e_error* err) V1E_NOEXCEPT;
  v1e_status (*device)(uint32_t index, v1e_device* out, v1e_error* err) V1E_NOEXCEPT; /**< one */
  /** [any] as in v1e_stimulus_api. */
  v1e_status (*validate)(const v1e_settings* settings, v1e_error* err) V1E_NOEXCEPT;
  /** From sizes alone: rows is not called. UNSUPPORTED for what create would refuse. */
  v1e_status (*estimate)(const v1e_settings* settings, const v1e_backend_env* env,
                         v1e_memory_need* out, v1e_error* err) V1E_NOEXCEPT;
  /** All lanes start in the initial state, in no trial. UNSUPPORTED for what the caps exclude. */
  v1e_status (*create)(const v1e_settings* settings, const v1e_backend_env* env, v1e_backend** out,
                       v1e_error* err) V1E_NOEXCEPT;
  /** Never fails; NULL is allowed. */
  void (*destroy)(v1e_backend* self) V1E_NOEXCEPT;
  /** Thresholds of a RATES block for a condition; before the first begin_trial that names it. */
  v1e_status (*bind_rates)(v1e_backend* self, uint32_t block, uint32_t condition,
                           const v1e_rates* rates, v1e_error* err) V1E_NOEXCEPT;
  /** Replaces the pulses of the condition; copied. Overlapping pulses add up in this order. */
  v1e_status (*bind_pulses)(v1e_backend* self, uint32_t condition, uint32_t pulse_count,
                            const v1e_pulse* const* pulses, v1e_error* err) V1E_NOEXCEPT;
  /** Step 0 of a trial in a lane. RESET starts from the initial state; KEEP_STATE continues from
   * where the lane stands: v, currents, refractory counters and spikes under way. */
  v1e_status (*begin_trial)(v1e_backend* self, uint32_t lane, uint32_t trial, uint32_t condition,
                            uint32_t mode, v1e_error* err) V1E_NOEXCEPT;
  /** Events of an EVENTS block for the next window; at most once per lane, block and window;
   * steps must lie in that window. Copied. */
  v1e_status (*inject_spikes)(v1e_backend* self, const v1e_spikes* spikes,
                              v1e_error* err) V1E_NOEXCEPT;
  /** Exactly `steps` more steps in all lanes with a trial. NUMERIC (neuron id and step in the
   * message) when a state is no longer finite; an async backend may say so in wait or drain. */
  v1e_status (*advance)(v1e_backend* self, int64_t steps, v1e_ticket* ticket,
                        v1e_error* err) V1E_NOEXCEPT;
  /** Until that window is done, not later ones. */
  v1e_status (*wait)(v1e_backend* self, v1e_ticket ticket, v1e_error* err) V1E_NOEXCEPT;
  /** Lends what a window produced until the second advance after it; waits for that window only.
   * out->lane and out->block are set by the caller. A lane without a trial gives step_count 0. */
  v1e_status (*drain_spikes)(v1e_backend* self, v1e_ticket ticket, v1e_spikes* out,
                             v1e_error* err) V1E_NOEXCEPT;
  /** As drain_spikes. out: [sample][neuron] in the probe's dtype; sample k was taken after step
   * first_step + k * every_steps of the trial. */
  v1e_status (*drain_probe)(v1e_backend* self, v1e_ticket ticket, uint32_t lane, uint32_t probe,
                            v1e_const_array* out, int64_t* first_step, v1e_error* err) V1E_NOEXCEPT;
  /** One variable (names of v1e_probe) of the neurons begin .. begin + out->shape[0] - 1 at the
   * end of the last window, F64 [neuron]. */
  v1e_status (*read_state)(v1e_backend* self, uint32_t lane, const char* variable, int64_t begin,
                           v1e_array* out, v1e_error* err) V1E_NOEXCEPT;
  /** All state of a lane at the end of the last window. */
  v1e_status (*save)(v1e_backend* self, uint32_t lane, const v1e_state_writer* writer,
                     v1e_error* err) V1E_NOEXCEPT;
  /** The opposite of save, between windows or before begin_trial with KEEP_STATE. */
  v1e_status (*load)(v1e_backend* self, uint32_t lane, const v1e_state_reader* reader,
                     v1e_error* err) V1E_NOEXCEPT;
  /** What the instance uses now. */
  v1e_status (*memory)(v1e_backend* self, v1e_memory_need* out, v1e_error* err) V1E_NOEXCEPT;
  /** Counted since create, over all lanes: "synaptic_events", "spikes", "saturated_samples" (F16
   * probes); of a backend with a device also "device_ns", what it worked on finished windows.
   * UNSUPPORTED for other names. */
  v1e_status (*counter)(v1e_backend* self, const char* name, uint64_t* value,
                        v1e_error* err) V1E_NOEXCEPT;
} v1e_backend_api;

V1E_C_END
#endif
