/* v1e/network.h - read-only view of a network prepared for one step size.
 *
 * Everything a backend needs is finished here: no exponential, no rounding of a
 * delay and no conversion of a weight is left to it.
 */
#ifndef V1E_NETWORK_H
#define V1E_NETWORK_H
#include "abi.h"
V1E_C_BEGIN

/* ---- neurons ---- */

enum {                     /* v1e_neuron_type.model */
  V1E_MODEL_GLIF_PSC = 1,  /* GLIF3, alpha-shaped currents                     */
  V1E_MODEL_IAF_PSC_ALPHA = 2,
  V1E_MODEL_IAF_PSC_DELTA = 3,
  V1E_MODEL_GLIF_PSC_DOUBLE_ALPHA = 4
};
enum { V1E_TYPE_SPIKES_AT_THRESHOLD = 1 }; /* flags: tests U >= theta instead of U > theta */

/* Propagators of one node type for the step h = dt_ms. Potentials are relative to
 * e_l_mv. A post-synaptic current ("psc") has the state (y1, y2) and is fed by one
 * receptor; the arrays below have psc_count entries. Names follow the manual:
 *   U    += membrane_decay_m1 U + current_gain (I + A) + sum(gain_y1 y1 + gain_y2 y2)
 *   y2   = y2 + psc_decay_m1 y2 + psc_step y1
 *   y1   = y1 + psc_decay_m1 y1 + psc_increment input[psc_receptor]
 * "_m1" values are expm1(-h/tau): x <- fma(m1, x, x) keeps float32 accurate. */
typedef struct v1e_neuron_type {
  uint32_t struct_size;
  uint32_t model;
  uint32_t flags;
  uint32_t psc_count;
  int32_t refractory_steps;
  uint32_t reserved;
  double e_l_mv;
  double threshold_mv;
  double reset_mv;
  double initial_mv;
  double membrane_decay_m1;
  double current_gain;          /* mV per pA held over the step (P30; F in billeh-tf) */
  double constant_current_pa;
  double delta_gain;            /* mV per unit of input (delta synapses), else 0      */
  double refractory_ms;         /* billeh-tf counts in ms                             */
  double asc_decay_m1[2];
  double asc_mean[2];           /* mean over the step of an after-spike current       */
  double asc_amplitude_pa[2];
  double asc_carry[2];          /* factor on the old current at a spike               */
  const uint32_t *psc_receptor;
  const double *psc_decay_m1;
  const double *psc_step;       /* P21 */
  const double *psc_increment;  /* e/tau (times amp_slow for the slow part) */
  const double *gain_y1;        /* P31 */
  const double *gain_y2;        /* P32 */
} v1e_neuron_type;

/* ---- synapses ---- */

enum {                    /* v1e_edge_block.source_kind                              */
  V1E_SOURCE_NEURONS = 1, /* the network's own neurons                               */
  V1E_SOURCE_RATES = 2,   /* one draw per step against a bound threshold (LGN)       */
  V1E_SOURCE_COUNTS = 3,  /* a number of events per draw from a fixed table (background) */
  V1E_SOURCE_EVENTS = 4   /* spikes handed over by the engine (files, closed loop)   */
};
enum { /* which recorded current a block belongs to */
  V1E_CURRENT_RECURRENT = 0,
  V1E_CURRENT_BOTTOM_UP = 1,
  V1E_CURRENT_BACKGROUND = 2,
  V1E_CURRENT_CLASSES = 3
};

/* Frozen. What the synapses of one kind have in common. */
typedef struct v1e_synapse_kind {
  uint32_t delay_steps; /* a spike of update n is input of update n + delay */
  uint32_t receptor;
} v1e_synapse_kind;

/* Outgoing synapses of consecutive sources, pointing into the engine's own store
 * (no copy). row_ptr[i]..row_ptr[i+1] are the synapses of source row_begin + i,
 * indices into both arrays. Valid as long as the network. */
typedef struct v1e_rows {
  uint32_t struct_size;
  uint32_t reserved;
  int64_t row_begin;
  int64_t row_count;
  const int64_t *row_ptr;  /* row_count + 1 */
  /* kind << target_bits | target: index into v1e_network.synapse_kinds, position of the neuron */
  const uint32_t *address;
  const int32_t *weight;   /* value = weight * 2^-weight_exponent[receptor] */
} v1e_rows;

typedef struct v1e_edge_block {
  uint32_t struct_size;
  uint32_t source_kind;
  const char *name; /* "recurrent", "lgn", "bkg", or the name of the source population */
  uint32_t current_class;
  uint32_t random_stream;    /* RATES, COUNTS: stream id of the draws */
  int64_t source_count;
  int64_t edge_count;
  const uint32_t *source_id; /* item ids for random draws; ids in the full network */
  uint32_t max_delay_steps;
  uint32_t max_multiplicity; /* most simultaneous events of one source */
  /* COUNTS: every draw_every_steps steps (in the first of them) each source draws
   * one word u; the count is the number of thresholds t with u >= t. */
  uint32_t draw_every_steps;
  uint32_t count_threshold_count;
  const uint32_t *count_thresholds; /* ascending */
} v1e_edge_block;

typedef struct v1e_network {
  uint32_t struct_size;
  uint32_t block_count;
  void *ctx;
  uint64_t content_hash;
  int64_t neuron_count;
  double dt_ms;
  uint32_t type_count;
  uint32_t receptor_count;
  uint32_t synapse_kind_count;
  uint32_t max_delay_steps;              /* over all blocks */
  /* 32: sums of simultaneous input fit int32 (proved by the engine); 64: they may not. */
  uint32_t accumulator_bits;
  uint32_t target_bits;                  /* of v1e_rows.address, 1 to 31 */
  const int32_t *weight_exponent;        /* per receptor */
  const v1e_neuron_type *const *types;
  const v1e_synapse_kind *synapse_kinds;
  const uint16_t *neuron_type;
  const uint32_t *neuron_id;             /* ids in the full network */
  uint64_t neuron_column_count;          /* x, y, z [um], tuning_angle [deg], population, ... */
  const v1e_column *const *neuron_columns;
  uint64_t type_column_count;            /* population, ei, C_m [pF], g [nS], ... by type */
  const v1e_column *const *type_columns;
  const v1e_edge_block *const *blocks;
  /* [any] */
  v1e_status (*rows)(void *ctx, uint32_t block, int64_t row_begin, int64_t max_rows, v1e_rows *out,
                     v1e_error *err) V1E_NOEXCEPT;
} v1e_network;

V1E_C_END
#endif
