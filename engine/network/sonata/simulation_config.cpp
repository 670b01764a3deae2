#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/network/sonata/config.hpp"
#include "engine/network/sonata/node_set.hpp"
#include "engine/network/sonata/sonata.hpp"
#include "engine/network/sonata/types_table.hpp"

namespace v1::network::sonata {
namespace {

std::optional<double> number(const Json& object, const char* key, const std::string& where) {
  const auto value = object.find(key);
  if (value == object.end() || value->is_null()) return std::nullopt;
  if (!value->is_number() || !std::isfinite(value->get<double>())) {
    throw error(ExitCode::data, "{}: '{}' must be a number, found {}", where, key, value->dump());
  }
  return value->get<double>();
}

std::optional<double> positive(const Json& object, const char* key, const std::string& where) {
  const auto value = number(object, key, where);
  if (value && !(*value > 0.0)) {
    throw error(ExitCode::data, "{}: '{}' must be positive (ms), found {}", where, key, *value);
  }
  return value;
}

std::string text(const Json& object, const char* key) {
  const auto value = object.find(key);
  return value != object.end() && value->is_string() ? value->get<std::string>() : std::string();
}

bool is_enabled(const Json& object, const std::string& where) {
  const auto value = object.find("enabled");
  if (value == object.end() || value->is_null()) return true;
  if (!value->is_boolean()) {
    throw error(ExitCode::data, "{}: 'enabled' must be true or false, found {}", where,
                value->dump());
  }
  return value->get<bool>();
}

std::vector<double> number_list(const Json& object, const char* key, const std::string& where) {
  const auto value = object.find(key);
  if (value == object.end()) {
    throw error(ExitCode::data,
                "{}: '{}' is missing; a current clamp needs amp (pA), delay and "
                "duration (ms)",
                where, key);
  }
  std::vector<double> out;
  for (const Json& item : value->is_array() ? *value : Json::array({*value})) {
    if (!item.is_number()) {
      throw error(ExitCode::data, "{}: '{}' must be a number or a list of numbers, found {}", where,
                  key, value->dump());
    }
    out.push_back(item.get<double>());
  }
  return out;
}

// Reads the entries of one config; the members are what all of them need.
class SimulationReader {
 public:
  explicit SimulationReader(const Config& config) : config_(config), node_sets_(config) {
    out_.circuit_config = config.circuit;
  }

  SonataSimulation read() {
    read_run();
    read_conditions();
    for_each("inputs", [this](const std::string& name, const Json& entry,
                              const std::string& where) { read_input(name, entry, where); });
    for_each("reports", [this](const std::string& name, const Json& entry,
                               const std::string& where) { read_report(name, entry, where); });
    for (const std::string& name : node_sets_.names()) read_node_set(name);
    return std::move(out_);
  }

 private:
  // Sets that nothing uses may be written for other tools.
  void read_node_set(const std::string& name) {
    try {
      const std::string where = fmt::format("{}: node_sets.{}", config_.path.string(), name);
      out_.node_sets.emplace_back(name, node_sets_.read(Json(name), where));
    } catch (const Error& e) {
      out_.unsupported.push_back(fmt::format("{}; the set cannot be used", e.what()));
    }
  }

  template <class Function>
  void for_each(const char* section, Function&& function) {
    const auto entries = config_.data.find(section);
    if (entries == config_.data.end() || entries->is_null()) return;
    if (!entries->is_object()) {
      throw error(ExitCode::data, "{}: '{}' must be an object, found {}", config_.path.string(),
                  section, entries->type_name());
    }
    for (const auto& [name, entry] : entries->items()) {
      const std::string where = fmt::format("{}: {}.{}", config_.path.string(), section, name);
      if (!entry.is_object()) {
        throw error(ExitCode::data, "{}: expected an object, found {}", where, entry.type_name());
      }
      if (is_enabled(entry, where)) function(name, entry, where);
    }
  }

  void leave_out(const std::string& what, const std::string& reason) {
    out_.unsupported.push_back(fmt::format("{}: {}", what, reason));
  }

