#include "plugins/backends/shared/variables.hpp"

#include <algorithm>
#include <functional>
#include <utility>
#include <v1e_sdk/error.hpp>

namespace v1::backend {
namespace {

constexpr std::pair<const char*, Variable> variable_names[] = {
    {"v", Variable::v},
    {"input_current", Variable::input_current},
    {"recurrent_current", Variable::recurrent_current},
    {"bottom_up_current", Variable::bottom_up_current},
    {"background_current", Variable::background_current},
    {"asc_current", Variable::asc_current},
};

}  // namespace

Variable variable_of(const std::string& name) {
  std::string known;
  for (const auto& [text, variable] : variable_names) {
    if (name == text) return variable;
    known += (known.empty() ? "" : ", ") + std::string(text);
  }
  throw v1e::Error(V1E_E_UNSUPPORTED, "",
                   "neurons have no variable '" + name + "' to record; there are " + known);
}

RecordedClasses recorded_classes(const v1e_backend_env& env) {
  RecordedClasses classes;
  for (std::uint32_t p = 0; p < env.probe_count; ++p) {
    const int current_class = class_of(variable_of(env.probes[p]->variable));
    if (current_class < 0) continue;
    classes.recorded[static_cast<std::size_t>(current_class)] = true;
    classes.class_count = current_classes;
  }
  return classes;
}

std::string class_array_name(std::size_t current_class, const std::string& array) {
  static constexpr const char* names[current_classes] = {"recurrent", "bottom_up", "background"};
  return std::string("psc_") + names[current_class] + "_" + array;
}

void check_probe(const v1e_probe& probe, std::uint64_t neuron_count) {
  variable_of(probe.variable);
  if (probe.dtype != V1E_F16 && probe.dtype != V1E_F32) {
    throw v1e::Error(V1E_E_UNSUPPORTED, "", "probes are sampled as F16 or F32");
  }
  if (probe.every_steps < 1) throw v1e::Error(V1E_E_INVALID, "", "a probe samples every 0 steps");
  const std::uint32_t* const begin = probe.neurons;
  const std::uint32_t* const end = begin + probe.neuron_count;
  if (std::adjacent_find(begin, end, std::greater_equal<>()) != end ||
      (begin != end && end[-1] >= neuron_count)) {
    throw v1e::Error(V1E_E_INVALID, "", "the neurons of a probe must ascend inside the network");
  }
}

}  // namespace v1::backend
