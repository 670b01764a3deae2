/* v1e/abi.h - ground rules that every other header builds on.
 *
 * - C89 plus <stdint.h>; little-endian, 64-bit pointers only.
 * - A growable struct starts with struct_size, set to sizeof by the side that
 *   writes it; the reader takes no field beyond it (V1E_HAS). A struct marked
 *   "frozen" never changes and carries no size.
 * - No implicit padding anywhere: a struct that grows always changes its size.
 * - Strings are NUL-terminated UTF-8 and belong to the side that wrote them.
 * - Memory is never freed by the side that did not allocate it.
 * - Units: ms, mV, pA, pF, nS, um, Hz, degrees. Time is an integer step.
 * - Arrays lent across the border are 64-byte aligned unless said otherwise.
 *
 * Threads, in the comments of all headers:
 *   [main]    one thread, never at the same time as another call on that instance
 *   [worker]  any engine thread; calls on one instance do not overlap unless said
 *   [any]     any thread at any time
 */
#ifndef V1E_ABI_H
#define V1E_ABI_H

#include <stddef.h>
#include <stdint.h>

/* Major 0: not frozen yet; engine and plugin must agree on the minor number. */
#define V1E_ABI_MAJOR 0
#define V1E_ABI_MINOR 1

#ifdef __cplusplus
#define V1E_C_BEGIN extern "C" {
#define V1E_C_END }
#else
#define V1E_C_BEGIN
#define V1E_C_END
#endif

/* Since C++17 the exception barrier is part of the type: a function that may
 * throw cannot be stored in a pointer declared in these headers. */
#if defined(__cplusplus) && __cplusplus >= 201703L
#define V1E_NOEXCEPT noexcept
#else
#define V1E_NOEXCEPT
#endif

#if defined(__GNUC__) || defined(__clang__)
#define V1E_EXPORT __attribute__((visibility("default")))
#else
#define V1E_EXPORT
#endif

/* True when the other side's struct is large enough to hold the field. */
#define V1E_HAS(ptr, type, field) \
  ((ptr)->struct_size >= offsetof(type, field) + sizeof(((type *)0)->field))

V1E_C_BEGIN

typedef char v1e_requires_64_bit_pointers[sizeof(void *) == 8 ? 1 : -1];

typedef int32_t v1e_status;
enum {
  V1E_OK = 0,
  V1E_E_INVALID = 1,       /* a parameter or argument is wrong                */
  V1E_E_UNSUPPORTED = 2,   /* a legal request that this plugin does not serve */
  V1E_E_STATE = 3,         /* called in the wrong state of the life cycle     */
  V1E_E_MEMORY = 4,        /* host memory exhausted                           */
  V1E_E_DEVICE_MEMORY = 5, /* device memory exhausted                         */
  V1E_E_DEVICE = 6,        /* device lost or kernel fault                     */
  V1E_E_IO = 7,
  V1E_E_CANCELLED = 8,     /* the host asked to stop                          */
  V1E_E_BACKPRESSURE = 9,  /* drain the output first, then call again         */
  V1E_E_INTERNAL = 10,     /* a mistake in the called side                    */
  V1E_E_NUMERIC = 11       /* state left the finite range                     */
};

/* Error slot, owned by the caller: no allocation, usable from any thread. */
typedef struct v1e_error {
  uint32_t struct_size;
  v1e_status code;
  char param[120];   /* dotted key of the parameter the error is about, or "" */
  char message[896]; /* one sentence for the user, no trailing newline        */
} v1e_error;

typedef uint32_t v1e_dtype;
enum {
  V1E_U8 = 1,
  V1E_U16 = 2,
  V1E_U32 = 3,
  V1E_U64 = 4,
  V1E_I32 = 5,
  V1E_I64 = 6,
  V1E_F32 = 7,
  V1E_F64 = 8,
  V1E_STR = 9, /* data is const char *const *            */
  V1E_F16 = 10 /* IEEE half, rounded to nearest even, saturated at 65504 */
};

/* Frozen. Borrowed strided view; strides in bytes. */
typedef struct v1e_array {
  void *data;
  v1e_dtype dtype;
  uint32_t ndim;
  int64_t shape[4];
  int64_t stride[4];
} v1e_array;

/* Frozen. */
typedef struct v1e_const_array {
  const void *data;
  v1e_dtype dtype;
  uint32_t ndim;
  int64_t shape[4];
  int64_t stride[4];
} v1e_const_array;

/* A named, typed column with a unit ("1" when it has none). */
typedef struct v1e_column {
  uint32_t struct_size;
  uint32_t reserved;
  const char *name;
  const char *unit;
  const char *summary; /* one line, may be NULL */
  v1e_const_array values;
} v1e_column;

V1E_C_END
#endif
