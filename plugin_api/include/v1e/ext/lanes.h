/** @file
 * v1e/ext/lanes.h - extension "v1e.lanes/1" of a module that holds one backend: how many trials it
 * likes to run side by side. A backend without it runs one trial at a time.
 */
#ifndef V1E_EXT_LANES_H
#define V1E_EXT_LANES_H
#include "../backend.h"
V1E_C_BEGIN

#define V1E_EXTENSION_LANES "v1e.lanes/1" /**< id of v1e_lanes */

/** Returned by v1e_module.get_extension(V1E_EXTENSION_LANES). */
typedef struct v1e_lanes {
  uint32_t struct_size;
  uint32_t reserved;
  /** [main] before create. env->lane_count: the number of trials that could run side by side;
   * *lanes: how many of them to run at once, 1 .. env->lane_count. Results do not depend on it.
   * env->network->rows is not called. Another status than V1E_OK ends the run like that of any
   * function of the table. */
  v1e_status (*suggest)(const v1e_settings* settings, const v1e_backend_env* env, uint32_t* lanes,
                        v1e_error* err) V1E_NOEXCEPT;
} v1e_lanes;

V1E_C_END
#endif
