/** @file
 * v1e/ext/lgn_rates.h - extension "v1e.lgn-rates/1" of a module that holds one backend: it turns
 * movies into the firing rates of LGN units on the backend's device. Without it, or where it
 * refuses, the engine computes the rates itself; nobody sees a difference, because the bits are
 * the same (docs/lgn.md).
 *
 * Life: create - for each movie: begin, then stretches of (lend, submit) with a collect for each,
 * at most two stretches under way - destroy.
 */
#ifndef V1E_EXT_LGN_RATES_H
#define V1E_EXT_LGN_RATES_H
#include "../backend.h"
V1E_C_BEGIN

#define V1E_EXTENSION_LGN_RATES "v1e.lgn-rates/1" /**< id of v1e_lgn_rates */

typedef struct v1e_lgn_filters v1e_lgn_filters; /**< private to the plugin */

/** Filters of all units as flat arrays, lent until create returns. Everything is IEEE double
 * arithmetic, rounded to nearest, without fused products and sums, in exactly this order:
 *   space(s, F) = sum over rows r upwards of row_weight[r] *
 *                 (sum over columns c upwards of col_weight[c] * F[r][c])
 *   time(s, t)  = sum over lags k upwards of kernel[k] * space(s, frame t - first_lag[s] - k)
 *   rate(u, t)  = (float) of the sum over the subunits s of u upwards of
 *                 max(0, gain[s] * time(s, t) + offset_hz[s])
 * Sums start from 0. Pixels are finite; frames before a movie are 0. */
typedef struct v1e_lgn_bank {
  uint32_t struct_size;
  uint32_t rows;                /**< of a frame                                              */
  uint32_t cols;                /**< of a frame                                              */
  uint32_t unit_count;          /**< units                                                   */
  uint32_t subunit_count;       /**< all together                                            */
  uint32_t reserved;            /**< 0                                                       */
  const uint32_t* unit_begin;   /**< [unit + 1] subunits of u: unit_begin[u] .. [u + 1]      */
  const uint32_t* row_first;    /**< [subunit] row of the window's first weight              */
  const uint32_t* col_first;    /**< [subunit] column of the window's first weight           */
  const uint64_t* row_begin;    /**< [subunit + 1] its part of row_weight                    */
  const uint64_t* col_begin;    /**< [subunit + 1] its part of col_weight                    */
  const uint64_t* kernel_begin; /**< [subunit + 1] its part of kernel; may be empty          */
  const uint32_t* first_lag;    /**< [subunit] frames back of kernel[0]                      */
  const double* row_weight;     /**< of all subunits                                         */
  const double* col_weight;     /**< of all subunits                                         */
  const double* kernel;         /**< of all subunits, by lag                                 */
  const double* gain;           /**< [subunit]                                               */
  const double* offset_hz;      /**< [subunit]                                               */
} v1e_lgn_bank;

/** What filters are made for. The host stays valid until destroy. */
typedef struct v1e_lgn_env {
  uint32_t struct_size;
  uint32_t device;          /**< index, as in v1e_backend_env                               */
  uint32_t max_frames;      /**< most frames of a stretch                                   */
  uint32_t reserved;        /**< 0                                                          */
  const v1e_lgn_bank* bank; /**< the filters; copied                                        */
  const v1e_host* host;     /**< the engine                                                 */
} v1e_lgn_env;

/** The next frames of a movie, 1 ms each. Most movies repeat frames: only those that differ from
 * the one before are handed over. Frame t of the stretch shows distinct frame shown[t]; distinct
 * frame 0 is the last one of the stretch before (all 0 at the beginning of a movie), distinct
 * frame k > 0 lies at place distinct[k - 1] of the buffer that lend gave. shown[] never falls and
 * rises in steps of at most 1 from 0 or 1 on. Arrays are copied; the buffer is left alone by the
 * engine until the stretch is collected. */
typedef struct v1e_lgn_stretch {
  uint32_t struct_size;
  uint32_t frame_count;     /**< 1 .. max_frames                                            */
  uint32_t distinct_count;  /**< length of distinct[], at most frame_count                  */
  uint32_t reserved;        /**< 0                                                          */
  const uint32_t* distinct; /**< ascending places, below frame_count                        */
  const uint32_t* shown;    /**< [frame]                                                    */
} v1e_lgn_stretch;

/** Returned by v1e_module.get_extension(V1E_EXTENSION_LGN_RATES). All functions are [main]. */
typedef struct v1e_lgn_rates {
  uint32_t struct_size;
  uint32_t reserved;
  /** UNSUPPORTED for what it cannot do, DEVICE_MEMORY or MEMORY where there is no room: the
   * engine then computes the rates itself. Another status than V1E_OK ends the run. */
  v1e_status (*create)(const v1e_settings* settings, const v1e_lgn_env* env, v1e_lgn_filters** out,
                       v1e_error* err) V1E_NOEXCEPT;
  /** Never fails; NULL is allowed. */
  void (*destroy)(v1e_lgn_filters* self) V1E_NOEXCEPT;
  /** Another movie. What was submitted and not collected is dropped. */
  v1e_status (*begin)(v1e_lgn_filters* self, v1e_error* err) V1E_NOEXCEPT;
  /** Buffer [max_frames][rows][cols] for the frames of the next stretch, row 0 first; until it is
   * collected. STATE when two stretches are under way. */
  v1e_status (*lend)(v1e_lgn_filters* self, float** frames, v1e_error* err) V1E_NOEXCEPT;
  /** Takes the stretch whose frames are in the buffer lent last; may return before it is done. */
  v1e_status (*submit)(v1e_lgn_filters* self, const v1e_lgn_stretch* stretch,
                       v1e_error* err) V1E_NOEXCEPT;
  /** Rates [frame][unit] [Hz] of the oldest stretch that was not collected yet; waits for it. Lent
   * until the next submit, begin or destroy. */
  v1e_status (*collect)(v1e_lgn_filters* self, const float** rates_hz, v1e_error* err) V1E_NOEXCEPT;
} v1e_lgn_rates;

V1E_C_END
#endif
