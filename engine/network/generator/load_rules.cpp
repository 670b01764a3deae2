#include <toml++/toml.h>

#include <cmath>
#include <optional>
#include <sstream>

#include "engine/base/error.hpp"
#include "engine/network/generator/load_parts.hpp"

namespace v1::network::generator {
namespace {

constexpr int format_version = 1;

/// Values of model.toml by dotted key; a missing or mistyped one is an error.
class Rules {
 public:
  explicit Rules(const std::filesystem::path& file) : file_(file) {
    try {
      table_ = toml::parse_file(file.string());
    } catch (const toml::parse_error& failure) {
      throw error(ExitCode::data, "{}:{}: {}", file.string(), failure.source().begin.line,
                  failure.description());
    }
  }

  double number(const std::string& key) const {
    const std::optional<double> value = table_.at_path(key).value<double>();
    if (!value || !std::isfinite(*value)) fail(key, "a number");
    return *value;
  }
  double positive(const std::string& key) const {
    const double value = number(key);
    if (!(value > 0.0)) fail(key, "a number above 0");
    return value;
  }
  double number_or(const std::string& key, double fallback) const {
    return table_.at_path(key) ? number(key) : fallback;
  }
  std::uint32_t count(const std::string& key) const {
    const double value = number(key);
    if (value < 1 || value > 1e6 || value != std::floor(value)) fail(key, "a whole number above 0");
    return static_cast<std::uint32_t>(value);
  }
  std::string text(const std::string& key) const {
    const std::optional<std::string> value = table_.at_path(key).value<std::string>();
    if (!value) fail(key, "a text");
    return *value;
  }
  void must_be(const std::string& key, const std::string& expected) const {
    if (text(key) != expected) fail(key, '"' + expected + '"');
  }

 private:
  [[noreturn]] void fail(const std::string& key, const std::string& expected) const {
    const auto node = table_.at_path(key);
    std::ostringstream found;
    if (node) {
      found << node;
    } else {
      found << "nothing";
    }
    throw error(ExitCode::data, "{}: {} must be {}, found {}", file_.string(), key, expected,
                found.str());
  }

  std::filesystem::path file_;
  toml::table table_;
};

WeightRule weight_rule(const Rules& rules, const std::string& pair) {
  const std::string key = "weights." + pair + ".";
  WeightRule rule;
  rule.direction_sigma_deg = rules.positive(key + "direction_sigma_deg");
  rule.phase_sigma_deg = rules.number_or(key + "phase_sigma_deg", 0.0);
  rule.anisotropy_at_0 = rules.number_or(key + "anisotropy_at_0", 1.0);
  rule.anisotropy_at_90 = rules.number_or(key + "anisotropy_at_90", 1.0);
  return rule;
}

void load_lgn_rules(const Rules& rules, LgnRules& lgn) {
  lgn.field_width_deg = rules.positive("lgn.field_width_deg");
  lgn.field_height_deg = rules.positive("lgn.field_height_deg");
  lgn.tiles_x = rules.count("lgn.tiles_x");
  lgn.tiles_y = rules.count("lgn.tiles_y");
  lgn.jitter = rules.number("lgn.jitter");
  lgn.axis_offset_deg = rules.number("lgn.axis_offset_deg");
  lgn.axis_tolerance_deg = rules.positive("lgn.axis_tolerance_deg");
  lgn.delay_ms = rules.positive("lgn.delay_ms");
}

}  // namespace

ConnectionScalars load_rules(const std::filesystem::path& file, Model& model) {
  const Rules rules(file);
  if (rules.number("format") != format_version) {
    throw error(ExitCode::data,
                "{}: format must be {}, found {}; this program is older or newer "
                "than the table",
                file.string(), format_version, rules.number("format"));
  }
  model.name = rules.text("name");
  model.inner_radius_um = rules.number("column.inner_radius_um");
  model.core_radius_um = rules.positive("column.core_radius_um");
  model.outer_radius_um = rules.positive("column.outer_radius_um");
  rules.must_be("connections.kernel", "gaussian");
  model.reach_sigmas = rules.positive("connections.reach_sigmas");
  model.synapses_min = rules.count("connections.synapses_min");
  model.synapses_max = rules.count("connections.synapses_max");
  if (model.inner_radius_um < 0.0 || model.core_radius_um <= model.inner_radius_um ||
      model.outer_radius_um <= model.core_radius_um || model.synapses_max < model.synapses_min) {
    throw error(ExitCode::data,
                "{}: expected inner < core < outer radius and synapses_min <= "
                "synapses_max",
                file.string());
  }
  const char* kinds[] = {"e", "i"};
  for (int source = 0; source < 2; ++source) {
    for (int target = 0; target < 2; ++target) {
      model.weights[source][target] =
          weight_rule(rules, std::string(kinds[source]) + kinds[target]);
    }
  }
  rules.must_be("retinotopy.mapping", "tangent");
  model.retinotopy.azimuth_deg_per_um = rules.number("retinotopy.azimuth_deg_per_um");
  model.retinotopy.elevation_deg_per_um = rules.number("retinotopy.elevation_deg_per_um");
  load_lgn_rules(rules, model.lgn);
  rules.must_be("background.kind", "shared-poisson");
  model.background.kind = rules.text("background.kind");
  model.background.rate_hz = rules.positive("background.rate_hz");
  model.background_delay_ms = rules.positive("background.delay_ms");
  return {rules.positive("connections.measured_within_um")};
}

}  // namespace v1::network::generator
