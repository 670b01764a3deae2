#include "engine/network/sonata/edge_types.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"
#include "kernels/angles.hpp"
#include "kernels/portable_math.hpp"

namespace v1::network::sonata {
namespace {

constexpr double not_given = std::numeric_limits<double>::quiet_NaN();

WeightRule weight_rule(const std::optional<std::string>& name, const std::string& where) {
  if (!name || *name == "default_weight_fnc" || *name == "wmax") {
    return WeightRule::synapses_times_weight;
  }
  if (*name == "weight_function_recurrent" || *name == "weight_function_lgn" ||
      *name == "weight_function_bkg") {
    return WeightRule::weight_only;
  }
  if (*name == "DirectionRule_others") return WeightRule::direction;
  if (*name == "DirectionRule_EE") return WeightRule::direction_and_phase;
  const std::vector<std::string> known = {"default_weight_fnc",        "wmax",
                                          "weight_function_recurrent", "weight_function_lgn",
                                          "weight_function_bkg",       "DirectionRule_others",
                                          "DirectionRule_EE"};
  throw error(ExitCode::data,
              "{}: weight_function '{}' is not known{}; expected one of {} - or store the finished "
              "weights as per-edge syn_weight and remove the column",
              where, *name, did_you_mean(*name, known), join(known, ", "));
}

void check_model(const std::optional<std::string>& model_template, const std::string& where) {
  if (!model_template) return;
  std::string model = *model_template;
  if (model.starts_with("nest:")) model.erase(0, 5);
  if (model == "static_synapse" || model == "static_synapse_hpc") return;
  throw error(ExitCode::data, "{}: synapse model '{}' is not supported; only static_synapse is",
              where, *model_template);
}

double json_number(const Json& json, const char* key, const std::string& where) {
  const auto value = json.find(key);
  if (value == json.end() || value->is_null()) return not_given;
  if (!value->is_number()) {
    throw error(ExitCode::data, "{}: '{}' of the synapse file must be a number, found {}", where,
                key, value->dump());
  }
  return value->get<double>();
}

void warn_unknown(const std::string& file, const Json& synapse, ComponentFiles& synapses) {
  const std::vector<std::string> known = {"weight",        "delay",   "nsyns", "weight_sigma",
                                          "receptor_type", "comment", "name"};
  for (const auto& [key, value] : synapse.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    if (!synapses.is_first_use(file, key)) continue;
    log::warn("{}: parameter '{}' is not known to static_synapse and has no effect{}",
              synapses.path_of(file).string(), key, did_you_mean(key, known));
  }
}

std::uint32_t checked_receptor(double value, const std::string& where) {
  if (std::isnan(value)) return 0;
  if (value < 1.0 || value > 1000.0 || value != std::floor(value)) {
    throw error(ExitCode::data,
                "{}: receptor_type must be 1, 2, 3, ... (the target's time "
                "constants in order), found {}",
                where, value);
  }
  return static_cast<std::uint32_t>(value);
}

}  // namespace

EdgeTypes::EdgeTypes(const std::filesystem::path& file, std::filesystem::path edges_file,
                     ComponentFiles& synapses)
    : edges_file_(std::move(edges_file)), synapses_(synapses) {
  if (file.empty()) return;
  table_ = TypesTable::read(file);
  row_of_id_ = table_.index_by("edge_type_id");
}

const EdgeType& EdgeTypes::type(std::int64_t edge_type_id) {
  const auto known = types_.find(edge_type_id);
  if (known != types_.end()) return known->second;
  return types_.emplace(edge_type_id, make(edge_type_id)).first->second;
}

EdgeType EdgeTypes::make(std::int64_t edge_type_id) const {
  EdgeType type;
  type.id = edge_type_id;
  type.syn_weight = type.nsyns = type.delay_ms = type.weight_sigma_deg = not_given;
  type.where = fmt::format("{}: edge type {}", edges_file_.string(), edge_type_id);
  if (table_.columns().empty()) return type;
  const auto found = row_of_id_.find(edge_type_id);
  if (found == row_of_id_.end()) {
    throw error(ExitCode::data, "{}: edge_type_id {} is not in {}", edges_file_.string(),
                edge_type_id, table_.path().string());
  }
  const std::size_t row = found->second;
  type.where = fmt::format("{}: edge type {}", table_.where(row), edge_type_id);
  check_model(table_.text(row, "model_template"), type.where);
  type.rule = weight_rule(table_.text(row, "weight_function"), type.where);
  Json synapse = Json::object();
  if (const auto file = table_.text(row, "dynamics_params")) {
    synapse = synapses_.read(*file, type.where);
    warn_unknown(*file, synapse, synapses_);
  }
  const auto value = [&](const char* column, const char* key) {
    const auto cell = table_.number(row, column);
    return cell ? *cell : json_number(synapse, key, type.where);
  };
  type.syn_weight = value("syn_weight", "weight");
  type.nsyns = value("nsyns", "nsyns");
  type.delay_ms = value("delay", "delay");
  type.weight_sigma_deg = value("weight_sigma", "weight_sigma");
  const double receptor = json_number(synapse, "receptor_type", type.where);
  type.receptor = checked_receptor(
      std::isnan(receptor) ? table_.number(row, "receptor_type").value_or(not_given) : receptor,
      type.where);
  return type;
}

double edge_weight(WeightRule rule, double syn_weight, double nsyns, double weight_sigma_deg,
                   const NodePlace& source, const NodePlace& target) {
  if (rule == WeightRule::weight_only) return syn_weight;
  const double weight = syn_weight * nsyns;
  if (rule == WeightRule::synapses_times_weight) return weight;
  const double theta = target.tuning_angle_deg;
  const double difference = std::fabs(
      std::fabs(std::fmod(std::fabs(theta - source.tuning_angle_deg), 360.0) - 180.0) - 180.0);
  const double ratio = difference / weight_sigma_deg;
  const double tuned = weight * kernels::portable_exp(-ratio * ratio);
  if (rule == WeightRule::direction) return tuned;
  // Offset along the target's preferred direction, in degrees of visual angle.
  const double angle = theta * kernels::radians_per_degree;
  const double offset = 0.07 * (target.x_um - source.x_um) * kernels::portable_cos(angle) +
                        0.04 * (target.z_um - source.z_um) * kernels::portable_sin(angle);
  const double from_horizontal =
      std::fabs(std::fabs(std::fabs(180.0 - std::fmod(std::fabs(theta), 360.0)) - 90.0) - 90.0);
  return tuned * kernels::portable_exp(-0.5 * offset * offset) *
         (5.5 / 4.0 - 11.0 / 1680.0 * from_horizontal);
}

}  // namespace v1::network::sonata
