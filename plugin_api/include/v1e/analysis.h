/* v1e/analysis.h - turns recordings into tables and figures, chunk by chunk.
 *
 * Life of an instance: create - plan - for each pass: one partial per stripe,
 * consume its chunks, merge all partials in stripe order, end_pass - finish -
 * destroy. No interface hands over a whole recording: memory stays bounded.
 * Stripes depend on the data only, never on the threads, so sums are repeatable.
 */
#ifndef V1E_ANALYSIS_H
#define V1E_ANALYSIS_H
#include "host.h"
#include "network.h"
#include "param.h"
V1E_C_BEGIN

typedef struct v1e_analysis v1e_analysis; /* private to the plugin */
typedef struct v1e_partial v1e_partial;   /* accumulator, private to the plugin */

enum {                     /* v1e_request.source */
  V1E_SRC_SPIKES = 1,      /* variable: block name, NULL for the network's neurons */
  V1E_SRC_STATE = 2,       /* variable: "v", "input_current", ...                  */
  V1E_SRC_RATES = 3,       /* variable: "lgn"; Hz, one row per frame               */
  V1E_SRC_SYNAPSES = 4,    /* variable: block name, NULL for recurrent             */
  V1E_SRC_TABLE = 5        /* variable: "ANALYSIS/TABLE" of an earlier analysis    */
};
enum {
  V1E_LAYOUT_EVENTS = 1, /* (trial, step, neuron), sorted in that order       */
  V1E_LAYOUT_COUNTS = 2, /* F32 [trial][bin][neuron]                          */
  V1E_LAYOUT_DENSE = 3   /* F32 [trial][step][neuron]                         */
};
enum {                    /* v1e_request.stripes: what one partial sees         */
  V1E_STRIPE_TRIALS = 1,  /* one trial, all neurons, time in order              */
  V1E_STRIPE_NEURONS = 2  /* a block of neurons, all trials in order, each over
                             the whole requested time                           */
};

/* A stimulus marker or strip, see v1e_stimulus_sink. */
typedef struct v1e_marker {
  uint32_t struct_size;
  uint32_t reserved;
  double time_ms;
  const char *label;
} v1e_marker;

typedef struct v1e_strip {
  uint32_t struct_size;
  uint32_t reserved;
  const char *name;
  const char *unit;
  uint64_t count;
  const double *time_ms;
  const double *value;
} v1e_strip;

/* One stored run. */
typedef struct v1e_dataset {
  uint32_t struct_size;
  uint32_t trial_count;  /* finished trials */
  const char *label;     /* name of the run or of the point of a sweep */
  double dt_ms;
  int64_t step_count;    /* per trial */
  const v1e_network *network; /* columns and types; rows() only with SYNAPSES requests */
  uint64_t trial_column_count;
  const v1e_column *const *trial_columns;
  uint64_t state_column_count; /* recorded variables: name, unit; values are empty */
  const v1e_column *const *state_columns;
  uint64_t state_neuron_count; /* which neurons they were recorded of, ascending */
  const uint32_t *state_neurons;
  uint64_t input_count;        /* input blocks with recorded spikes */
  const char *const *input_names;
  const int64_t *input_sizes;
  const int64_t *input_column_counts;
  const v1e_column *const *const *input_columns; /* x, y, type ... of the sources */
  uint64_t rate_source_count; /* sources of the block "lgn" whose rates are stored */
  const uint32_t *rate_sources;
  uint64_t marker_count;
  const v1e_marker *const *markers;
  uint64_t strip_count;
  const v1e_strip *const *strips;
  uint64_t seed;
} v1e_dataset;

typedef struct v1e_analysis_env {
  uint32_t struct_size;
  uint32_t dataset_count;
  const v1e_dataset *const *datasets;
  const v1e_host *host;
} v1e_analysis_env;

typedef struct v1e_request {
  uint32_t struct_size;
  uint32_t dataset;
  uint32_t source;
  uint32_t layout;
  uint32_t stripes;
  uint32_t group;    /* STATE requests of one group come together in one chunk call each,
                        same window and neurons, in the order they were added; 0 = none */
  const char *variable;
  double bin_ms;     /* COUNTS */
  double begin_ms;   /* steps with begin_ms/dt <= step < end_ms/dt */
  double end_ms;     /* <= begin_ms means to the end of the trial */
  uint32_t trial_begin;
  uint32_t trial_end; /* 0 = to the last */
  uint32_t halo_steps; /* extra steps before and after the window, where there are any */
  uint32_t reserved2;
  uint64_t neuron_count; /* 0 = all (STATE: all recorded) */
  const uint32_t *neurons; /* ascending; borrowed until the pass ends */
  uint64_t chunk_bytes;  /* wish; the engine may choose less, never more than its budget */
} v1e_request;

