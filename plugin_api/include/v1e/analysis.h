/** @file
 * v1e/analysis.h - turns recordings into tables and figures, chunk by chunk.
 *
 * Life of an instance: create - for each pass: plan, one partial per stripe, consume its chunks,
 * merge all partials in stripe order, end_pass - finish - destroy. No interface hands over a
 * whole recording: memory stays bounded. Stripes depend on the data only, never on the threads,
 * so sums are repeatable.
 */
#ifndef V1E_ANALYSIS_H
#define V1E_ANALYSIS_H
#include "host.h"
#include "network.h"
#include "param.h"
V1E_C_BEGIN

typedef struct v1e_analysis v1e_analysis; /**< private to the plugin              */
typedef struct v1e_partial v1e_partial;   /**< accumulator, private to the plugin */

/** v1e_request.source */
enum {
  V1E_SRC_SPIKES = 1,   /**< variable: input block name, NULL for the network's neurons       */
  V1E_SRC_STATE = 2,    /**< variable: "v" [mV], "input_current" [pA], ... as recorded        */
  V1E_SRC_RATES = 3,    /**< variable: "lgn"; Hz, one row per frame of 1 ms                   */
  V1E_SRC_SYNAPSES = 4, /**< variable: block name, NULL for recurrent                         */
  V1E_SRC_TABLE = 5     /**< variable: "ANALYSIS/TABLE" of an earlier analysis                */
};
/** v1e_request.layout; 0 where a source has only one (SYNAPSES, TABLE). */
enum {
  V1E_LAYOUT_EVENTS = 1, /**< SPIKES: (trial, step, neuron), sorted in that order             */
  V1E_LAYOUT_COUNTS = 2, /**< SPIKES: F32 [trial][bin][neuron]                                */
  V1E_LAYOUT_DENSE = 3   /**< STATE, RATES: F32 [trial][step][neuron]                         */
};
/** v1e_request.stripes: what one partial sees; 0 counts as TRIALS. */
enum {
  V1E_STRIPE_TRIALS = 1, /**< one trial, all neurons, time in order                           */
  V1E_STRIPE_NEURONS = 2 /**< a block of neurons, all trials in order, each over the whole
                              requested time                                                  */
};

/** A moment of the trial, see v1e_stimulus_sink.marker. */
typedef struct v1e_marker {
  uint32_t struct_size;
  uint32_t reserved;
  double time_ms;    /**< of the trial                    */
  const char* label; /**< what happens then, a few words  */
} v1e_marker;

/** A quantity under the time axis, see v1e_stimulus_sink.strip. */
typedef struct v1e_strip {
  uint32_t struct_size;
  uint32_t reserved;
  const char* name;      /**< of the quantity                   */
  const char* unit;      /**< "Hz", "deg"; "1" when it has none */
  uint64_t count;        /**< of values                         */
  const double* time_ms; /**< [count], ascending                */
  const double* value;   /**< [count], holds from time_ms on    */
} v1e_strip;

/** One stored run. Everything is the engine's and valid from create to destroy. */
typedef struct v1e_dataset {
  uint32_t struct_size;
  uint32_t trial_count;        /**< finished trials, at least 1                               */
  const char* label;           /**< name of the run or of the point of a sweep                */
  double dt_ms;                /**< length of a step                                          */
  int64_t step_count;          /**< per trial                                                 */
  const v1e_network* network;  /**< columns and types; rows only with SYNAPSES requests       */
  uint64_t trial_column_count; /**< length of trial_columns[]                                 */
  const v1e_column* const* trial_columns; /**< one value per trial, as the stimulus told them */
  uint64_t state_column_count; /**< length of state_columns[]                                 */
  const v1e_column* const* state_columns; /**< recorded variables: name, unit; without values */
  uint64_t state_neuron_count;    /**< length of state_neurons[]                                 */
  const uint32_t* state_neurons;  /**< positions they were recorded of, ascending                */
  uint64_t input_count;           /**< input blocks with recorded spikes                         */
  const char* const* input_names; /**< [input_count], for V1E_SRC_SPIKES                         */
  const int64_t* input_sizes;     /**< [input_count] sources                                     */
  const int64_t* input_column_counts; /**< [input_count]                                      */
  const v1e_column* const* const* input_columns; /**< id; LGN: x, y [deg], class, ...         */
  uint64_t rate_source_count;   /**< length of rate_sources[]; 0 without stored rates          */
  const uint32_t* rate_sources; /**< sources of "lgn" whose rates are stored, ascending        */
  uint64_t marker_count;        /**< length of markers[]                                       */
  const v1e_marker* const* markers; /**< of the stimulus                                          */
  uint64_t strip_count;             /**< length of strips[]                                       */
  const v1e_strip* const* strips;   /**< of the stimulus                                          */
  uint64_t seed; /**< of the run                                                */
} v1e_dataset;

