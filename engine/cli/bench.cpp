#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "engine/base/text.hpp"
#include "engine/cli/commands.hpp"
#include "engine/process/machine.hpp"
#include "engine/process/signals.hpp"
#include "engine/process/temporary_folder.hpp"
#include "engine/recording/recorder.hpp"
#include "engine/run/experiment.hpp"

namespace v1::cli {
namespace {

nlohmann::ordered_json measure(run::Session& session, const StopCondition& stop) {
  StageTimes times;
  std::optional<NothingToKeep> at_once(std::in_place);
  run::Experiment experiment(session, times);
  at_once.reset();
  const TemporaryFolder temporary("bench");
  const auto folder = recording::RunFolder::create(temporary.path() / "run", session.config.name);
  recording::Recorder recorder(folder, experiment.recording_plan());
  simulate::StepLoopSetup setup = experiment.step_loop_setup();
  setup.stop_requested = [&] { return stop(); };
  const double processor_begin_s = processor_seconds();
  const simulate::StepLoopResult result = simulate::run_step_loop(setup, recorder);
  recorder.finish();
  const double processor_s = processor_seconds() - processor_begin_s;
  times.add("backend setup", result.setup_s);
  times.add("step loop", result.loop_s);
  times.add("recording", result.total_s - result.loop_s + recorder.waited_s());

  const recording::Totals totals = recorder.totals();
  const double simulated_s = result.trials_done * setup.simulation.duration_ms * 1e-3;
  const auto neurons = static_cast<double>(experiment.network().neurons.size());
  nlohmann::ordered_json out;
  out["name"] = session.config.name;
  out["version"] = version();
  out["git_revision"] = git_revision();
  out["host"] = host_description();
  out["device"] = experiment.device_description();
  out["threads"] = setup.threads;
  out["neurons"] = experiment.network().neurons.size();
  out["synapses"] = experiment.prepared().synapse_count();
  out["simulated_s"] = simulated_s;
  out["mean_rate_hz"] = simulated_s > 0.0
                            ? static_cast<double>(totals.neuron_spikes()) / (neurons * simulated_s)
                            : 0.0;
  out["rtf"] = simulated_s > 0.0 ? result.loop_s / simulated_s : 0.0;
  out["rtf_total"] = simulated_s > 0.0 ? (result.total_s + recorder.waited_s()) / simulated_s : 0.0;
  if (result.device_s > 0.0 && simulated_s > 0.0) {
    out["rtf_device"] = result.device_s / simulated_s;
  }
  out["events_per_s"] =
      result.loop_s > 0.0 ? static_cast<double>(result.synaptic_events) / result.loop_s : 0.0;
  out["processor_s"] = processor_s;  // backend setup, step loop and writer, over all threads
  out["stored_bytes"] = recorder.bytes_written();
  for (const auto& [stage, seconds] : times.entries()) out["timings_s"][stage] = seconds;
  for (const auto& [stage, seconds] : times.entries()) {
    out["peak_memory_by_stage_bytes"][stage] = times.peaks().at(stage);
  }
  out["peak_memory_bytes"] = peak_memory_bytes();
  return out;
}

void print_text(const nlohmann::ordered_json& result) {
  fmt::print("{}: {} neurons, {} synapses on {}\n", result["name"].get<std::string>(),
             result["neurons"].get<std::uint64_t>(), result["synapses"].get<std::uint64_t>(),
             result["device"].get<std::string>());
  fmt::print("mean rate        {:.3f} Hz\n", result["mean_rate_hz"].get<double>());
  fmt::print("rtf              {:.4f} (step loop)\n", result["rtf"].get<double>());
  fmt::print("rtf_total        {:.4f} (with recording)\n", result["rtf_total"].get<double>());
  if (result.contains("rtf_device")) {
    fmt::print("rtf_device       {:.5f} (device at work)\n", result["rtf_device"].get<double>());
  }
  fmt::print("synaptic events  {:.4g} per s\n", result["events_per_s"].get<double>());
  for (const auto& [stage, seconds] : result["timings_s"].items()) {
    fmt::print("  {:<14} {:>9.3f} s, memory up to {}\n", stage, seconds.get<double>(),
               format_bytes(result["peak_memory_by_stage_bytes"][stage].get<std::uint64_t>()));
  }
  fmt::print("processor time   {:.3f} s (backend setup, step loop, writer)\n",
             result["processor_s"].get<double>());
  fmt::print("stored           {}\n", format_bytes(result["stored_bytes"].get<std::uint64_t>()));
  fmt::print("peak memory      {}\n",
             format_bytes(result["peak_memory_bytes"].get<std::uint64_t>()));
}

}  // namespace

int bench_command(const BenchOptions& options, const run::CommonOptions& common) {
  const StopCondition stop(std::nullopt);
  run::Session session(options.config, common);
  session.host.set_cancel([&stop] { return stop(); });
  const nlohmann::ordered_json result = measure(session, stop);
  if (options.json) {
    fmt::print("{}\n", result.dump(2));
  } else {
    print_text(result);
  }
  return stop() ? stop.exit_code() : 0;
}

}  // namespace v1::cli
