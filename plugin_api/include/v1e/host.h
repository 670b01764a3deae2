/** @file
 * v1e/host.h - what the engine offers to a plugin.
 *
 * Services are fetched by id from the host table; every service function takes the host's ctx
 * first. NULL means that this engine does not have the service. The number at the end of an id
 * changes when the meaning does; new functions are appended.
 */
#ifndef V1E_HOST_H
#define V1E_HOST_H
#include "abi.h"
V1E_C_BEGIN

/** Levels of messages and notes. */
enum {
  V1E_LOG_DEBUG = 0, /**< shown with -v                   */
  V1E_LOG_INFO = 1,  /**< shown unless --quiet            */
  V1E_LOG_WARN = 2,  /**< shown, and listed in the report */
  V1E_LOG_ERROR = 3  /**< always shown                    */
};

/** The engine. Valid from the call that receives it until the module is closed. */
typedef struct v1e_host {
  uint32_t struct_size;
  uint16_t abi_major;         /**< version of this interface that the engine has                 */
  uint16_t abi_minor;         /**< the same, behind the dot                                      */
  void* ctx;                  /**< first argument of every function of the host and its services */
  const char* engine_version; /**< "1.2.0", for messages only                                    */
  /** [any] one line without newline; level is V1E_LOG_*. */
  void (*log)(void* ctx, int32_t level, const char* message) V1E_NOEXCEPT;
  /** [any] table of a service, or NULL; valid until the module is closed. */
  const void* (*get_service)(void* ctx, const char* id)V1E_NOEXCEPT;
} v1e_host;

#define V1E_SERVICE_PROGRESS "v1e.progress/1" /**< id of v1e_progress */
/** Progress of long work, and whether to go on. */
typedef struct v1e_progress {
  uint32_t struct_size;
  uint32_t reserved;
  /** [any] fraction in [0, 1], what: a few words or NULL. V1E_E_CANCELLED once the user asked to
   * stop: return it from the running function soon. */
  v1e_status (*update)(void* ctx, double fraction, const char* what) V1E_NOEXCEPT;
} v1e_progress;

#define V1E_SERVICE_PARALLEL "v1e.parallel/1"                         /**< id of v1e_parallel */
typedef void (*v1e_task_fn)(void* user, uint64_t index) V1E_NOEXCEPT; /**< one piece of work  */
/** The engine's threads, so that plugins need none of their own. */
typedef struct v1e_parallel {
  uint32_t struct_size;
  uint32_t max_threads; /**< as the user configured them */
  /** [main] runs fn(user, 0 .. n-1) on the engine's threads in any order and returns when all
   * are done. Not from inside a task (V1E_E_STATE). */
  v1e_status (*for_each)(void* ctx, uint64_t n, v1e_task_fn fn, void* user) V1E_NOEXCEPT;
  /** [main] runs fn(user, 0 .. members-1) all at the same time, one thread each, so that the
   * members may wait for each other. members <= max_threads (V1E_E_INVALID); not from inside a
   * task (V1E_E_STATE). */
  v1e_status (*run_team)(void* ctx, uint32_t members, v1e_task_fn fn, void* user) V1E_NOEXCEPT;
} v1e_parallel;

#define V1E_SERVICE_RNG "v1e.rng/1" /**< id of v1e_rng */
/** Philox4x32-10: word[i] = f(key, {stream, item, trial, block})[i], the same on every machine,
 * thread and device. Streams 0xF0000000 and up are for plugins. */
typedef struct v1e_rng {
  uint32_t struct_size;
  uint32_t reserved;
  /** [any] writes 4 words. */
  void (*words)(void* ctx, uint64_t key, uint32_t stream, uint32_t item, uint32_t trial,
                uint32_t block, uint32_t* out) V1E_NOEXCEPT;
} v1e_rng;

#define V1E_SERVICE_MEMORY "v1e.memory/1" /**< id of v1e_memory */
/** Scratch memory with an alignment. */
typedef struct v1e_memory {
  uint32_t struct_size;
  uint32_t reserved;
  /** [any] NULL when memory is exhausted; alignment a power of two, at least 64 is given. */
  void* (*acquire)(void* ctx, uint64_t bytes, uint64_t alignment)V1E_NOEXCEPT;
  /** [any] ends a block of acquire; NULL is allowed. */
  void (*release)(void* ctx, void* block) V1E_NOEXCEPT;
} v1e_memory;

#define V1E_SERVICE_ARRAYS "v1e.arrays/1"     /**< id of v1e_arrays      */
typedef struct v1e_array_file v1e_array_file; /**< private to the engine */
/** Reads n-d arrays out of files, so that plugins never link HDF5. The address is a path for .npy
 * and .csv files, "file.h5:/group/dataset" for HDF5, "file.h5:/spikes/POPULATION" for the spikes
 * of a SONATA file as [spike][2]: time in ms, node id. */
typedef struct v1e_arrays {
  uint32_t struct_size;
  uint32_t reserved;
  /** [any] V1E_E_IO names the file and what is wrong with it. */
  v1e_status (*open)(void* ctx, const char* address, v1e_array_file** out,
                     v1e_error* err) V1E_NOEXCEPT;
  /** [any] dtype is the stored one; shape has room for 4 entries. */
  v1e_status (*shape)(void* ctx, v1e_array_file* file, v1e_dtype* dtype, uint32_t* ndim,
                      int64_t* shape, v1e_error* err) V1E_NOEXCEPT;
  /** [any] reads out->shape elements from offset[ndim] on, converting to out->dtype (V1E_F32,
   * V1E_F64, V1E_I64 or V1E_U32); out is contiguous, strides are not looked at. */
  v1e_status (*read)(void* ctx, v1e_array_file* file, const int64_t* offset, const v1e_array* out,
                     v1e_error* err) V1E_NOEXCEPT;
  /** [any] ends a file of open; NULL is allowed. */
  void (*close)(void* ctx, v1e_array_file* file) V1E_NOEXCEPT;
} v1e_arrays;

V1E_C_END
#endif
