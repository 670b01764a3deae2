/** @file
 * v1e/network.h - read-only view of a network prepared for one step size.
 *
 * Everything a backend needs is finished here: no exponential, no rounding of a delay and no
 * conversion of a weight is left to it. All memory belongs to the engine and stays valid from
 * create to destroy of the instance that received it.
 */
#ifndef V1E_NETWORK_H
#define V1E_NETWORK_H
#include "abi.h"
V1E_C_BEGIN

/* ---- neurons ---- */

/** v1e_neuron_type.model. All are served by the one update rule of v1e_neuron_type. */
enum {
  V1E_MODEL_GLIF_PSC = 1,             /**< GLIF1 to GLIF5, alpha-shaped currents       */
  V1E_MODEL_IAF_PSC_ALPHA = 2,        /**< no after-spike current                      */
  V1E_MODEL_IAF_PSC_DELTA = 3,        /**< input makes the potential jump (delta_gain) */
  V1E_MODEL_GLIF_PSC_DOUBLE_ALPHA = 4 /**< two alpha-shaped currents per receptor      */
};
/** Bits of v1e_neuron_type.flags. */
enum {
  V1E_TYPE_SPIKES_AT_THRESHOLD = 1, /**< tests U >= threshold instead of U > threshold  */
  V1E_TYPE_MOVING_THRESHOLD = 2     /**< GLIF2, 4, 5; only given to backends with the bit
                                         V1E_CAP_MOVING_THRESHOLD                       */
};

/** Propagators of one node type for the step h = dt_ms. Potentials are relative to e_l_mv. A
 * post-synaptic current ("psc") has the state (y1, y2) and is fed by one receptor; the arrays
 * below have psc_count entries. Per step, I = pulses of the step before + constant_current_pa,
 * A = asc_mean[0] asc[0] + asc_mean[1] asc[1]:
 *   U    += membrane_decay_m1 U + current_gain (I + A) + sum(gain_y1 y1 + gain_y2 y2)
 *   asc  += asc_decay_m1 asc;  at a spike asc = asc_carry asc + asc_amplitude_pa, U = reset_mv
 *   y2   += psc_decay_m1 y2 + psc_step y1
 *   y1   += psc_decay_m1 y1 + psc_increment input[psc_receptor]
 * "_m1" values are expm1(-h/tau): x <- fma(m1, x, x) keeps float32 accurate. The exact order of
 * operations, both schemes: kernels/glif_step.hpp, which is installed with the SDK. In an
 * analysis' dataset without synapses only model and the mV, pA and ms values are set. */
typedef struct v1e_neuron_type {
  uint32_t struct_size;
  uint32_t model;           /**< V1E_MODEL_*                                                */
  uint32_t flags;           /**< V1E_TYPE_*                                                 */
  uint32_t psc_count;       /**< length of the psc arrays                                   */
  int32_t refractory_steps; /**< steps a neuron is held after its spike                     */
  uint32_t reserved;
  double e_l_mv;                /**< resting potential, absolute                                */
  double threshold_mv;          /**< relative to e_l_mv                                         */
  double reset_mv;              /**< relative to e_l_mv                                         */
  double initial_mv;            /**< U at a reset trial, relative to e_l_mv                     */
  double membrane_decay_m1;     /**< expm1(-h / tau_m)                                          */
  double current_gain;          /**< mV per pA held over the step (P30; F in billeh-tf)         */
  double constant_current_pa;   /**< always on                                                  */
  double delta_gain;            /**< mV per unit of input of receptor 0 (delta), else 0         */
  double refractory_ms;         /**< billeh-tf counts in ms                                     */
  double asc_decay_m1[2];       /**< after-spike currents, expm1(-h k)                          */
  double asc_mean[2];           /**< mean over the step of an after-spike current               */
  double asc_amplitude_pa[2];   /**< added at a spike                                           */
  double asc_carry[2];          /**< factor on the old current at a spike                       */
  const uint32_t* psc_receptor; /**< receptor that feeds the current                            */
  const double* psc_decay_m1;   /**< expm1(-h / tau_syn)                                        */
  const double* psc_step;       /**< P21                                                        */
  const double* psc_increment;  /**< e / tau_syn (times amp_slow for the slow part)             */
  const double* gain_y1;        /**< P31 [mV per unit of y1]                                    */
  const double* gain_y2;        /**< P32 [mV per pA]                                            */
  /* V1E_TYPE_MOVING_THRESHOLD only, else 0. Threshold = threshold_mv + S + W, updated while the
   * neuron is not held; u is U at the start of the step, I the whole current held over it:
   *   S = S + theta_spike_decay_m1 S
   *   W = W + theta_voltage_decay_m1 W + theta_voltage_gain_u u + theta_voltage_gain_current I
   * at a spike S = theta_spike_carry S + theta_spike_jump_mv and, instead of reset_mv,
   * U = reset_fraction u + reset_add_mv. */
  double theta_spike_decay_m1;       /**< expm1(-h / tau) of the spike part S                   */
  double theta_spike_carry;          /**< factor on S at a spike                                */
  double theta_spike_jump_mv;        /**< added to S at a spike                                 */
  double reset_fraction;             /**< factor on U at a spike                                */
  double reset_add_mv;               /**< added to U at a spike                                 */
  double theta_voltage_decay_m1;     /**< expm1(-h / tau) of the voltage part W                 */
  double theta_voltage_gain_u;       /**< mV of W per mV of U                                   */
  double theta_voltage_gain_current; /**< mV of W per pA                                        */
} v1e_neuron_type;

