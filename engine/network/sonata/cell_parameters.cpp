#include "engine/network/sonata/cell_parameters.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"
#include "engine/network/sonata/allen_glif.hpp"
#include "engine/network/sonata/parameters.hpp"

namespace v1::network::sonata {
namespace {

// Starting potentials of NEST's models when a file names none.
constexpr double glif_default_v_m_mv = -78.85;
constexpr double iaf_default_v_m_mv = -70.0;

// GLIF1 (no flag), 2 (R), 3 (ASC), 4 (R, ASC) and 5 (R, ASC, A); NEST knows no other combination.
void check_glif_mode(const Parameters& p) {
  const bool resets = p.flag("spike_dependent_threshold");
  const bool adapts = p.flag("adapting_threshold");
  const bool currents = p.flag("after_spike_currents");
  if (!adapts || (resets && currents)) return;
  throw error(ExitCode::data,
              "{}: the flags spike_dependent_threshold = {}, after_spike_currents = {}, "
              "adapting_threshold = {} mean no GLIF model; adapting_threshold (GLIF5) needs both "
              "others",
              p.where(), resets, currents, adapts);
}

void set_membrane(NodeType& type, const Parameters& p) {
  type.e_l_mv = p.number("E_L");
  type.v_th_mv = p.number("V_th");
  // With a moving threshold V_reset is not used: the reset follows the potential before the spike.
  type.v_reset_mv = p.flag("spike_dependent_threshold") ? p.number_or("V_reset", type.e_l_mv)
                                                        : p.number("V_reset");
  type.c_m_pf = p.number("C_m");
  type.g_ns = p.number("g");
  type.t_ref_ms = p.number("t_ref");
  type.v_init_mv = p.number_or("V_m", glif_default_v_m_mv);
  type.constant_current_pa = p.number_or("I_e", 0.0);
}

void set_after_spike_currents(NodeType& type, const Parameters& p) {
  if (!p.flag("after_spike_currents")) {
    if (!p.has("after_spike_currents") && p.has("asc_amps")) {
      p.warn("after_spike_currents is not set, so asc_amps has no effect (GLIF1)");
    }
    return;
  }
  type.asc_decay_per_ms = p.pair(p.has("asc_decay") || !p.has("k") ? "asc_decay" : "k");
  type.asc_amplitude_pa = p.pair("asc_amps");
  if (p.has("asc_r")) type.asc_carry = p.pair("asc_r");
  for (const double k : type.asc_decay_per_ms) {
    if (!(k > 0.0)) {
      throw error(ExitCode::data, "{}: asc_decay must be positive (1/ms), found {}", p.where(), k);
    }
  }
}

void set_moving_threshold(NodeType& type, const Parameters& p) {
  if (!p.flag("spike_dependent_threshold")) return;
  MovingThreshold moving;
  moving.spike_jump_mv = p.number("th_spike_add");
  moving.spike_decay_per_ms = p.number("th_spike_decay");
  moving.reset_fraction = p.number("voltage_reset_fraction");
  moving.reset_add_mv = p.number("voltage_reset_add");
  moving.follows_voltage = p.flag("adapting_threshold");
  if (moving.follows_voltage) {
    moving.voltage_index_per_ms = p.number("th_voltage_index");
    moving.voltage_decay_per_ms = p.number("th_voltage_decay");
  }
  if (!(moving.spike_decay_per_ms > 0.0) ||
      (moving.follows_voltage && !(moving.voltage_decay_per_ms > 0.0))) {
    throw error(ExitCode::data, "{}: th_spike_decay and th_voltage_decay must be positive (1/ms)",
                p.where());
  }
  if (!(moving.reset_fraction >= 0.0 && moving.reset_fraction <= 1.0)) {
    throw error(ExitCode::data, "{}: voltage_reset_fraction must lie in [0, 1], found {}",
                p.where(), moving.reset_fraction);
  }
  type.moving_threshold = moving;
}

// Parameters of both glif models; `own` are the synaptic ones.
void warn_unknown_glif(const Parameters& p, std::vector<std::string> own) {
  own.insert(own.end(), {"V_m",
                         "V_th",
                         "g",
                         "E_L",
                         "C_m",
                         "t_ref",
                         "V_reset",
                         "I_e",
                         "asc_decay",
                         "k",
                         "asc_amps",
                         "asc_r",
                         "spike_dependent_threshold",
                         "after_spike_currents",
                         "adapting_threshold",
                         "th_spike_add",
                         "th_spike_decay",
                         "voltage_reset_fraction",
                         "voltage_reset_add",
                         "th_voltage_index",
                         "th_voltage_decay"});
  p.warn_unknown(own);
}

// All of a GLIF neuron but its synaptic currents.
void set_glif(NodeType& type, const Parameters& p) {
  check_glif_mode(p);
  set_membrane(type, p);
  set_after_spike_currents(type, p);
  set_moving_threshold(type, p);
}

void set_glif_psc(NodeType& type, const Parameters& p) {
  type.model = NeuronModel::glif_psc;
  set_glif(type, p);
  type.tau_syn_ms = p.list("tau_syn");
  warn_unknown_glif(p, {"tau_syn"});
}

void set_glif_double_alpha(NodeType& type, const Parameters& p) {
  type.model = NeuronModel::glif_psc_double_alpha;
  set_glif(type, p);
  type.tau_syn_ms = p.list("tau_syn_fast");
  type.tau_syn_slow_ms = p.list("tau_syn_slow");
  type.amp_slow = p.list("amp_slow");
  if (type.tau_syn_slow_ms.size() != type.tau_syn_ms.size() ||
      type.amp_slow.size() != type.tau_syn_ms.size()) {
    throw error(ExitCode::data,
                "{}: tau_syn_fast, tau_syn_slow and amp_slow have {}, {} and {} values; each needs "
                "one per receptor",
                p.where(), type.tau_syn_ms.size(), type.tau_syn_slow_ms.size(),
                type.amp_slow.size());
  }
  warn_unknown_glif(p, {"tau_syn_fast", "tau_syn_slow", "amp_slow"});
}

void set_iaf(NodeType& type, const Parameters& p) {
  const double tau_m = p.number_or("tau_m", 10.0);
  type.c_m_pf = p.number_or("C_m", 250.0);
  if (!(tau_m > 0.0)) {
    throw error(ExitCode::data, "{}: tau_m must be positive (ms), found {}", p.where(), tau_m);
  }
  type.g_ns = type.c_m_pf / tau_m;
  type.e_l_mv = p.number_or("E_L", -70.0);
  type.v_th_mv = p.number_or("V_th", -55.0);
  type.v_reset_mv = p.number_or("V_reset", -70.0);
  type.v_init_mv = p.number_or("V_m", iaf_default_v_m_mv);
  type.t_ref_ms = p.number_or("t_ref", 2.0);
  type.constant_current_pa = p.number_or("I_e", 0.0);
  for (const char* key : {"refractory_input"}) {
    if (p.flag(key)) {
      throw error(ExitCode::data, "{}: '{}' = true is not supported; remove it", p.where(), key);
    }
  }
}

void set_iaf_psc_alpha(NodeType& type, const Parameters& p) {
  type.model = NeuronModel::iaf_psc_alpha;
  set_iaf(type, p);
  type.tau_syn_ms = {p.number_or("tau_syn_ex", 2.0), p.number_or("tau_syn_in", 2.0)};
  p.warn_unknown({"V_m", "V_th", "E_L", "C_m", "t_ref", "V_reset", "tau_m", "I_e", "tau_syn_ex",
                  "tau_syn_in"});
}

void set_iaf_psc_delta(NodeType& type, const Parameters& p) {
  type.model = NeuronModel::iaf_psc_delta;
  set_iaf(type, p);
  p.warn_unknown(
      {"V_m", "V_th", "E_L", "C_m", "t_ref", "V_reset", "tau_m", "I_e", "refractory_input"});
}

void check_values(const NodeType& type, const std::string& where) {
  const auto positive = [&](double value, const char* name) {
    if (!(value > 0.0) || !std::isfinite(value)) {
      throw error(ExitCode::data, "{}: {} must be positive, found {}", where, name, value);
    }
  };
  positive(type.c_m_pf, "C_m (pF)");
  positive(type.g_ns, "g (nS)");
  for (const double tau : type.tau_syn_ms) positive(tau, "tau_syn (ms)");
  for (const double tau : type.tau_syn_slow_ms) positive(tau, "tau_syn_slow (ms)");
  if (!(type.t_ref_ms >= 0.0)) {
    throw error(ExitCode::data, "{}: t_ref must not be negative (ms), found {}", where,
                type.t_ref_ms);
  }
  if (!(type.v_reset_mv < type.v_th_mv)) {
    throw error(ExitCode::data, "{}: V_reset = {} mV must be below V_th = {} mV", where,
                type.v_reset_mv, type.v_th_mv);
  }
  if (type.model != NeuronModel::iaf_psc_delta && type.tau_syn_ms.empty()) {
    throw error(ExitCode::data, "{}: 'tau_syn' is empty; expected one time constant per receptor",
                where);
  }
}

// Names of the module that came before glif_psc; each stands for one combination of mechanisms.
bool is_older_glif(const std::string& model) {
  return model.starts_with("glif_lif") && model.ends_with("psc");
}

}  // namespace

std::string model_of_template(const std::string& model_template, const std::string& where) {
  const std::string prefix = "nest:";
  const std::string model =
      model_template.starts_with(prefix) ? model_template.substr(prefix.size()) : model_template;
  const std::vector<std::string> models = {"glif_psc", "glif_psc_double_alpha", "iaf_psc_alpha",
                                           "iaf_psc_delta"};
  if (is_older_glif(model) || std::find(models.begin(), models.end(), model) != models.end()) {
    return model;
  }
  throw error(ExitCode::data, "{}: model_template '{}' is not supported; expected nest:{}{}", where,
              model_template, join(models, ", nest:"), did_you_mean(model, models));
}

void set_cell_parameters(NodeType& type, const std::string& model_template, const Json& parameters,
                         const std::string& where, std::set<std::string>* said) {
  const std::string model = model_of_template(model_template, where);
  const bool raw = parameters.value("type", Json()) == Json("GLIF");
  const bool older = is_older_glif(model);
  Json converted = raw ? convert_allen_glif(parameters, model, where) : parameters;
  if (older && !raw) {
    const auto set = [&](const char* flag, const char* part) {
      if (!converted.contains(flag)) converted[flag] = model.find(part) != std::string::npos;
    };
    set("spike_dependent_threshold", "_r_");
    set("after_spike_currents", "_asc");
    set("adapting_threshold", "_asc_a_");
  }
  const Parameters p(converted, where, said);
  if (model == "glif_psc" || older) {
    set_glif_psc(type, p);
  } else if (model == "glif_psc_double_alpha") {
    set_glif_double_alpha(type, p);
  } else if (model == "iaf_psc_alpha") {
    set_iaf_psc_alpha(type, p);
  } else {
    set_iaf_psc_delta(type, p);
  }
  check_values(type, where);
}

}  // namespace v1::network::sonata
