#pragma once
#include <string>

#include "plugin_api/include/v1e/plugin.h"

namespace v1::plugin {

/// Copies of a plugin's function table with every slot filled. Throw Error(plugin), beginning
/// with `who` and naming the function, when a required one is missing or the table contradicts
/// itself. Functions that only some plugins need answer V1E_E_UNSUPPORTED.
v1e_stimulus_api copy_stimulus_api(const void* table, const std::string& who);
v1e_analysis_api copy_analysis_api(const void* table, const std::string& who);
v1e_backend_api copy_backend_api(const void* table, const std::string& who);

}  // namespace v1::plugin
