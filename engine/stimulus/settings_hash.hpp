#pragma once
#include <string_view>

#include "engine/base/hash.hpp"
#include "plugin_api/include/v1e/param.h"

namespace v1::stimulus {

/// Adds finished parameter values to a content hash. A path counts with the size and time of
/// change of the file it names, so that editing a movie changes the hash.
void add_settings(Hasher& hasher, const v1e_settings* settings);

}  // namespace v1::stimulus