/** What an analysis is made for. Borrowed for the call of create; datasets and host stay valid
 * until destroy. */
typedef struct v1e_analysis_env {
  uint32_t struct_size;
  uint32_t dataset_count; /**< 1, or more with V1E_ANALYSIS_MANY_DATASETS; all of one network */
  const v1e_dataset* const* datasets; /**< [dataset_count] the runs                              */
  const v1e_host* host;               /**< the engine                                            */
} v1e_analysis_env;

/** A wish for data. The engine copies it, except neurons[]. */
typedef struct v1e_request {
  uint32_t struct_size;
  uint32_t dataset;     /**< index into the datasets                                       */
  uint32_t source;      /**< V1E_SRC_*                                                     */
  uint32_t layout;      /**< V1E_LAYOUT_*                                                  */
  uint32_t stripes;     /**< V1E_STRIPE_*                                                  */
  uint32_t group;       /**< STATE requests of one group come one after the other for the same
                             window and neurons, in the order they were added; 0 = none    */
  const char* variable; /**< see V1E_SRC_*                                                 */
  double bin_ms;        /**< COUNTS: a multiple of dt; only whole bins are delivered       */
  double begin_ms;      /**< steps with begin_ms / dt <= step < end_ms / dt                */
  double end_ms;        /**< <= begin_ms means to the end of the trial                     */
  uint32_t trial_begin; /**< first trial                                                   */
  uint32_t trial_end;   /**< behind the last trial; 0 = to the last                        */
  uint32_t halo_steps;  /**< STATE: extra steps before and after each window, where there are
                             any                                                           */
  uint32_t reserved;
  uint64_t neuron_count;   /**< 0 = all (STATE: all recorded; RATES: all stored)               */
  const uint32_t* neurons; /**< ascending positions (or sources); borrowed until the pass ends */
  uint64_t chunk_bytes;    /**< wish, 0 = none; never more than the engine's budget            */
} v1e_request;

/** Takes the requests of a pass. */
typedef struct v1e_request_sink {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx; /**< first argument of add */
  /** index: comes back in v1e_chunk.request. Fails, saying why, for what was not recorded. */
  v1e_status (*add)(void* ctx, const v1e_request* request, uint32_t* index,
                    v1e_error* err) V1E_NOEXCEPT;
} v1e_request_sink;

/** A piece of a recording. Borrowed for the call of consume. */
typedef struct v1e_chunk {
  uint32_t struct_size;
  uint32_t request;                 /**< index given by add                                       */
  uint32_t pass;                    /**< as given to plan                                         */
  uint32_t trial_begin;             /**< first trial                                              */
  int64_t trial_count;              /**< trials from there on                                     */
  int64_t step_begin;               /**< of the trial, without the halo (RATES: frame)            */
  int64_t step_count;               /**< steps (RATES: frames) from there on, without the halo    */
  int64_t halo_before;              /**< steps in front of step_begin that dense holds as well    */
  int64_t halo_after;               /**< the same behind the last step                            */
  int64_t neuron_begin;             /**< position inside the requested list                       */
  int64_t neuron_count;             /**< neurons (or sources) from there on                       */
  v1e_const_array dense;            /**< F32 [trial][step or bin][neuron], COUNTS and DENSE       */
  uint64_t event_count;             /**< EVENTS: length of the three arrays                       */
  const uint32_t* event_trial;      /**< of each event                                            */
  const uint32_t* event_step;       /**< of the trial                                             */
  const uint32_t* event_neuron;     /**< position in the network (or source of the input block)   */
  const v1e_rows* synapses;         /**< SYNAPSES: a slice of sources; else NULL                  */
  const v1e_column* const* columns; /**< TABLE: the whole table; STR, F64 or I64                  */
  uint64_t column_count;            /**< length of columns[]                                      */
} v1e_chunk;

/** Where results go. The engine owns files, formats and provenance; everything is copied. Names
 * are letters, digits, '_', '-', '.'. All functions are [main]; they fail with INTERNAL for
 * malformed results and MEMORY when the disk is full. */
