#include "engine/network/sonata/cell_parameters.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"

namespace v1::network::sonata {
namespace {

// Starting potentials of NEST's models when a file names none.
constexpr double glif_default_v_m_mv = -78.85;
constexpr double iaf_default_v_m_mv = -70.0;
// Receptors of raw Allen files, which name none (the tools' converters use these).
const std::vector<double> allen_tau_syn_ms = {5.5, 8.5, 2.8, 5.8};

class Parameters {
 public:
  Parameters(const Json& json, const std::string& where) : json_(json), where_(where) {}

  bool has(const std::string& key) const { return json_.contains(key) && !json_[key].is_null(); }

  double number(const std::string& key) const {
    if (!has(key)) fail_missing(key);
    if (!json_[key].is_number()) {
      throw error(ExitCode::data, "{}: '{}' must be a number, found {}", where_, key,
                  json_[key].dump());
    }
    return json_[key].get<double>();
  }
  double number_or(const std::string& key, double fallback) const {
    return has(key) ? number(key) : fallback;
  }
  bool flag(const std::string& key) const {
    if (!has(key)) return false;
    const Json& value = json_[key];
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number()) return value.get<double>() != 0.0;
    throw error(ExitCode::data, "{}: '{}' must be true or false, found {}", where_, key,
                value.dump());
  }
  std::vector<double> list(const std::string& key) const {
    if (!has(key)) fail_missing(key);
    const Json& value = json_[key];
    if (value.is_number()) return {value.get<double>()};
    std::vector<double> out;
    if (!value.is_array()) fail_list(key);
    for (const Json& item : value) {
      if (!item.is_number()) fail_list(key);
      out.push_back(item.get<double>());
    }
    return out;
  }
  std::array<double, 2> pair(const std::string& key) const {
    const std::vector<double> values = list(key);
    if (values.size() != 2) {
      throw error(ExitCode::data, "{}: '{}' has {} values; GLIF3 needs two after-spike currents",
                  where_, key, values.size());
    }
    return {values[0], values[1]};
  }
  void warn_unknown(std::vector<std::string> known) const {
    const std::vector<std::string> harmless = {"V_dynamics_method", "rheobase", "asc_init",
                                               "comment", "name"};
    known.insert(known.end(), harmless.begin(), harmless.end());
    for (const auto& [key, value] : json_.items()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      log::warn("{}: parameter '{}' is not known to the model and has no effect{}", where_, key,
                did_you_mean(key, known));
    }
  }
  const std::string& where() const { return where_; }

 private:
  [[noreturn]] void fail_missing(const std::string& key) const {
    std::vector<std::string> keys;
    for (const auto& [name, value] : json_.items()) keys.push_back(name);
    throw error(ExitCode::data, "{}: parameter '{}' is missing{}", where_, key,
                did_you_mean(key, keys));
  }
  [[noreturn]] void fail_list(const std::string& key) const {
    throw error(ExitCode::data, "{}: '{}' must be a number or a list of numbers, found {}", where_,
                key, json_[key].dump());
  }
  const Json& json_;
  const std::string& where_;
};

// ---- raw Allen Cell Types files: SI units and fitted coefficients ----

Json scaled_product(const std::vector<double>& a, const std::vector<double>& b, double scale) {
  Json out = Json::array();
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) out.push_back(a[i] * b[i] * scale);
  return out;
}

std::string method_of(const Json& json, const char* key) {
  if (!json.contains(key) || !json[key].is_object() || !json[key].contains("name")) return "";
  return json[key]["name"].is_string() ? json[key]["name"].get<std::string>() : "";
}

Json convert_allen_glif(const Json& json, const std::string& where) {
  const std::string threshold = method_of(json, "threshold_dynamics_method");
  const std::string reset = method_of(json, "voltage_reset_method");
  if ((threshold != "" && threshold != "inf") || (reset != "" && reset != "zero")) {
    throw error(ExitCode::data,
                "{}: Allen GLIF file with threshold method '{}' and reset method '{}'; only GLIF1 "
                "and GLIF3 (methods inf and zero) are supported; use the cell's GLIF3 file",
                where, threshold, reset);
  }
  const Parameters raw(json, where);
  if (!raw.has("coeffs") || !json["coeffs"].is_object()) {
    throw error(ExitCode::data, "{}: Allen GLIF file without the object 'coeffs'", where);
  }
  const std::string coefficients_where = where + " (coeffs)";
  const Parameters coeffs(json["coeffs"], coefficients_where);
  const double el_reference = raw.number("El_reference");
  Json out = {{"V_th", coeffs.number("th_inf") * raw.number("th_inf") * 1e3 + el_reference * 1e3},
              {"g", coeffs.number("G") / raw.number("R_input") * 1e9},
              {"E_L", (raw.number("El") + el_reference) * 1e3},
              {"C_m", coeffs.number("C") * raw.number("C") * 1e12},
              {"t_ref", raw.number("spike_cut_length") * raw.number("dt") * 1e3},
              {"V_reset", el_reference * 1e3}};
  const std::string asc = method_of(json, "AScurrent_dynamics_method");
  const bool after_spike = asc != "none" && raw.has("asc_tau_array") && raw.has("asc_amp_array");
  out["after_spike_currents"] = after_spike;
  if (after_spike) {
    out["asc_decay"] = Json::array();
    for (const double tau_s : raw.list("asc_tau_array")) out["asc_decay"].push_back(1e-3 / tau_s);
    out["asc_amps"] = scaled_product(raw.list("asc_amp_array"), coeffs.list("asc_amp_array"), 1e12);
  }
  out["tau_syn"] = raw.has("tau_syn") ? json["tau_syn"] : Json(allen_tau_syn_ms);
  for (const char* key : {"V_m", "asc_r"}) {
    if (raw.has(key)) out[key] = json[key];
  }
  return out;
}

