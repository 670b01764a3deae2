#pragma once
#include <v1e/backend.h>

#include <array>
#include <cstdint>
#include <string>

#include "kernels/portable.hpp"

/// What can be recorded of a neuron.
namespace v1::backend {

enum class Variable : std::uint32_t {
  v,
  input_current,
  recurrent_current,
  bottom_up_current,
  background_current,
  asc_current,
};

/// Throws v1e::Error(V1E_E_UNSUPPORTED) for a name that is not in v1e/backend.h.
Variable variable_of(const std::string& name);

/// Current class (V1E_CURRENT_*) a variable needs the currents of, or -1.
V1_HD inline int class_of(Variable variable) {
  if (variable == Variable::recurrent_current) return V1E_CURRENT_RECURRENT;
  if (variable == Variable::bottom_up_current) return V1E_CURRENT_BOTTOM_UP;
  if (variable == Variable::background_current) return V1E_CURRENT_BACKGROUND;
  return -1;
}

/// The current classes, by V1E_CURRENT_*.
inline constexpr std::uint32_t current_classes = 3;

/// Classes with currents of their own, because a probe records them.
struct RecordedClasses {
  std::array<bool, current_classes> recorded{};
  /// Sums of input that are told apart: 3 when a class is recorded, else 1.
  std::uint32_t class_count = 1;
};
RecordedClasses recorded_classes(const v1e_backend_env& env);

/// Name in a checkpoint of a state array of the currents of a class: "psc_recurrent_y1".
std::string class_array_name(std::size_t current_class, const std::string& array);

/// Throws v1e::Error for a probe that cannot be served.
void check_probe(const v1e_probe& probe, std::uint64_t neuron_count);

}  // namespace v1::backend
