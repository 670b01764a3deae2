/** @file
 * v1e/stimulus.h - turns time into drive.
 *
 * Life of an instance: create - describe - fill, any number of times - destroy.
 * A stimulus in [stimulus] makes frames, rates or spikes; one in [[input]] currents or spikes.
 */
#ifndef V1E_STIMULUS_H
#define V1E_STIMULUS_H
#include "host.h"
#include "param.h"
V1E_C_BEGIN

typedef struct v1e_stimulus v1e_stimulus; /**< private to the plugin */

/** Bit set: what a stimulus can produce. */
enum {
  V1E_OUT_FRAMES = 1,  /**< F32 [frame][row][col], luminance: -1 black, 0 gray, 1 white; row 0 is
                            the top of the visual field                                          */
  V1E_OUT_RATES = 2,   /**< F32 [frame][channel] in Hz, not negative                             */
  V1E_OUT_SPIKES = 4,  /**< events (step, channel)                                               */
  V1E_OUT_CURRENTS = 8 /**< current pulses into neurons                                          */
};

/** Bits of v1e_stimulus_api.flags. */
enum {
  V1E_STIM_PURE = 1,       /**< fill depends only on (trial, step): it may be called in any order
                                and from several threads at once. Without it the windows of a
                                trial arrive in order, one at a time                             */
  V1E_STIM_EVERY_TRIAL = 2 /**< the same in every trial: the engine asks for trial 0 only        */
};

/** Where and for what a stimulus is used. Borrowed for the call of create; the columns and the
 * host stay valid until destroy. */
typedef struct v1e_stimulus_env {
  uint32_t struct_size;
  uint32_t output;      /**< the one V1E_OUT_* that the engine chose                */
  double dt_ms;         /**< length of a step of fill: 1 ms for FRAMES and RATES    */
  double duration_ms;   /**< of a trial                                             */
  uint64_t random_key;  /**< key for v1e.rng/1: the seed of the run                 */
  uint32_t trial_count; /**< trials 0 .. trial_count - 1                            */
  uint32_t frame_rows;  /**< FRAMES: pixels, else 0 or unused                       */
  uint32_t frame_cols;  /**< FRAMES: pixels in a row                                */
  uint32_t reserved;
  double deg_per_pixel;             /**< FRAMES: size of a pixel in the visual field [deg]     */
  uint64_t channel_count;           /**< channels or target neurons; 0 for FRAMES              */
  uint64_t column_count;            /**< length of columns[]                                   */
  const v1e_column* const* columns; /**< of the channels: "id" (U32) of the sources of a block,
                                         "neuron" (U32, position in the network) of [[input]],
                                         with SPIKES both; SPIKES for one channel that leads to
                                         all targets have none                                 */
  const v1e_host* host;             /**< the engine */
} v1e_stimulus_env;

/** The steps that fill is asked for: step_begin .. step_begin + step_count - 1 of a trial. */
typedef struct v1e_window {
  uint32_t struct_size;
  uint32_t trial;     /**< below trial_count of the env                                 */
  int64_t step_begin; /**< FRAMES: negative during the 500 ms before a trial (pre-roll) */
  int64_t step_count; /**< at least 1                                                   */
} v1e_window;

/** One current step into a set of neurons: amplitude during steps step_begin <= step < step_end
 * of the trial. */
typedef struct v1e_pulse {
  uint32_t struct_size;
  uint32_t reserved;
  int64_t step_begin;        /**< first step with the current         */
  int64_t step_end;          /**< first step without it               */
  uint64_t neuron_count;     /**< length of the two arrays            */
  const uint32_t* neurons;   /**< positions in the network, each once */
  const float* amplitude_pa; /**< one per neuron                      */
} v1e_pulse;

/** Where fill writes. Only what belongs to `kind` is valid. */
typedef struct v1e_drive {
  uint32_t struct_size;
  uint32_t kind;           /**< the V1E_OUT_* of the env                                        */
  v1e_array dense;         /**< FRAMES, RATES: the engine's, zeroed, [step_count][...]; must be
                                finite and in range afterwards                                  */
  uint64_t event_capacity; /**< SPIKES: room in event_step and event_channel                    */
  uint64_t event_count;    /**< SPIKES, out; above event_capacity asks to be called again with
                                that much room, and what was written does not count             */
  uint32_t* event_step;    /**< SPIKES: step - window.step_begin; any order, repeats allowed    */
  uint32_t* event_channel; /**< SPIKES: below channel_count                                     */
  void* pulse_ctx;         /**< CURRENTS: first argument of add_pulse                           */
  /** CURRENTS: hands over one pulse, which is copied; the window is the whole trial. */
  v1e_status (*add_pulse)(void* pulse_ctx, const v1e_pulse* pulse, v1e_error* err) V1E_NOEXCEPT;
} v1e_drive;

/** Receives what is worth knowing about the stimulus besides its pixels. Everything is copied. */
typedef struct v1e_stimulus_sink {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx; /**< first argument of the functions */
  /** A column of the trial table: one value per trial (trial_count of the env). */
  v1e_status (*trial_column)(void* ctx, const v1e_column* column, v1e_error* err) V1E_NOEXCEPT;
  /** A moment of the trial that figures mark with a line. */
  v1e_status (*marker)(void* ctx, double time_ms, const char* label, v1e_error* err) V1E_NOEXCEPT;
  /** A quantity drawn as a strip under time axes: value[i] holds from time_ms[i] on, ascending. */
  v1e_status (*strip)(void* ctx, const char* name, const char* unit, uint64_t count,
                      const double* time_ms, const double* value, v1e_error* err) V1E_NOEXCEPT;
} v1e_stimulus_sink;

/** Function table of a stimulus. validate and describe may be NULL. */
typedef struct v1e_stimulus_api {
  uint32_t struct_size;
  uint32_t outputs; /**< V1E_OUT_*, at least one */
  uint64_t flags;   /**< V1E_STIM_*              */
  /** [any] rules between parameters; no instance, no files, no device. INVALID with err->param
   * becomes an error at that line of the config. */
  v1e_status (*validate)(const v1e_settings* settings, v1e_error* err) V1E_NOEXCEPT;
  /** [main] */
  v1e_status (*create)(const v1e_settings* settings, const v1e_stimulus_env* env,
                       v1e_stimulus** out, v1e_error* err) V1E_NOEXCEPT;
  /** [main] never fails; NULL is allowed. */
  void (*destroy)(v1e_stimulus* self) V1E_NOEXCEPT;
  /** [main] once, right after create. */
  v1e_status (*describe)(v1e_stimulus* self, const v1e_stimulus_sink* sink,
                         v1e_error* err) V1E_NOEXCEPT;
  /** [worker] the drive of a window. With PURE several at once. The same (trial, step) always
   * gives the same values, whatever the windows. */
  v1e_status (*fill)(v1e_stimulus* self, const v1e_window* window, v1e_drive* out,
                     v1e_error* err) V1E_NOEXCEPT;
} v1e_stimulus_api;

V1E_C_END
#endif
