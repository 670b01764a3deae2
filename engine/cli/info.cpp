#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/base/error.hpp"
#include "engine/base/files.hpp"
#include "engine/base/json_text.hpp"
#include "engine/base/text.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/network_info.hpp"
#include "engine/cli/plugin_texts.hpp"
#include "engine/network/sonata/sonata.hpp"
#include "engine/process/signals.hpp"
#include "engine/recording/network_file.hpp"
#include "engine/recording/run_folder.hpp"
#include "engine/recording/run_reader.hpp"
#include "engine/recording/sweep_folder.hpp"
#include "engine/run/built_network.hpp"
#include "engine/run/session.hpp"

namespace v1::cli {
namespace {

using nlohmann::ordered_json;

ordered_json describe_run(const std::filesystem::path& path) {
  const recording::RunReader run(path);
  ordered_json out;
  out["kind"] = "run";
  out["name"] = run.label();
  out["network"] = describe_network(run.network());
  out["dt_ms"] = run.dt_ms();
  out["steps_per_trial"] = run.steps_per_trial();
  out["finished_trials"] = run.finished_trials().size();
  out["seed"] = run.seed();
  out["spikes"] = run.totals().neuron_spikes();
  for (const auto& variable : run.variables()) {
    out["variables"][variable.name] = {{"unit", variable.unit},
                                       {"neurons", run.state_neurons().size()}};
  }
  const nlohmann::json info = recording::read_run_info(path);
  for (const char* key : {"status", "created", "version", "device", "rtf"}) {
    if (info.contains(key)) out[key] = info[key];
  }
  return out;
}

ordered_json describe_circuit(const std::filesystem::path& path) {
  ordered_json out;
  out["kind"] = "SONATA circuit";
  const auto simulation = network::sonata::read_simulation_config(path);
  out["network"] = describe_network(network::sonata::read_circuit(path));
  if (simulation.duration_ms) out["duration_ms"] = *simulation.duration_ms;
  if (simulation.dt_ms) out["dt_ms"] = *simulation.dt_ms;
  for (const auto& input : simulation.spike_inputs) {
    out["spike_inputs"][input.block.empty() ? "all" : input.block] = input.file.string();
  }
  out["current_clamps"] = simulation.clamps.size();
  out["reports"] = simulation.reports.size();
  if (!simulation.unsupported.empty()) out["left_out"] = simulation.unsupported;
  return out;
}

// The SONATA config of a folder: the one that lists the networks of its circuit.
std::filesystem::path circuit_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json" || !entry.is_regular_file()) continue;
    const auto config = nlohmann::json::parse(read_file(entry.path()), nullptr, false, true);
    if (config.is_object() && config.contains("networks")) found.push_back(entry.path());
  }
  if (found.empty()) {
    throw error(ExitCode::data,
                "{}: is neither the folder of a run nor one with a SONATA circuit (a .json file "
                "that has 'networks')",
                folder.string());
  }
  if (found.size() == 1) return found.front();
  std::sort(found.begin(), found.end());
  throw error(ExitCode::data, "{}: holds {} circuits; say which: {} or {}", folder.string(),
              found.size(), found[0].string(), found[1].string());
}

ordered_json describe_network_file(const std::filesystem::path& path) {
  ordered_json out;
  out["kind"] = "network file";
  out["network"] = describe_network(recording::read_network_file(path));
  out["file_bytes"] = std::filesystem::file_size(path);
  return out;
}

// The network that a config describes is built for it.
ordered_json describe_config(const run::ConfigOptions& options, const run::CommonOptions& common) {
  const run::Session session(options, common);
  ordered_json out;
  out["kind"] = "network of a config";
  std::optional<network::GenerateReport> report;
  out["network"] = describe_network(run::bare_network(session.config, *session.pool, report));
  if (report) {
    out["connections_drawn"] = {{"recurrent", report->recurrent_made}, {"lgn", report->lgn_made}};
    out["connections_too_weak_to_store"] = {{"recurrent", report->recurrent_dropped},
                                            {"lgn", report->lgn_dropped}};
    out["drop_below_pa"] = report->drop_below_pa;
  }
  return out;
}

void print_entry(const std::string& key, const ordered_json& value, int indent) {
  if (key == "mean_in_degree") {
    fmt::print("{:{}}mean in-degree\n{}", "", indent, in_degree_table(value));
    return;
  }
  if (key.ends_with("_bytes") && value.is_number_unsigned()) {
    const std::string name = key.substr(0, key.size() - 6);
    fmt::print("{:{}}{:<{}} {}\n", "", indent, name, std::max(1, 24 - indent),
               format_bytes(value.get<std::uint64_t>()));
    return;
  }
  if (value.is_object()) {
    fmt::print("{:{}}{}\n", "", indent, key);
    for (const auto& [name, child] : value.items()) print_entry(name, child, indent + 2);
    return;
  }
  const std::string text = value.is_string() ? value.get<std::string>() : json_text(value);
  fmt::print("{:{}}{:<{}} {}\n", "", indent, key, std::max(1, 24 - indent), text);
}

ordered_json describe_sweep(const std::filesystem::path& path) {
  ordered_json out;
  out["sweep"] = path.string();
  const nlohmann::json info = recording::read_run_info(path);
  for (const char* key : {"name", "status", "created", "version"})
    out[key] = recording::info_text(info, key);
  for (const auto& point : recording::read_sweep_points(path)) {
    const auto folder = recording::point_path(path, point.name);
    const bool started = std::filesystem::exists(folder / "run.json");
    out["points"][point.name] =
        started ? recording::info_text(recording::read_run_info(folder), "status") : "not started";
  }
  return out;
}

}  // namespace

int info_command(const InfoOptions& options, const run::CommonOptions& common) {
  const NothingToKeep at_once;
  const std::filesystem::path& path = options.config.config;
  const bool json = options.json;
  if (!std::filesystem::exists(path)) {
    throw error(ExitCode::data, "{}: no such file or folder", path.string());
  }
  const std::filesystem::path extension = path.extension();
  if (extension == ".so") {
    run::PluginSession session(common);
    return print_plugins(session.registry.load_file(path), json, true);
  }
  ordered_json out;
  std::error_code closed;
  const bool is_run = std::filesystem::exists(path / "nodes.h5", closed);
  if (closed)
    throw error(ExitCode::data, "{}: cannot be read ({})", path.string(), closed.message());
  if (is_run) {
    out = describe_run(path);
  } else if (recording::is_sweep_folder(path)) {
    out = describe_sweep(path);
  } else if (extension == ".json") {
    out = describe_circuit(path);
  } else if (extension == ".toml") {
    out = describe_config(options.config, common);
  } else if (extension == ".h5" || extension == ".hdf5") {
    out = describe_network_file(path);
  } else if (std::filesystem::is_directory(path)) {
    out = describe_circuit(circuit_in(path));
  } else {
    throw error(ExitCode::data,
                "{}: is neither a network file (.h5), a SONATA config (.json), a config (.toml), a "
                "folder of a run or of a circuit nor a plugin (.so)",
                path.string());
  }
  if (json) {
    fmt::print("{}\n", json_text(out, 2));
  } else {
    for (const auto& [key, value] : out.items()) print_entry(key, value, 0);
  }
  return 0;
}

}  // namespace v1::cli