typedef struct v1e_output {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx; /**< first argument of the functions */
  /** A single number; not finite is stored as missing. */
  v1e_status (*scalar)(void* ctx, const char* name, double value, const char* unit,
                       const char* summary, v1e_error* err) V1E_NOEXCEPT;
  /** Columns of equal length (any dtype but F16); the same name again appends rows. */
  v1e_status (*table)(void* ctx, const char* name, const char* summary, uint64_t column_count,
                      const v1e_column* const* columns, v1e_error* err) V1E_NOEXCEPT;
  /** One hyper-rectangle of an n-d array (F32, F64, I64; ndim 1 to 4); created on first use. */
  v1e_status (*array)(void* ctx, const char* name, const char* unit, uint32_t ndim,
                      const int64_t* full_shape, const int64_t* offset,
                      const v1e_const_array* block, v1e_error* err) V1E_NOEXCEPT;
  /** Declarative figure ("v1e-figure/1", TOML text, docs/figures.md) that refers to tables by
   * name. */
  v1e_status (*figure)(void* ctx, const char* name, const char* spec, v1e_error* err) V1E_NOEXCEPT;
  /** Any other file, with its media type ("text/html"). */
  v1e_status (*file)(void* ctx, const char* name, const char* media_type, const void* bytes,
                     uint64_t size, v1e_error* err) V1E_NOEXCEPT;
  /** A paragraph of the report (V1E_LOG_INFO) or a warning (V1E_LOG_WARN), markdown. */
  v1e_status (*note)(void* ctx, int32_t level, const char* markdown, v1e_error* err) V1E_NOEXCEPT;
} v1e_output;

/** Bits of v1e_analysis_api.flags. */
enum {
  V1E_ANALYSIS_PARALLEL = 1,     /**< consume may run at once on different partials           */
  V1E_ANALYSIS_MANY_DATASETS = 2 /**< compares several runs                                   */
};

/** Function table of an analysis. Only validate may be NULL. */
typedef struct v1e_analysis_api {
  uint32_t struct_size;
  uint32_t need_count;      /**< length of needs[]                                               */
  uint64_t flags;           /**< V1E_ANALYSIS_*                                                  */
  const char* const* needs; /**< analyses that must run before: "classification[population=e23]" */
  /** [any] as in v1e_stimulus_api. */
  v1e_status (*validate)(const v1e_settings* settings, v1e_error* err) V1E_NOEXCEPT;
  /** [main] */
  v1e_status (*create)(const v1e_settings* settings, const v1e_analysis_env* env,
                       v1e_analysis** out, v1e_error* err) V1E_NOEXCEPT;
  /** [main] never fails; NULL is allowed. */
  void (*destroy)(v1e_analysis* self) V1E_NOEXCEPT;
  /** [main] declares which data pass number `pass` = 0, 1, ... needs; called before each pass, so
   * that a later pass can ask for what an earlier one chose. No request = no more passes. */
  v1e_status (*plan)(v1e_analysis* self, uint32_t pass, const v1e_request_sink* sink,
                     v1e_error* err) V1E_NOEXCEPT;
  /** [main] an empty accumulator. */
  v1e_status (*partial_create)(v1e_analysis* self, uint32_t pass, v1e_partial** out,
                               v1e_error* err) V1E_NOEXCEPT;
  /** [worker] with PARALLEL several at once, on different partials. */
  v1e_status (*consume)(const v1e_analysis* self, v1e_partial* into, const v1e_chunk* chunk,
                        v1e_error* err) V1E_NOEXCEPT;
  /** [main] in ascending order of stripes; consume may run on other partials meanwhile. */
  v1e_status (*partial_merge)(v1e_analysis* self, v1e_partial* into, const v1e_partial* from,
                              v1e_error* err) V1E_NOEXCEPT;
  /** [main] never fails; NULL is allowed. Partials end before their instance. */
  void (*partial_destroy)(v1e_partial* partial) V1E_NOEXCEPT;
  /** [main] merged: all stripes of the pass; still the engine's to destroy. */
  v1e_status (*end_pass)(v1e_analysis* self, uint32_t pass, v1e_partial* merged,
                         v1e_error* err) V1E_NOEXCEPT;
  /** [main] writes the results. */
  v1e_status (*finish)(v1e_analysis* self, const v1e_output* output, v1e_error* err) V1E_NOEXCEPT;
} v1e_analysis_api;

V1E_C_END
#endif