  void read_run() {
    const auto run = config_.data.find("run");
    if (run == config_.data.end() || !run->is_object()) return;
    const std::string where = config_.path.string() + ": run";
    out_.dt_ms = positive(*run, "dt", where);
    const auto duration = positive(*run, "duration", where);
    const auto tstop = positive(*run, "tstop", where);
    out_.duration_ms = duration ? duration : tstop;
    out_.duration_key = duration ? "run.duration" : "run.tstop";
    if (number(*run, "tstart", where).value_or(0.0) != 0.0) {
      leave_out(where + ".tstart", "every simulation begins at 0 ms");
    }
  }

  // Models of many compartments need them all; a point neuron could be thought to heed the first.
  void read_conditions() {
    const auto conditions = config_.data.find("conditions");
    if (conditions == config_.data.end() || !conditions->contains("v_init")) return;
    leave_out(config_.path.string() + ": conditions.v_init",
              "neurons begin at the V_m of their cell files");
  }

  void read_input(const std::string& name, const Json& entry, const std::string& where) {
    const std::string type = text(entry, "input_type");
    const std::string module = text(entry, "module");
    const bool clamp = module == "IClamp" || (module.empty() && type == "current_clamp");
    if (clamp && (type == "current_clamp" || type == "csv" || type == "file")) {
      read_clamp(name, entry, where);
    } else if (type == "spikes" && module == "synapse_replay") {
      read_replay(name, entry, where);
    } else if (type == "spikes" && is_spike_module(module)) {
      read_spikes(name, entry, where);
    } else {
      leave_out(
          where,
          fmt::format("input_type '{}' with module '{}' is not read from SONATA configs{}", type,
                      module, type == "spikes" ? did_you_mean(module, spike_modules()) : ""));
    }
  }

  static const std::vector<std::string>& spike_modules() {
    static const std::vector<std::string> modules = {"sonata", "h5",  "hdf5",
                                                     "csv",    "nwb", "synapse_replay"};
    return modules;
  }
  static bool is_spike_module(const std::string& module) {
    const auto& known = spike_modules();
    return module.empty() || std::find(known.begin(), known.end(), module) != known.end();
  }

  void read_spikes(const std::string& name, const Json& entry, const std::string& where) {
    std::string file = text(entry, "input_file");
    if (file.empty()) file = text(entry, "file");
    if (file.empty()) {
      throw error(ExitCode::data, "{}: 'input_file' is missing; name the spike file", where);
    }
    if (!std::filesystem::exists(file)) {
      throw error(ExitCode::data,
                  "{}: no such file (input_file of {}); correct the path, or remove "
                  "the input",
                  file, where);
    }
    if (!entry.contains("node_set")) {
      throw error(ExitCode::data, "{}: 'node_set' is missing; name the virtual population", where);
    }
    const NodeSet nodes = node_sets_.read(entry["node_set"], where + ".node_set");
    for (const NodeFilter& filter : nodes.any_of) {
      const bool conditions = filter.by_id || !filter.attributes.empty();
      if (filter.populations.empty() && conditions) {
        throw error(ExitCode::data,
                    "{}: node_set {} names no population; name the virtual "
                    "population that the spikes belong to",
                    where, nodes.text);
      }
      if (conditions) {
        leave_out(nodes.where,
                  "all spikes of the population are played, other conditions are not "
                  "looked at, as in SONATA's tools");
      }
      const std::string trial = text(entry, "trial");
      if (filter.populations.empty()) {
        out_.spike_inputs.push_back({name, "", file, nodes.where, trial});
      }
      for (const std::string& population : filter.populations) {
        out_.spike_inputs.push_back({name, population, file, nodes.where, trial});
      }
    }
  }

