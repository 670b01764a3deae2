#pragma once
#include <cstdint>
#include <v1e_sdk/backend.hpp>

#include "plugins/backends/shared/variables.hpp"

/// The state arrays of a checkpoint that backends exchange; their names and shapes: v1e/backend.h.
namespace v1::backend {

/// Number of current classes that the stored "input_ring" tells apart: those of this instance, or
/// 3 where it tells none apart and takes their sum. Throws when a class that is needed is missing.
std::int64_t saved_classes(const v1e::StateReader& reader, const RecordedClasses& classes);

/// The checkpoint holds a current or input that this network can never have.
v1e::Error fed_elsewhere();

}  // namespace v1::backend
