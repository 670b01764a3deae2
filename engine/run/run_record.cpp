#include "engine/run/run_record.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/hash.hpp"
#include "engine/base/log.hpp"
#include "engine/process/machine.hpp"

namespace v1::run {
namespace {

using nlohmann::ordered_json;

ordered_json plugin_entry(const plugin::LoadedPlugin& plugin) {
  ordered_json entry;
  entry["kind"] = plugin::kind_name(plugin.kind);
  entry["name"] = plugin.name;
  entry["version"] = plugin.version;
  entry["module"] = plugin.module->id;
  entry["abi"] = fmt::format("{}.{}", V1E_ABI_MAJOR, plugin.module->abi_minor);
  return entry;
}

ordered_json network_entry(const Experiment& experiment) {
  const network::Network& network = experiment.network();
  ordered_json entry;
  entry["name"] = network.name;
  if (!network.model.empty()) entry["model"] = network.model;
  entry["neurons"] = network.neurons.size();
  entry["node_types"] = network.types.size();
  entry["synapses"] = experiment.prepared().synapse_count();
  for (const network::EdgeBlock& block : network.blocks) {
    entry["blocks"][block.name] = {{"sources", block.source_count()},
                                   {"synapses", block.edge_count()}};
  }
  if (const auto& report = experiment.generate_report()) {
    entry["drawn"] = {{"recurrent", report->recurrent_made},
                      {"lgn", report->lgn_made},
                      {"lgn_synapses", report->lgn_synapses},
                      {"bkg", report->background_made}};
    entry["drop_below_pa"] = report->drop_below_pa;
    entry["dropped"] = report->recurrent_dropped + report->lgn_dropped;
  }
  entry["background"] = network.background.kind;
  entry["hash"] = to_hex(network.content_hash);
  return entry;
}

ordered_json simulation_entry(const config::SimulationConfig& simulation,
                              const std::string& backend, unsigned threads) {
  ordered_json entry;
  entry["duration_ms"] = simulation.duration_ms;
  entry["dt_ms"] = simulation.dt_ms;
  entry["trials"] = simulation.trials;
  entry["trials_done"] = 0;
  entry["carry_state"] = simulation.carry_state;
  entry["scheme"] = simulation.scheme == config::Scheme::exact ? "exact" : "billeh-tf";
  entry["precision"] = fmt::format("float{}", simulation.precision_bits());
  entry["backend"] = backend;
  entry["threads"] = threads;
  return entry;
}

nlohmann::json stored_info(const std::filesystem::path& folder) {
  try {
    if (std::filesystem::exists(folder / "run.json")) return recording::read_run_info(folder);
  } catch (const Error&) {
    // run.json is about to be written anew.
  }
  return {};
}

ordered_json fixed_point_entry(const simulate::PreparedNetwork& prepared) {
  ordered_json entry;
  entry["weight_exponent"] = prepared.scale().exponent;
  entry["accumulator_bits"] = prepared.scale().accumulator_bits;
  entry["largest_input_pa"] = prepared.scale().largest_input_pa;
  entry["weights_rounded_to_zero"] = prepared.weights_rounded_to_zero();
  return entry;
}

}  // namespace

RunRecord::RunRecord(const recording::RunFolder& folder, const Session& session,
                     const Experiment& experiment, const std::vector<std::string>& command,
                     StageTimes& times)
    : folder_(folder),
      session_(session),
      experiment_(experiment),
      times_(times),
      before_(stored_info(folder.path())) {
  const config::RunConfig& config = session.config;
  folder.write_config(config.resolved_toml);
  info_.name = config.name;
  info_.version = version();
  info_.git_revision = git_revision();
  info_.created = utc_now();
  info_.host = host_description();
  info_.device = experiment.device_description();
  info_.command = command;
  info_.seeds = {{"run", config.seed}, {"network", experiment.network().seed}};
  info_.network = network_entry(experiment);
  info_.simulation =
      simulation_entry(config.simulation, experiment.backend().name, session.pool->size());
  info_.fixed_point = fixed_point_entry(experiment.prepared());
  info_.plugins.push_back(plugin_entry(experiment.backend()));
  if (config.stimulus) {
    info_.plugins.push_back(
        plugin_entry(session.registry.find(plugin::Kind::stimulus, config.stimulus->plugin)));
  }
  for (const config::StimulusBlock& block : config.blocks.blocks) {
    const std::string& name = block.conditions.front().plugin;
    ordered_json entry = plugin_entry(session.registry.find(plugin::Kind::stimulus, name));
    if (std::find(info_.plugins.begin(), info_.plugins.end(), entry) == info_.plugins.end()) {
      info_.plugins.push_back(std::move(entry));
    }
  }
  for (const config::PluginUse& use : config.inputs) {
    info_.plugins.push_back(
        plugin_entry(session.registry.find(plugin::Kind::stimulus, use.plugin)));
  }
  for (const config::PluginUse& use : config.analyses) {
    ordered_json entry = plugin_entry(session.registry.find(plugin::Kind::analysis, use.plugin));
    entry["use"] = use.name;  // its folder; the report keeps this order
    info_.plugins.push_back(std::move(entry));
  }
}

void RunRecord::set_totals(const recording::Recorder& recorder) {
  const recording::Totals totals = recorder.totals();
  const network::Network& network = experiment_.network();
  const double trial_ms = session_.config.simulation.duration_ms;
  info_.simulation["trials_done"] = totals.trials;
  info_.counts["spikes"] = totals.neuron_spikes();
  for (std::size_t b = 0; b < network.blocks.size(); ++b) {
    if (network.blocks[b].source_kind != network::SourceKind::neurons) {
      info_.counts["input_spikes"][network.blocks[b].name] = totals.blocks[b];
    }
  }
  info_.rates = recording::mean_rates_hz(totals, network, trial_ms);
  const double neuron_s =
      static_cast<double>(network.neurons.size()) * totals.trials * trial_ms * 1e-3;
  mean_rate_hz_ = neuron_s > 0.0 ? static_cast<double>(totals.neuron_spikes()) / neuron_s : 0.0;
}

void RunRecord::set_result(const simulate::StepLoopResult& result,
                           const recording::Recorder& recorder,
                           const simulate::StepLoopSetup& setup) {
  set_totals(recorder);
  times_.add("backend setup", result.setup_s);
  times_.add("step loop", result.loop_s);
  times_.add("recording", result.total_s - result.loop_s + recorder.waited_s());
  const double simulated_s = result.trials_done * setup.simulation.duration_ms * 1e-3;
  simulated_ = simulated_s > 0.0;
  if (simulated_) {
    info_.rtf = result.loop_s / simulated_s;
    info_.rtf_total = result.total_s / simulated_s;
    info_.counts["synaptic_events"] = result.synaptic_events;
    info_.counts["saturated_float16_samples"] = result.saturated_samples;
    info_.counts["bytes_written"] = recorder.bytes_written();
  } else if (before_.is_object()) {  // nothing was left to simulate: earlier measurements stay
    const auto number = [&](const char* key) {
      const auto found = before_.find(key);
      return found != before_.end() && found->is_number() ? found->get<double>() : 0.0;
    };
    info_.rtf = number("rtf");
    info_.rtf_total = number("rtf_total");
    const nlohmann::json counts = before_.value("counts", nlohmann::json::object());
    for (const char* key : {"synaptic_events", "saturated_float16_samples", "bytes_written"}) {
      if (counts.contains(key)) info_.counts[key] = counts[key];
    }
  }
  if (result.saturated_samples > 0) {
    log::warn(
        "{} recorded samples lie beyond the range of float16 (65504) and were cut; use "
        "record.precision = \"float32\"",
        result.saturated_samples);
  }
}

void RunRecord::write(const std::string& status) {
  info_.status = status;
  info_.peak_memory_bytes = peak_memory_bytes();
  info_.warnings = log::warnings();
  info_.timings_s = ordered_json::object();
  for (const auto& [stage, seconds] : times_.entries()) info_.timings_s[stage] = seconds;
  folder_.write_run_info(info_);
}

std::string RunRecord::summary() const {
  std::string text = fmt::format("{} spikes, mean rate {:.2f} Hz",
                                 info_.counts.value("spikes", std::uint64_t{0}), mean_rate_hz_);
  if (simulated_) {
    text += fmt::format(", real-time factor {:.3f} ({:.3f} with recording)", info_.rtf,
                        info_.rtf_total);
  }
  return text;
}

}  // namespace v1::run