// ---- models ----

void check_glif_mode(const Parameters& p) {
  const bool threshold_jump = p.flag("spike_dependent_threshold");
  const bool adapting = p.flag("adapting_threshold");
  if (!threshold_jump && !adapting) return;
  const bool asc = p.flag("after_spike_currents");
  const char* mode = threshold_jump && !asc && !adapting  ? "GLIF2"
                     : threshold_jump && asc && !adapting ? "GLIF4"
                     : threshold_jump && asc && adapting  ? "GLIF5"
                                                          : "no GLIF model";
  throw error(ExitCode::data,
              "{}: the flags spike_dependent_threshold = {}, after_spike_currents = {}, "
              "adapting_threshold = {} mean {}, which is not supported; use the cell's GLIF1 or "
              "GLIF3 parameters (both threshold flags false)",
              p.where(), threshold_jump, asc, adapting, mode);
}

void set_membrane(NodeType& type, const Parameters& p) {
  type.e_l_mv = p.number("E_L");
  type.v_th_mv = p.number("V_th");
  type.v_reset_mv = p.number("V_reset");
  type.c_m_pf = p.number("C_m");
  type.g_ns = p.number("g");
  type.t_ref_ms = p.number("t_ref");
  type.v_init_mv = p.number_or("V_m", glif_default_v_m_mv);
  type.constant_current_pa = p.number_or("I_e", 0.0);
}

void set_after_spike_currents(NodeType& type, const Parameters& p) {
  if (!p.flag("after_spike_currents")) {
    if (!p.has("after_spike_currents") && p.has("asc_amps")) {
      log::warn("{}: after_spike_currents is not set, so asc_amps has no effect (GLIF1)",
                p.where());
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

void set_glif_psc(NodeType& type, const Parameters& p) {
  type.model = NeuronModel::glif_psc;
  check_glif_mode(p);
  set_membrane(type, p);
  set_after_spike_currents(type, p);
  type.tau_syn_ms = p.list("tau_syn");
  p.warn_unknown({"V_m", "V_th", "g", "E_L", "C_m", "t_ref", "V_reset", "asc_decay", "k",
                  "asc_amps", "asc_r", "tau_syn", "spike_dependent_threshold", "I_e",
                  "after_spike_currents", "adapting_threshold"});
}

void set_glif_double_alpha(NodeType& type, const Parameters& p) {
  type.model = NeuronModel::glif_psc_double_alpha;
  check_glif_mode(p);
  set_membrane(type, p);
  set_after_spike_currents(type, p);
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
  p.warn_unknown({"V_m", "V_th", "g", "E_L", "C_m", "t_ref", "V_reset", "asc_decay", "k",
                  "asc_amps", "asc_r", "tau_syn_fast", "tau_syn_slow", "amp_slow",
                  "spike_dependent_threshold", "after_spike_currents", "adapting_threshold",
                  "I_e"});
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

}  // namespace

void set_cell_parameters(NodeType& type, const std::string& model_template, const Json& parameters,
                         const std::string& where) {
  const std::string prefix = "nest:";
  const std::string model =
      model_template.starts_with(prefix) ? model_template.substr(prefix.size()) : model_template;
  const bool raw = parameters.value("type", Json()) == Json("GLIF");
  Json converted = raw ? convert_allen_glif(parameters, where) : parameters;
  if (model == "glif_lif_asc_psc" && !converted.contains("after_spike_currents")) {
    converted["after_spike_currents"] = true;  // the older module's name for GLIF3
  }
  const Parameters p(converted, where);
  if (model == "glif_psc" || model == "glif_lif_asc_psc" || model == "glif_lif_psc") {
    set_glif_psc(type, p);
  } else if (model == "glif_psc_double_alpha") {
    set_glif_double_alpha(type, p);
  } else if (model == "iaf_psc_alpha") {
    set_iaf_psc_alpha(type, p);
  } else if (model == "iaf_psc_delta") {
    set_iaf_psc_delta(type, p);
  } else {
    const std::vector<std::string> models = {"glif_psc", "glif_psc_double_alpha", "iaf_psc_alpha",
                                             "iaf_psc_delta"};
    throw error(ExitCode::data, "{}: model_template '{}' is not supported; expected nest:{}{}",
                where, model_template, join(models, ", nest:"), did_you_mean(model, models));
  }
  check_values(type, where);
}

}  // namespace v1::network::sonata