  // The input of libsonata's configs: here node_set says who receives the spikes, and source who
  // sent them.
  void read_replay(const std::string& name, const Json& entry, const std::string& where) {
    SpikeInput input{name, "", text(entry, "spike_file"), where + ".source"};
    if (input.file.empty()) {
      throw error(ExitCode::data, "{}: 'spike_file' is missing; name the spike file", where);
    }
    if (!std::filesystem::exists(input.file)) {
      throw error(ExitCode::data,
                  "{}: no such file (spike_file of {}); correct the path, or remove the input",
                  input.file.string(), where);
    }
    if (input.file.extension() == ".dat") {
      leave_out(where, fmt::format("{} is of the old text format; SONATA's spike files are read",
                                   input.file.string()));
      return;
    }
    input.begin_ms = number(entry, "delay", where).value_or(0.0);
    if (const auto duration = number(entry, "duration", where)) {
      input.end_ms = input.begin_ms + *duration;
    }
    if (input.end_ms < input.begin_ms) {
      throw error(ExitCode::data, "{}: 'duration' must not be negative (ms)", where);
    }
    input.replayed_to = node_sets_.read(
        entry.contains("node_set") ? entry["node_set"] : Json("all"), where + ".node_set");
    const NodeSet sources = node_sets_.read(
        entry.contains("source") ? entry["source"] : Json("all"), where + ".source");
    for (const NodeFilter& filter : sources.any_of) {
      if (filter.by_id || !filter.attributes.empty()) {
        leave_out(where, fmt::format("source {} names single nodes; only the spikes of a whole "
                                     "virtual population are replayed",
                                     sources.text));
        continue;
      }
      if (filter.populations.empty()) out_.spike_inputs.push_back(input);
      for (const std::string& population : filter.populations) {
        out_.spike_inputs.push_back(input);
        out_.spike_inputs.back().block = population;
      }
    }
  }

  void read_clamp(const std::string& name, const Json& entry, const std::string& where) {
    CurrentClampSpec clamp;
    clamp.name = name;
    clamp.where = where;
    clamp.nodes = node_sets_.read(entry.contains("node_set") ? entry["node_set"] : Json("all"),
                                  where + ".node_set");
    for (const char* key : {"gids", "node_id", "node_ids", "cells"}) {
      if (entry.contains("node_set") || !entry.contains(key)) continue;
      leave_out(fmt::format("{}.{}", where, key),
                "is not looked at: node_set says which neurons, and all are meant without it");
    }
    std::string file = text(entry, "file");
    if (file.empty()) file = text(entry, "input_file");
    clamp.pulses =
        file.empty() ? pulses_of_lists(entry, where) : pulses_of_file(entry, file, where);
    if (clamp.pulses.empty()) leave_out(where, fmt::format("no pulse in {}", file));
    check_order(clamp.pulses, where);
    drop_early_pulses(clamp.pulses, where);
    out_.clamps.push_back(std::move(clamp));
  }

  static std::vector<CurrentPulse> pulses_of_lists(const Json& entry, const std::string& where) {
    const auto amplitudes = number_list(entry, "amp", where);
    const auto delays = number_list(entry, "delay", where);
    const auto durations = number_list(entry, "duration", where);
    if (delays.size() != amplitudes.size() || durations.size() != amplitudes.size()) {
      throw error(ExitCode::data,
                  "{}: amp, delay and duration have {}, {} and {} values; give each "
                  "the same number",
                  where, amplitudes.size(), delays.size(), durations.size());
    }
    std::vector<CurrentPulse> pulses;
    for (std::size_t i = 0; i < amplitudes.size(); ++i) {
      pulses.push_back({amplitudes[i], delays[i], durations[i]});
    }
    return pulses;
  }

  static std::vector<CurrentPulse> pulses_of_file(const Json& entry, const std::string& file,
                                                  const std::string& where) {
    if (!std::filesystem::exists(file)) {
      throw error(ExitCode::data, "{}: no such file ({}); correct the path, or remove the input",
                  file, where);
    }
    const TypesTable table = TypesTable::read(file);
    std::string times = text(entry, "timestamps_column");
    std::string amplitudes = text(entry, "amplitudes_column");
    if (times.empty()) times = "timestamps";
    if (amplitudes.empty()) amplitudes = "amps";
    std::vector<CurrentPulse> pulses;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const auto time = table.number(row, times);
      const auto amplitude = table.number(row, amplitudes);
      if (!time || !amplitude) {
        throw error(ExitCode::data,
                    "{}: expected columns '{}' (ms) and '{}' (pA) with a number each",
                    table.where(row), times, amplitudes);
      }
      pulses.push_back({*amplitude, *time});
    }
    return pulses;
  }

