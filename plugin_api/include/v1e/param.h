/* v1e/param.h - how a plugin declares its settings and receives their values.
 *
 * The plugin lists its parameters; the engine parses the config, rejects
 * unknown keys, wrong types and values out of range with file, line and column,
 * fills in defaults and hands over finished values in the declared order.
 */
#ifndef V1E_PARAM_H
#define V1E_PARAM_H
#include "abi.h"
V1E_C_BEGIN

typedef uint32_t v1e_type;
enum {
  V1E_BOOL = 1,
  V1E_INT = 2,
  V1E_FLOAT = 3,
  V1E_STRING = 4,
  V1E_CHOICE = 5,     /* one of choices[]; the value is its index                */
  V1E_PATH = 6,       /* resolved against the config file before it is handed over */
  V1E_INT_LIST = 7,
  V1E_FLOAT_LIST = 8,
  V1E_STRING_LIST = 9,
  V1E_TABLE_LIST = 10, /* list of records, each with the fields[] of the parameter */
  V1E_SELECTION = 11   /* a set of neurons                                          */
};

/* A set of neurons. Before the network is known (validate) only text is set. */
typedef struct v1e_selection {
  uint32_t struct_size;
  uint32_t resolved;       /* 1 when neurons[] is valid                          */
  const char *text;        /* as written in the config, for messages and labels  */
  uint64_t neuron_count;
  const uint32_t *neurons; /* ascending positions in the network                 */
} v1e_selection;

struct v1e_settings;

/* Frozen: 16 bytes. */
typedef struct v1e_value {
  v1e_type type;
  uint32_t count; /* length of a list, 1 for a scalar */
  union {
    int64_t i; /* BOOL, INT, CHOICE (index) */
    double f;
    const char *s; /* STRING, PATH */
    const int64_t *iv;
    const double *fv;
    const char *const *sv;
    const struct v1e_settings *const *records; /* TABLE_LIST */
    const v1e_selection *selection;
  } as;
} v1e_value;

enum {
  V1E_PARAM_REQUIRED = 1,
  V1E_PARAM_MIN_EXCLUSIVE = 2,
  V1E_PARAM_MAX_EXCLUSIVE = 4,
  V1E_PARAM_ADVANCED = 8,
  V1E_PARAM_DEPRECATED = 16,
  V1E_PARAM_SEED = 32 /* the value takes part in random streams */
};

typedef struct v1e_param {
  uint32_t struct_size;
  v1e_type type;
  uint32_t flags;
  uint32_t choice_count;
  uint32_t list_min;
  uint32_t list_max;    /* 0 = no limit */
  uint32_t field_count; /* TABLE_LIST   */
  uint32_t reserved;
  const char *key;
  const char *unit;               /* "Hz", "ms", "cycles/deg", "1" */
  const char *summary;            /* one line */
  const char *doc;                /* markdown, may be NULL */
  const v1e_value *default_value; /* NULL with REQUIRED */
  const v1e_value *min_value;     /* NULL = no limit; applies to every list element */
  const v1e_value *max_value;
  const char *const *choices;
  const struct v1e_param *const *fields; /* TABLE_LIST: schema of a record */
  const char *replaced_by;               /* for DEPRECATED */
} v1e_param;

/* values[i] belongs to the i-th declared parameter (or field). Borrowed for the
 * duration of the call that receives it. */
typedef struct v1e_settings {
  uint32_t struct_size;
  uint32_t count;
  const v1e_value *values;
} v1e_settings;

V1E_C_END
#endif
