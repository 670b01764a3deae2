/** @file
 * v1e/abi.h - ground rules that every other header builds on.
 *
 * - C89 plus <stdint.h>; little-endian, 64-bit pointers only.
 * - A growable struct starts with struct_size, set to sizeof by the side that writes it. The
 *   reader takes no field beyond it (V1E_HAS); fields that are missing count as 0. In a struct
 *   that a function fills for its caller ("out"), the caller sets struct_size and zeroes the
 *   rest, and the function writes no field beyond it. A struct marked "frozen" never changes and
 *   carries no size. Growable structs live behind pointers, never inside arrays or by value.
 * - No implicit padding anywhere: a struct that grows always changes its size. Fields named
 *   reserved are 0.
 * - Strings are NUL-terminated UTF-8 and belong to the side that wrote them. Those in
 *   descriptors (v1e_module and all behind it) live as long as the process; others, and all
 *   pointers in arguments, as long as the call, unless said otherwise.
 * - Memory is never freed by the side that did not allocate it.
 * - No exception, longjmp, exit or abort crosses. Nothing is printed to stdout or stderr: use
 *   v1e_host.log. Rounding mode, locale, working directory, signal handlers and environment
 *   variables stay as they are.
 * - Unknown constants, flags and names mean "unsupported", never "the default".
 * - Units: ms, mV, pA, pF, nS, um, Hz, deg. Time is an integer step; step k covers
 *   k dt_ms <= t < (k + 1) dt_ms of a trial.
 * - Arrays have the alignment of their elements; those in a v1e_chunk that of 64 bytes.
 *
 * Functions that return v1e_status fill the error slot, which may be NULL, when they fail. After
 * an error other than INVALID and UNSUPPORTED only destroy is called on that instance.
 *
 * Threads, in the comments of all headers; different instances may always run at the same time:
 *   [main]    one thread, never at the same time as another call on that instance
 *   [worker]  any engine thread; calls on one instance do not overlap unless said
 *   [any]     any thread at any time, also threads of the plugin
 */
#ifndef V1E_ABI_H
#define V1E_ABI_H

#include <stddef.h>
#include <stdint.h>

/** A module for another major does not load: the number is in the name of the entry symbol. */
#define V1E_ABI_MAJOR 1
/** Grows with every addition; see docs/plugins/versioning.md. */
#define V1E_ABI_MINOR 0

#ifdef __cplusplus
#define V1E_C_BEGIN extern "C" { /**< begins the declarations of a header */
#define V1E_C_END }              /**< ends them                           */
#else
#define V1E_C_BEGIN
#define V1E_C_END
#endif

/** Since C++17 the exception barrier is part of the type: a function that may throw cannot be
 * stored in a pointer declared in these headers. */
#if defined(__cplusplus) && __cplusplus >= 201703L
#define V1E_NOEXCEPT noexcept
#else
#define V1E_NOEXCEPT
#endif

/** Marks the one symbol that a module shows to the outside. */
#if defined(__GNUC__) || defined(__clang__)
#define V1E_EXPORT __attribute__((visibility("default")))
#else
#define V1E_EXPORT
#endif

/** True when the other side's struct is large enough to hold the field. */
#define V1E_HAS(ptr, type, field) \
  ((ptr)->struct_size >= offsetof(type, field) + sizeof(((type*)0)->field))

V1E_C_BEGIN

typedef char v1e_requires_64_bit_pointers[sizeof(void*) == 8 ? 1 : -1]; /**< an assertion */

/** What a call came to; the exit code in brackets is what a failing plugin ends the engine with. */
typedef int32_t v1e_status;
enum {
  V1E_OK = 0,
  V1E_E_INVALID = 1,       /**< a parameter or argument is wrong [2 with a param, else 4] */
  V1E_E_UNSUPPORTED = 2,   /**< a legal request that this side does not serve [4]         */
  V1E_E_STATE = 3,         /**< called in the wrong state of the life cycle [4]           */
  V1E_E_MEMORY = 4,        /**< host memory exhausted [6]                                 */
  V1E_E_DEVICE_MEMORY = 5, /**< device memory exhausted [6]                               */
  V1E_E_DEVICE = 6,        /**< no device, device lost or kernel fault [5]                */
  V1E_E_IO = 7,            /**< a file is missing, damaged or cannot be read [3]          */
  V1E_E_CANCELLED = 8,     /**< the host asked to stop [130]                              */
  V1E_E_INTERNAL = 9,      /**< a mistake in the called side [4]                          */
  V1E_E_NUMERIC = 10       /**< state left the finite range [7]                           */
};

/** Error slot, owned by the caller: no allocation, usable from any thread. */
typedef struct v1e_error {
  uint32_t struct_size; /**< set by the caller                                            */
  v1e_status code;      /**< the status that is returned as well                          */
  char param[120];      /**< dotted key of the parameter the error is about, or ""        */
  char message[896];    /**< one sentence for the user: expected, found, cure; no newline */
} v1e_error;

/** Type of an array's elements. */
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
  V1E_STR = 9, /**< data is const char *const *                                   */
  V1E_F16 = 10 /**< IEEE half, rounded to nearest even, saturated at 65504        */
};

/** Frozen. Borrowed strided view of memory that the receiver may write. */
typedef struct v1e_array {
  void* data;        /**< first element                                     */
  v1e_dtype dtype;   /**< type of the elements                              */
  uint32_t ndim;     /**< 1 to 4; 0 for a single number                     */
  int64_t shape[4];  /**< elements by dimension, slowest first; rest unused */
  int64_t stride[4]; /**< bytes from one element to the next                */
} v1e_array;

/** Frozen. Borrowed strided view of memory that the receiver may only read. */
typedef struct v1e_const_array {
  const void* data;  /**< first element                                     */
  v1e_dtype dtype;   /**< type of the elements                              */
  uint32_t ndim;     /**< 1 to 4; 0 for a single number                     */
  int64_t shape[4];  /**< elements by dimension, slowest first; rest unused */
  int64_t stride[4]; /**< bytes from one element to the next                */
} v1e_const_array;

/** A named, typed column. */
typedef struct v1e_column {
  uint32_t struct_size;
  uint32_t reserved;
  const char* name;       /**< letters, digits, '_'                                          */
  const char* unit;       /**< "Hz", "ms", "deg"; "1" when it has none                       */
  const char* summary;    /**< one line, may be NULL                                         */
  v1e_const_array values; /**< one-dimensional; data is NULL in a declaration without values */
} v1e_column;

V1E_C_END
#endif