typedef struct v1e_request_sink {
  uint32_t struct_size;
  uint32_t reserved;
  void *ctx;
  v1e_status (*add)(void *ctx, const v1e_request *request, uint32_t *index,
                    v1e_error *err) V1E_NOEXCEPT;
} v1e_request_sink;

typedef struct v1e_chunk {
  uint32_t struct_size;
  uint32_t request; /* index given by add */
  uint32_t pass;
  uint32_t trial_begin;
  int64_t trial_count;
  int64_t step_begin;   /* of the trial, without the halo */
  int64_t step_count;
  int64_t halo_before;  /* steps in front of step_begin that dense holds as well */
  int64_t halo_after;
  int64_t neuron_begin; /* position inside the requested list */
  int64_t neuron_count;
  v1e_const_array dense; /* F32, F64 for TABLE */
  uint64_t event_count;
  const uint32_t *event_trial;
  const uint32_t *event_step;
  const uint32_t *event_neuron; /* position in the network (or in the input block) */
  const v1e_rows *synapses;     /* SYNAPSES: a slice of sources */
  const v1e_column *const *columns; /* TABLE */
  uint64_t column_count;
} v1e_chunk;

/* Where results go. The engine owns files, names, formats and provenance. */
typedef struct v1e_output {
  uint32_t struct_size;
  uint32_t reserved;
  void *ctx;
  v1e_status (*scalar)(void *ctx, const char *name, double value, const char *unit,
                       const char *summary, v1e_error *err) V1E_NOEXCEPT;
  /* Columns of equal length; the same name again appends rows. */
  v1e_status (*table)(void *ctx, const char *name, const char *summary, uint64_t column_count,
                      const v1e_column *const *columns, v1e_error *err) V1E_NOEXCEPT;
  /* One hyper-rectangle of an n-d array; created on first use. */
  v1e_status (*array)(void *ctx, const char *name, const char *unit, uint32_t ndim,
                      const int64_t *full_shape, const int64_t *offset,
                      const v1e_const_array *block, v1e_error *err) V1E_NOEXCEPT;
  /* Declarative figure ("v1e-figure/1", TOML text) that refers to tables by name. */
  v1e_status (*figure)(void *ctx, const char *name, const char *spec,
                       v1e_error *err) V1E_NOEXCEPT;
  v1e_status (*file)(void *ctx, const char *name, const char *media_type, const void *bytes,
                     uint64_t size, v1e_error *err) V1E_NOEXCEPT;
  /* A paragraph of the report or a warning (V1E_LOG_INFO, V1E_LOG_WARN), markdown. */
  v1e_status (*note)(void *ctx, int32_t level, const char *markdown, v1e_error *err) V1E_NOEXCEPT;
} v1e_output;

enum {
  V1E_ANALYSIS_PARALLEL = 1,      /* consume may run at once on different partials */
  V1E_ANALYSIS_MANY_DATASETS = 2  /* compares several runs                          */
};

typedef struct v1e_analysis_api {
  uint32_t struct_size;
  uint32_t need_count;
  uint64_t flags;
  const char *const *needs; /* analyses that must run before: "classification[population=e23]" */
  v1e_status (*validate)(const v1e_settings *settings, v1e_error *err) V1E_NOEXCEPT;
  v1e_status (*create)(const v1e_settings *settings, const v1e_analysis_env *env,
                       v1e_analysis **out, v1e_error *err) V1E_NOEXCEPT;
  void (*destroy)(v1e_analysis *self) V1E_NOEXCEPT;
  /* [main] declares which data pass number `pass` needs; called before each pass, so that
   * a later pass can ask for what an earlier one chose. No request = no more passes. */
  v1e_status (*plan)(v1e_analysis *self, uint32_t pass, const v1e_request_sink *sink,
                     v1e_error *err) V1E_NOEXCEPT;
  /* [main] */
  v1e_status (*partial_create)(v1e_analysis *self, uint32_t pass, v1e_partial **out,
                               v1e_error *err) V1E_NOEXCEPT;
  /* [worker] */
  v1e_status (*consume)(const v1e_analysis *self, v1e_partial *into, const v1e_chunk *chunk,
                        v1e_error *err) V1E_NOEXCEPT;
  /* [main] called in ascending order of stripes. */
  v1e_status (*partial_merge)(v1e_analysis *self, v1e_partial *into, const v1e_partial *from,
                              v1e_error *err) V1E_NOEXCEPT;
  void (*partial_destroy)(v1e_partial *partial) V1E_NOEXCEPT;
  v1e_status (*end_pass)(v1e_analysis *self, uint32_t pass, v1e_partial *merged,
                         v1e_error *err) V1E_NOEXCEPT;
  v1e_status (*finish)(v1e_analysis *self, const v1e_output *output, v1e_error *err) V1E_NOEXCEPT;
} v1e_analysis_api;

V1E_C_END
#endif
