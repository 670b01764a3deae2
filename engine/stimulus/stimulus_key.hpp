#pragma once
#include <cstdint>
#include <string_view>

#include "engine/base/hash.hpp"
#include "engine/stimulus/stimulus_player.hpp"
#include "plugin_api/include/v1e/param.h"

namespace v1::stimulus {

/// Adds finished parameter values to a content hash. A path counts with the size and time of
/// change of the file it names, or of the files in the folder, so that editing a movie changes the
/// hash.
void add_settings(Hasher& hasher, const v1e_settings* settings);

/// Content key of what a plugin plays in one trial, for caches of results computed from it.
/// `identity` tells one build of a plugin from another: "name version", and for plugins under
/// development something that changes with the file.
std::uint64_t stimulus_key(std::string_view identity, const v1e_settings* settings,
                           const Environment& env, std::uint32_t trial);

}  // namespace v1::stimulus
