#include "engine/network/sonata_write/cell_file.hpp"

#include <cmath>

namespace v1::network::sonata {
namespace {

// The time constant that gives back exactly this leak: g = c / tau is rounded when read.
double membrane_time_constant_ms(const NodeType& type) {
  const double tau = type.c_m_pf / type.g_ns;
  for (const double candidate : {tau, std::nextafter(tau, 0.0), std::nextafter(tau, 2.0 * tau)}) {
    if (type.c_m_pf / candidate == type.g_ns) return candidate;
  }
  return tau;
}

Json iaf_parameters(const NodeType& type) {
  Json out = {{"V_m", type.v_init_mv},  {"V_reset", type.v_reset_mv},
              {"V_th", type.v_th_mv},   {"E_L", type.e_l_mv},
              {"C_m", type.c_m_pf},     {"tau_m", membrane_time_constant_ms(type)},
              {"t_ref", type.t_ref_ms}, {"I_e", type.constant_current_pa}};
  if (type.model == NeuronModel::iaf_psc_alpha) {
    out["tau_syn_ex"] = type.tau_syn_ms.at(0);
    out["tau_syn_in"] = type.tau_syn_ms.at(1);
  }
  return out;
}

void add_moving_threshold(Json& out, const MovingThreshold& moving) {
  out["th_spike_add"] = moving.spike_jump_mv;
  out["th_spike_decay"] = moving.spike_decay_per_ms;
  out["voltage_reset_fraction"] = moving.reset_fraction;
  out["voltage_reset_add"] = moving.reset_add_mv;
  if (!moving.follows_voltage) return;
  out["th_voltage_index"] = moving.voltage_index_per_ms;
  out["th_voltage_decay"] = moving.voltage_decay_per_ms;
}

bool has_after_spike_currents(const NodeType& type) {
  return type.asc_decay_per_ms[0] > 0.0 && type.asc_decay_per_ms[1] > 0.0;
}

Json glif_parameters(const NodeType& type) {
  const bool asc = has_after_spike_currents(type);
  Json out = {
      {"V_m", type.v_init_mv},
      {"V_reset", type.v_reset_mv},
      {"V_th", type.v_th_mv},
      {"E_L", type.e_l_mv},
      {"g", type.g_ns},
      {"C_m", type.c_m_pf},
      {"t_ref", type.t_ref_ms},
      {"spike_dependent_threshold", type.moving_threshold.has_value()},
      {"after_spike_currents", asc},
      {"adapting_threshold", type.moving_threshold && type.moving_threshold->follows_voltage}};
  if (asc) {
    out["asc_init"] = {0.0, 0.0};
    out["asc_decay"] = type.asc_decay_per_ms;
    out["asc_amps"] = type.asc_amplitude_pa;
    out["asc_r"] = type.asc_carry;
  }
  if (type.moving_threshold) add_moving_threshold(out, *type.moving_threshold);
  // NEST's glif models take no constant current; only v1engine reads this one.
  if (type.constant_current_pa != 0.0) out["I_e"] = type.constant_current_pa;
  if (type.model == NeuronModel::glif_psc) {
    out["tau_syn"] = type.tau_syn_ms;
  } else {
    out["tau_syn_fast"] = type.tau_syn_ms;
    out["tau_syn_slow"] = type.tau_syn_slow_ms;
    out["amp_slow"] = type.amp_slow;
  }
  return out;
}

}  // namespace

std::string model_template_of(const NodeType& type) {
  switch (type.model) {
    case NeuronModel::glif_psc_double_alpha:
      return "nest:glif_psc_double_alpha";
    case NeuronModel::iaf_psc_alpha:
      return "nest:iaf_psc_alpha";
    case NeuronModel::iaf_psc_delta:
      return "nest:iaf_psc_delta";
    case NeuronModel::glif_psc:
      break;
  }
  return "nest:glif_psc";
}

Json cell_parameters_of(const NodeType& type) {
  const bool iaf =
      type.model == NeuronModel::iaf_psc_alpha || type.model == NeuronModel::iaf_psc_delta;
  return iaf ? iaf_parameters(type) : glif_parameters(type);
}

}  // namespace v1::network::sonata
