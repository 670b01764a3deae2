#include "plugins/backends/cpu/probe.hpp"

#include <algorithm>
#include <utility>
#include <v1e_sdk/error.hpp>

namespace v1::cpu {
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
                   "backend cpu records no variable '" + name + "'; it has " + known);
}

int class_of(Variable variable) {
  if (variable == Variable::recurrent_current) return V1E_CURRENT_RECURRENT;
  if (variable == Variable::bottom_up_current) return V1E_CURRENT_BOTTOM_UP;
  if (variable == Variable::background_current) return V1E_CURRENT_BACKGROUND;
  return -1;
}

Probe::Probe(const v1e_probe& probe, const Layout& layout)
    : variable(variable_of(probe.variable)), dtype(probe.dtype), every_steps(probe.every_steps) {
  if (dtype != V1E_F16 && dtype != V1E_F32) {
    throw v1e::Error(V1E_E_UNSUPPORTED, "", "probes are sampled as F16 or F32");
  }
  if (every_steps < 1) throw v1e::Error(V1E_E_INVALID, "", "a probe samples every 0 steps");
  const std::uint32_t* const begin = probe.neurons;
  const std::uint32_t* const end = begin + probe.neuron_count;
  if (std::adjacent_find(begin, end, std::greater_equal<>()) != end ||
      (begin != end && end[-1] >= layout.place_of_position.size())) {
    throw v1e::Error(V1E_E_INVALID, "", "the neurons of a probe must ascend inside the network");
  }
  neuron_count = static_cast<std::size_t>(probe.neuron_count);
}

}  // namespace v1::cpu
