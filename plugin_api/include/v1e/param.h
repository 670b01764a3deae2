/** @file
 * v1e/param.h - how a plugin declares its settings and receives their values.
 *
 * The plugin lists its parameters; the engine parses the config, rejects unknown keys, wrong
 * types and values out of range with file, line and column, fills in defaults and hands over
 * finished values in the declared order. A plugin never sees the config file.
 */
#ifndef V1E_PARAM_H
#define V1E_PARAM_H
#include "abi.h"
V1E_C_BEGIN

/** Type of a parameter and of its value. */
typedef uint32_t v1e_type;
enum {
  V1E_BOOL = 1,        /**< as.i is 0 or 1                                              */
  V1E_INT = 2,         /**< as.i                                                        */
  V1E_FLOAT = 3,       /**< as.f, always finite; integers in the config are accepted    */
  V1E_STRING = 4,      /**< as.s, never NULL                                            */
  V1E_CHOICE = 5,      /**< one of choices[]; as.i is its index                         */
  V1E_PATH = 6,        /**< as.s, absolute: resolved against the config file; "" = none */
  V1E_INT_LIST = 7,    /**< as.iv[count]                                                */
  V1E_FLOAT_LIST = 8,  /**< as.fv[count]                                                */
  V1E_STRING_LIST = 9, /**< as.sv[count]                                                */
  V1E_TABLE_LIST = 10, /**< as.records[count], each with the fields[] of the parameter  */
  V1E_SELECTION = 11   /**< as.selection: a set of neurons                              */
};

/** A set of neurons. Before the network is known (validate) only text is set. */
typedef struct v1e_selection {
  uint32_t struct_size;
  uint32_t resolved;       /**< 1 when neurons[] is valid                            */
  const char* text;        /**< as written in the config, for messages and labels    */
  uint64_t neuron_count;   /**< length of neurons[]                                  */
  const uint32_t* neurons; /**< ascending positions in the network                   */
} v1e_selection;

struct v1e_settings;

/** Frozen: 16 bytes. */
typedef struct v1e_value {
  v1e_type type;  /**< that of the parameter            */
  uint32_t count; /**< length of a list, 1 for a scalar */
  union {
    int64_t i;                                 /**< BOOL, INT, CHOICE (index)            */
    double f;                                  /**< FLOAT                                */
    const char* s;                             /**< STRING, PATH                         */
    const int64_t* iv;                         /**< INT_LIST                             */
    const double* fv;                          /**< FLOAT_LIST                           */
    const char* const* sv;                     /**< STRING_LIST                          */
    const struct v1e_settings* const* records; /**< TABLE_LIST                           */
    const v1e_selection* selection;            /**< SELECTION                            */
  } as;                                        /**< the value, in the member of its type */
} v1e_value;

/** Bits of v1e_param.flags. */
enum {
  V1E_PARAM_REQUIRED = 1,      /**< has no default: the config must give a value      */
  V1E_PARAM_MIN_EXCLUSIVE = 2, /**< min_value itself is not allowed                   */
  V1E_PARAM_MAX_EXCLUSIVE = 4, /**< max_value itself is not allowed                   */
  V1E_PARAM_ADVANCED = 8,      /**< listed last in documentation                      */
  V1E_PARAM_DEPRECATED = 16    /**< still works, warned of; see replaced_by           */
};

/** Declaration of one parameter. Constant, lives as long as the process. */
typedef struct v1e_param {
  uint32_t struct_size;
  v1e_type type;         /**< of its values                                        */
  uint32_t flags;        /**< V1E_PARAM_*                                          */
  uint32_t choice_count; /**< CHOICE: length of choices[]                          */
  uint32_t list_min;     /**< lists: fewest elements                               */
  uint32_t list_max;     /**< lists: most elements, 0 = no limit                   */
  uint32_t field_count;  /**< TABLE_LIST: length of fields[]                       */
  uint32_t reserved;
  const char* key;                /**< unique; letters, digits, '_', '-'; dots make tables   */
  const char* unit;               /**< "Hz", "ms", "cycles/deg"; "1" for none; never NULL    */
  const char* summary;            /**< one line, never NULL                                  */
  const char* doc;                /**< more, in markdown; may be NULL                        */
  const v1e_value* default_value; /**< of the same type and in range; NULL with REQUIRED     */
  const v1e_value* min_value;     /**< INT or FLOAT, NULL = no limit; for every list element */
  const v1e_value* max_value;     /**< as min_value                                          */
  const char* const* choices;     /**< CHOICE: the words                                     */
  const struct v1e_param* const* fields; /**< TABLE_LIST: schema of a record                */
  const char* replaced_by;               /**< DEPRECATED: key to use instead, may be NULL   */
} v1e_param;

/** Values of all parameters: values[i] belongs to the i-th declared parameter (or field).
 * Borrowed for the duration of the call that receives it: copy what is needed later. */
typedef struct v1e_settings {
  uint32_t struct_size;
  uint32_t count;          /**< number of declared parameters      */
  const v1e_value* values; /**< NULL when count is 0               */
} v1e_settings;

V1E_C_END
#endif