  // A later pulse replaces an earlier one that still lasts, as in a step current generator.
  static void check_order(std::vector<CurrentPulse>& pulses, const std::string& where) {
    for (std::size_t i = 0; i < pulses.size(); ++i) {
      if (!(pulses[i].delay_ms >= 0.0) || !(pulses[i].duration_ms >= 0.0)) {
        throw error(ExitCode::data,
                    "{}: pulse {} has delay {} ms and duration {} ms; neither may be "
                    "negative",
                    where, i, pulses[i].delay_ms, pulses[i].duration_ms);
      }
      if (i == 0) continue;
      const double gap = pulses[i].delay_ms - pulses[i - 1].delay_ms;
      if (!(gap > 0.0)) {
        throw error(ExitCode::data,
                    "{}: the delays of the pulses must increase, found {} ms after "
                    "{} ms; sort them",
                    where, pulses[i].delay_ms, pulses[i - 1].delay_ms);
      }
      pulses[i - 1].duration_ms = std::min(pulses[i - 1].duration_ms, gap);
    }
  }

  // The reference tools skip pulses that begin within the first step of the config's own dt.
  void drop_early_pulses(std::vector<CurrentPulse>& pulses, const std::string& where) {
    if (!out_.dt_ms) return;
    const auto early = [&](const CurrentPulse& pulse) { return pulse.delay_ms <= *out_.dt_ms; };
    for (const CurrentPulse& pulse : pulses) {
      if (!early(pulse)) continue;
      leave_out(where,
                fmt::format("the pulse at {} ms begins within the first step (dt = {} ms) and "
                            "is skipped, as SONATA's tools do",
                            pulse.delay_ms, *out_.dt_ms));
    }
    std::erase_if(pulses, early);
  }

  void read_report(const std::string& name, const Json& entry, const std::string& where) {
    const std::string module = text(entry, "module");
    if (module == "spikes_report") return;  // spikes are always recorded
    if (module != "multimeter_report" && module != "membrane_report") {
      leave_out(where, fmt::format("report module '{}' is not supported", module));
      return;
    }
    std::vector<std::string> variables;
    const auto value = entry.find("variable_name");
    if (value != entry.end() && value->is_string()) {
      variables = split(value->get<std::string>(), ',');
    } else if (value != entry.end() && value->is_array()) {
      for (const Json& item : *value)
        variables.push_back(item.is_string() ? item.get<std::string>() : item.dump());
    }
    for (const std::string& variable : variables) {
      const std::string_view trimmed = trim(variable);
      if (trimmed != "V_m" && trimmed != "v") {
        leave_out(where, fmt::format("variable '{}' is not recorded; only V_m is", trimmed));
        continue;
      }
      Report report;
      report.name = name;
      report.variable = std::string(1, 'v');
      report.nodes =
          node_sets_.read(entry.contains("cells") ? entry["cells"] : Json("all"), where + ".cells");
      report.start_ms = number(entry, "start_time", where);
      report.end_ms = number(entry, "end_time", where);
      report.dt_ms = positive(entry, "dt", where);
      say_that_all_is_recorded(report, where);
      out_.reports.push_back(std::move(report));
    }
  }

  void say_that_all_is_recorded(const Report& report, const std::string& where) {
    const bool from_begin = report.start_ms.value_or(0.0) <= 0.0;
    const bool to_end = !report.end_ms || (out_.duration_ms && *report.end_ms >= *out_.duration_ms);
    if (!from_begin || !to_end) {
      leave_out(where, "start_time and end_time are not looked at, the whole run is recorded");
    }
    if (report.dt_ms && report.dt_ms != out_.dt_ms) {
      leave_out(where, "dt is not looked at, every step of the simulation is recorded");
    }
  }

  const Config& config_;
  NodeSetReader node_sets_;
  SonataSimulation out_;
};

}  // namespace

SonataSimulation read_simulation_config(const std::filesystem::path& path) {
  const Config config = load_config(path);
  return SimulationReader(config).read();
}

}  // namespace v1::network::sonata
