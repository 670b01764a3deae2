/* v1e/host.h - what the engine offers to a plugin.
 *
 * Services are fetched by id from the host table; every service function takes
 * the host's ctx first. NULL means that this engine does not have the service.
 */
#ifndef V1E_HOST_H
#define V1E_HOST_H
#include "abi.h"
V1E_C_BEGIN

enum { V1E_LOG_DEBUG = 0, V1E_LOG_INFO = 1, V1E_LOG_WARN = 2, V1E_LOG_ERROR = 3 };

typedef struct v1e_host {
  uint32_t struct_size;
  uint16_t abi_major;
  uint16_t abi_minor;
  void *ctx;
  const char *engine_version;
  /* [any] */
  void (*log)(void *ctx, int32_t level, const char *message) V1E_NOEXCEPT;
  /* [any] the pointer stays valid until the module is closed. */
  const void *(*get_service)(void *ctx, const char *id) V1E_NOEXCEPT;
} v1e_host;

#define V1E_SERVICE_PROGRESS "v1e.progress/1"
typedef struct v1e_progress {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] V1E_E_CANCELLED once the user asked to stop. */
  v1e_status (*update)(void *ctx, double fraction, const char *what) V1E_NOEXCEPT;
} v1e_progress;

#define V1E_SERVICE_PARALLEL "v1e.parallel/1"
typedef void (*v1e_task_fn)(void *user, uint64_t index) V1E_NOEXCEPT;
typedef struct v1e_parallel {
  uint32_t struct_size;
  uint32_t max_threads;
  /* [worker] runs fn(user, 0..n-1) on the engine's threads in any order and
   * returns when all are done. Not re-entrant. */
  v1e_status (*for_each)(void *ctx, uint64_t n, v1e_task_fn fn, void *user) V1E_NOEXCEPT;
  /* [worker] runs fn(user, 0..members-1) all at the same time, one thread each,
   * so the members may wait for each other at barriers. members <= max_threads. */
  v1e_status (*run_team)(void *ctx, uint32_t members, v1e_task_fn fn, void *user) V1E_NOEXCEPT;
} v1e_parallel;

#define V1E_SERVICE_RNG "v1e.rng/1"
/* Philox4x32-10: word[i] = f(key, {stream, item, trial, block})[i], the same on
 * every machine, thread and device. Streams 0xF0000000 and up are for plugins. */
typedef struct v1e_rng {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] writes 4 words. */
  void (*words)(void *ctx, uint64_t key, uint32_t stream, uint32_t item, uint32_t trial,
                uint32_t block, uint32_t *out) V1E_NOEXCEPT;
} v1e_rng;

#define V1E_SERVICE_MEMORY "v1e.memory/1"
typedef struct v1e_memory {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] NULL when memory is exhausted; alignment a power of two. */
  void *(*acquire)(void *ctx, uint64_t bytes, uint64_t alignment) V1E_NOEXCEPT;
  void (*release)(void *ctx, void *block) V1E_NOEXCEPT;
} v1e_memory;

#define V1E_SERVICE_ARRAYS "v1e.arrays/1"
/* Reads n-d arrays out of files so that plugins never link HDF5. The address is
 * a path for .npy and .csv files, "file.h5:/group/dataset" for HDF5 and SONATA. */
typedef struct v1e_array_file v1e_array_file;
typedef struct v1e_arrays {
  uint32_t struct_size;
  uint32_t reserved;
  v1e_status (*open)(void *ctx, const char *address, v1e_array_file **out,
                     v1e_error *err) V1E_NOEXCEPT;
  /* dtype is the stored one; shape has room for 4 entries. */
  v1e_status (*shape)(void *ctx, v1e_array_file *file, v1e_dtype *dtype, uint32_t *ndim,
                      int64_t *shape, v1e_error *err) V1E_NOEXCEPT;
  /* Reads out->shape elements from offset on, converting to out->dtype
   * (V1E_F32, V1E_F64, V1E_I64 or V1E_U32); out is contiguous. */
  v1e_status (*read)(void *ctx, v1e_array_file *file, const int64_t *offset, const v1e_array *out,
                     v1e_error *err) V1E_NOEXCEPT;
  void (*close)(void *ctx, v1e_array_file *file) V1E_NOEXCEPT;
} v1e_arrays;

V1E_C_END
#endif
