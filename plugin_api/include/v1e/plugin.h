/** @file
 * v1e/plugin.h - the one exported symbol and the descriptors behind it.
 */
#ifndef V1E_PLUGIN_H
#define V1E_PLUGIN_H
#include "analysis.h"
#include "backend.h"
#include "host.h"
#include "param.h"
#include "stimulus.h"
V1E_C_BEGIN

/** v1e_plugin.kind */
enum { V1E_KIND_STIMULUS = 1, V1E_KIND_ANALYSIS = 2, V1E_KIND_BACKEND = 3 };

/** One named thing a config can choose. Constant, lives as long as the process. */
typedef struct v1e_plugin {
  uint32_t struct_size;
  uint32_t kind;        /**< V1E_KIND_*                                                  */
  uint32_t param_count; /**< length of params[]                                          */
  uint32_t reserved;
  const char* name;     /**< the word used in configs: letters, digits, '_', '-', '.'    */
  const char* version;  /**< semantic version of this plugin                             */
  const char* summary;  /**< one line                                                    */
  const char* doc;      /**< markdown, may be NULL                                       */
  const char* citation; /**< what to cite when it is used, may be NULL                   */
  const v1e_param* const* params; /**< may be NULL when param_count is 0                  */
  const void* api; /**< v1e_stimulus_api, v1e_analysis_api or v1e_backend_api       */
} v1e_plugin;

/** A shared library and what it holds. Constant, lives as long as the process. */
typedef struct v1e_module {
  uint32_t struct_size;
  uint16_t abi_minor;      /**< V1E_ABI_MINOR of the headers it was built with            */
  uint16_t min_host_minor; /**< oldest engine it can live with, usually 0                 */
  uint32_t plugin_count;   /**< length of plugins[], at least 1                           */
  uint32_t reserved;
  const char* id;      /**< "org.example.gabor": letters, digits, '_', '-', '.'       */
  const char* version; /**< semantic version of the module                            */
  const char* license; /**< SPDX identifier, may be NULL                              */
  const char* url;     /**< where it comes from, may be NULL                          */
  const v1e_plugin* const* plugins; /**< [plugin_count]                        */
  /** Optional. [main] once after loading; host stays valid until close. */
  v1e_status (*open)(const v1e_host* host, v1e_error* err) V1E_NOEXCEPT;
  /** Optional. [main] once before the process ends, after every instance is gone; the library
   * stays mapped. */
  void (*close)(void) V1E_NOEXCEPT;
  /** Optional. [any] an extension by string id, NULL when unknown. */
  const void* (*get_extension)(const char* id)V1E_NOEXCEPT;
} v1e_module;

/** The entry: the major number is in the name of the symbol, so that a module for another major
 * does not have it. Cheap and repeatable, the same pointer every time: no files, no threads, no
 * device calls. */
#define V1E_ENTRY_NAME "v1e_module_v1"
V1E_EXPORT const v1e_module* v1e_module_v1(void) V1E_NOEXCEPT; /**< what every module defines */
typedef const v1e_module* (*v1e_entry_fn)(void)V1E_NOEXCEPT;   /**< its type                  */

V1E_C_END
#endif