/* ---- synapses ---- */

/** v1e_edge_block.source_kind */
enum {
  V1E_SOURCE_NEURONS = 1, /**< the network's own neurons: a row for every neuron               */
  V1E_SOURCE_RATES = 2,   /**< one draw per step against a bound threshold (LGN)               */
  V1E_SOURCE_COUNTS = 3,  /**< a number of events per draw from a fixed table (background)     */
  V1E_SOURCE_EVENTS = 4   /**< spikes handed over by the engine (files, inputs)                */
};
/** v1e_edge_block.current_class: which recorded current a block belongs to. */
enum { V1E_CURRENT_RECURRENT = 0, V1E_CURRENT_BOTTOM_UP = 1, V1E_CURRENT_BACKGROUND = 2 };

/** Frozen. What the synapses of one kind have in common. */
typedef struct v1e_synapse_kind {
  uint32_t delay_steps; /**< a spike of update n is input of update n + delay; 0 for inputs only */
  uint32_t receptor;    /**< below v1e_network.receptor_count                                    */
} v1e_synapse_kind;

/** Outgoing synapses of consecutive sources, pointing into the engine's own store (no copy).
 * row_ptr[i] .. row_ptr[i + 1] are the synapses of source row_begin + i, indices into both
 * arrays. Valid as long as the network. */
typedef struct v1e_rows {
  uint32_t struct_size;
  uint32_t reserved;
  int64_t row_begin;       /**< first source                                                   */
  int64_t row_count;       /**< at least 1, at most what was asked for                         */
  const int64_t* row_ptr;  /**< row_count + 1                                                  */
  const uint32_t* address; /**< kind << target_bits | target: index into synapse_kinds of the
                                network, position of the target neuron                         */
  const int32_t* weight;   /**< value = weight * 2^-weight_exponent[receptor] [pA or mV]        */
} v1e_rows;

/** All synapses from one kind of source. */
typedef struct v1e_edge_block {
  uint32_t struct_size;
  uint32_t source_kind;      /**< V1E_SOURCE_*                                                 */
  const char* name;          /**< "recurrent", "lgn", "bkg", or the source population          */
  uint32_t current_class;    /**< V1E_CURRENT_*                                                */
  uint32_t random_stream;    /**< RATES, COUNTS: stream id of the draws                        */
  int64_t source_count;      /**< rows                                                         */
  int64_t edge_count;        /**< synapses; 0 in a dataset without synapses                    */
  const uint32_t* source_id; /**< item ids for random draws; ids in the full network           */
  uint32_t max_delay_steps;  /**< over the synapses of this block                              */
  uint32_t max_multiplicity; /**< most simultaneous events of one source                       */
  uint32_t draw_every_steps; /**< COUNTS: every so many steps (in the first of them) each source
                                  draws one word u; the count is the number of thresholds t with
                                  u >= t                                                       */
  uint32_t count_threshold_count;   /**< COUNTS: length of count_thresholds[]                  */
  const uint32_t* count_thresholds; /**< COUNTS: ascending                                     */
} v1e_edge_block;

/** The network. */
typedef struct v1e_network {
  uint32_t struct_size;
  uint32_t block_count;                /**< length of blocks[]                               */
  void* ctx;                           /**< first argument of rows                           */
  uint64_t content_hash;               /**< of neurons, types and synapses                   */
  int64_t neuron_count;                /**< at least 1                                       */
  double dt_ms;                        /**< length of a step                                 */
  uint32_t type_count;                 /**< length of types[]                                */
  uint32_t receptor_count;             /**< input sums per neuron                            */
  uint32_t synapse_kind_count;         /**< length of synapse_kinds[]                        */
  uint32_t max_delay_steps;            /**< over all blocks                                  */
  uint32_t accumulator_bits;           /**< 32: sums of simultaneous input fit int32 (proved by
                                            the engine); 64: they may not                    */
  uint32_t target_bits;                /**< of v1e_rows.address, 1 to 31                         */
  const int32_t* weight_exponent;      /**< per receptor                                         */
  const v1e_neuron_type* const* types; /**< [type_count]                                         */
  const v1e_synapse_kind* synapse_kinds;   /**< [synapse_kind_count]                             */
  const uint16_t* neuron_type;             /**< per neuron, index into types[]                   */
  const uint32_t* neuron_id;               /**< per neuron, id in the full network               */
  uint64_t neuron_column_count;            /**< length of neuron_columns[]                       */
  const v1e_column* const* neuron_columns; /**< per neuron, for analyses: x, y, z, radius [um],
                                              tuning_angle [deg], population, layer, ei, ...   */
  uint64_t type_column_count;              /**< length of type_columns[]                         */
  const v1e_column* const* type_columns;   /**< per type, for analyses: population, ei, C_m [pF],
                                                g [nS], E_L [mV], tau_m [ms], rheobase [pA], ... */
  const v1e_edge_block* const* blocks; /**< [block_count]                                       */
  /** [any] up to max_rows rows of a block from row_begin on. V1E_E_STATE in a dataset whose
   * synapses were not requested. */
  v1e_status (*rows)(void* ctx, uint32_t block, int64_t row_begin, int64_t max_rows, v1e_rows* out,
                     v1e_error* err) V1E_NOEXCEPT;
} v1e_network;

V1E_C_END
#endif
