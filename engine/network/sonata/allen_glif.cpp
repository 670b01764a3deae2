#include "engine/network/sonata/allen_glif.hpp"

#include <algorithm>
#include <vector>

#include "engine/base/error.hpp"
#include "engine/network/sonata/parameters.hpp"

namespace v1::network::sonata {
namespace {

// Receptors of raw Allen files, which name none (the tools' converters use these).
const std::vector<double> allen_tau_syn_ms = {5.5, 8.5, 2.8, 5.8};

Json scaled_product(const std::vector<double>& a, const std::vector<double>& b, double scale) {
  Json out = Json::array();
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) out.push_back(a[i] * b[i] * scale);
  return out;
}

// One of the file's methods: {"name": ..., "params": {...}}.
struct Method {
  std::string name;
  Json params = Json::object();
  std::string where;

  Method(const Json& json, const char* key, const std::string& file)
      : where(file + " (" + key + ".params)") {
    if (!json.contains(key) || !json[key].is_object()) return;
    const Json& method = json[key];
    if (method.contains("name") && method["name"].is_string()) name = method["name"];
    if (method.contains("params") && method["params"].is_object()) params = method["params"];
  }
};

bool one_of(const std::string& text, std::initializer_list<const char*> accepted) {
  return std::any_of(accepted.begin(), accepted.end(), [&](const char* a) { return text == a; });
}

struct Mechanisms {
  bool resets = false, currents = false, adapts = false;  // R, ASC, A of LIF_R_ASC_A
};

// What the template's name asks for, or, for plain glif_psc, what the file's own methods say.
Mechanisms mechanisms_of(const std::string& model, const Method& threshold, const Method& reset,
                         const Method& asc, const std::string& where) {
  if (model.starts_with("glif_lif")) {
    const bool adapts = model.find("_asc_a_") != std::string::npos;
    return {model.find("_r_") != std::string::npos, model.find("_asc") != std::string::npos,
            adapts};
  }
  const bool fixed = one_of(threshold.name, {"", "inf"});
  const bool jumps = one_of(threshold.name, {"spike_component"});
  const bool follows = one_of(
      threshold.name, {"three_components", "three_components_exact", "three_components_forward"});
  const bool to_rest = one_of(reset.name, {"", "zero"});
  const bool to_fraction = one_of(reset.name, {"v_before"});
  if ((fixed && to_rest) || ((jumps || follows) && to_fraction)) {
    return {!fixed, !one_of(asc.name, {"", "none"}), follows};
  }
  throw error(
      ExitCode::data,
      "{}: Allen GLIF file with threshold method '{}' and reset method '{}'; expected inf "
      "with zero (GLIF1, GLIF3), or spike_component or three_components_exact with v_before "
      "(GLIF2, GLIF4, GLIF5)",
      where, threshold.name, reset.name);
}

void add_after_spike_currents(Json& out, const Json& json, const Parameters& raw,
                              const Parameters& coeffs) {
  out["asc_decay"] = Json::array();
  for (const double tau_s : raw.list("asc_tau_array")) out["asc_decay"].push_back(1e-3 / tau_s);
  out["asc_amps"] = scaled_product(raw.list("asc_amp_array"), coeffs.list("asc_amp_array"), 1e12);
  if (json.contains("asc_r")) out["asc_r"] = json["asc_r"];
}

void add_moving_threshold(Json& out, const Method& threshold, const Method& reset, bool adapts,
                          const Parameters& coeffs) {
  const Parameters of_threshold(threshold.params, threshold.where);
  const Parameters of_reset(reset.params, reset.where);
  out["th_spike_add"] = of_threshold.number("a_spike") * 1e3;
  out["th_spike_decay"] = of_threshold.number("b_spike") * 1e-3;
  out["voltage_reset_fraction"] = of_reset.number("a");
  out["voltage_reset_add"] = of_reset.number("b") * 1e3;
  if (!adapts) return;
  out["th_voltage_index"] = of_threshold.number("a_voltage") * coeffs.number("a") * 1e-3;
  out["th_voltage_decay"] = of_threshold.number("b_voltage") * coeffs.number("b") * 1e-3;
}

}  // namespace

Json convert_allen_glif(const Json& json, const std::string& model, const std::string& where) {
  const Parameters raw(json, where);
  if (!raw.has("coeffs") || !json["coeffs"].is_object()) {
    throw error(ExitCode::data, "{}: Allen GLIF file without the object 'coeffs'", where);
  }
  const Method threshold(json, "threshold_dynamics_method", where);
  const Method reset(json, "voltage_reset_method", where);
  const Method asc(json, "AScurrent_dynamics_method", where);
  const Mechanisms has = mechanisms_of(model, threshold, reset, asc, where);
  const std::string coefficients_where = where + " (coeffs)";
  const Parameters coeffs(json["coeffs"], coefficients_where);
  const double reference = raw.number("El_reference");
  Json out = {{"V_th", coeffs.number("th_inf") * raw.number("th_inf") * 1e3 + reference * 1e3},
              {"g", coeffs.number("G") / raw.number("R_input") * 1e9},
              {"E_L", (raw.number("El") + reference) * 1e3},
              {"C_m", coeffs.number("C") * raw.number("C") * 1e12},
              {"t_ref", raw.number("spike_cut_length") * raw.number("dt") * 1e3},
              {"V_reset", reference * 1e3}};
  out["V_m"] = raw.has("V_m") ? json["V_m"] : out["E_L"];
  out["tau_syn"] = raw.has("tau_syn") ? json["tau_syn"] : Json(allen_tau_syn_ms);
  out["spike_dependent_threshold"] = has.resets;
  out["after_spike_currents"] = has.currents;
  out["adapting_threshold"] = has.adapts;
  if (has.currents) add_after_spike_currents(out, json, raw, coeffs);
  if (has.resets) add_moving_threshold(out, threshold, reset, has.adapts, coeffs);
  return out;
}

}  // namespace v1::network::sonata
