#pragma once
#include <vector>

#include "engine/plugin/registry.hpp"

namespace v1::cli {

/// Prints what plugins are and which parameters they have. As JSON a single one is an object, or a
/// list of one with `as_list`. Returns exit code 0.
int print_plugins(const std::vector<const plugin::LoadedPlugin*>& plugins, bool json, bool as_list);

}  // namespace v1::cli
