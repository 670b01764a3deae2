#include "engine/run/plan_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/process/machine.hpp"
#include "engine/recording/plan.hpp"
#include "engine/run/disk_room.hpp"

namespace v1::run {
namespace {

// Potentials and currents that change take 1.2 to 1.7 times less, after-spike currents 5 times,
// those of a background that hardly changes 40 times.
constexpr std::uint64_t most_compression = 40;

// Draw thresholds of the conditions that are kept, four bytes per unit and ms, and as much again
// for those of the next condition, or for the filters that make them.
std::uint64_t lgn_bytes(const Experiment& experiment, const config::SimulationConfig& simulation) {
  std::uint64_t units = 0;
  for (const network::EdgeBlock& block : experiment.network().blocks) {
    if (block.source_kind == network::SourceKind::rates) units += block.source_count();
  }
  return units * static_cast<std::uint64_t>(simulation.duration_ms + 1.0) * 4 *
         (1 + experiment.kept_conditions());
}

// One line, or one for each block.
std::string stimulus_text(const config::RunConfig& config) {
  const config::StimulusBlocks& blocks = config.blocks;
  if (blocks.blocks.empty()) {
    return fmt::format("stimulus     {}\n", config.stimulus ? config.stimulus->plugin : "none");
  }
  std::string text =
      fmt::format("stimulus     {} presentations, one per trial, {}", blocks.presentation_count(),
                  blocks.order == "listed" ? "block by block" : "in " + blocks.order + " order");
  if (blocks.order != "listed") text += fmt::format(" (seed {})", blocks.order_seed);
  for (const config::StimulusBlock& block : blocks.blocks) {
    std::vector<std::string> varied;
    for (const config::VariedParam& one : block.varied) {
      varied.push_back(fmt::format("{} {}", one.count, one.key));
    }
    text += fmt::format("\n  {:<10} {} x {}{}", block.label, block.repeats,
                        block.conditions.front().plugin,
                        varied.empty() ? "" : " with " + join(varied, " x "));
  }
  return text + "\n";
}

}  // namespace

RunPlan without_finished(RunPlan plan, std::size_t finished, std::uint32_t trials) {
  const double left = 1.0 - std::min(1.0, static_cast<double>(finished) / trials);
  plan.bytes_to_write = static_cast<std::uint64_t>(static_cast<double>(plan.bytes_to_write) * left);
  plan.least_bytes = static_cast<std::uint64_t>(static_cast<double>(plan.least_bytes) * left);
  return plan;
}

RunPlan make_plan(const Experiment& experiment, const Session& session) {
  RunPlan plan;
  plan.neurons = experiment.network().neurons.size();
  plan.synapses = experiment.prepared().synapse_count();
  plan.steps = session.config.simulation.steps_per_trial() * session.config.simulation.trials;
  const recording::RecordingPlan recorded = experiment.recording_plan();
  plan.bytes_to_write = recording::estimated_bytes(recorded);
  plan.least_bytes = recording::sample_bytes(recorded);
  if (recorded.compression != "none") plan.least_bytes /= most_compression;
  const v1e_memory_need need = experiment.backend_memory();
  plan.memory_bytes =
      peak_memory_bytes() + need.host_peak_bytes + lgn_bytes(experiment, session.config.simulation);
  plan.device_bytes = need.device_peak_bytes;
  if (plan.device_bytes > 0) plan.device_bytes_free = experiment.device().memory_free;
  return plan;
}

std::string plan_text(const RunPlan& plan, const Experiment& experiment, const Session& session) {
  const config::RunConfig& config = session.config;
  const config::SimulationConfig& simulation = config.simulation;
  std::string text;
  text += fmt::format("network      {}, {} neurons, {} synapses\n", experiment.network().name,
                      plan.neurons, plan.synapses);
  for (const network::EdgeBlock& block : experiment.network().blocks) {
    text += fmt::format("  {:<10} {} sources, {} synapses\n", block.name, block.source_count(),
                        block.edge_count());
  }
  if (const auto& report = experiment.generate_report()) {
    text += fmt::format("             {} connections drawn, {} of them below {} pA left out\n",
                        report->recurrent_made + report->lgn_made + report->background_made,
                        report->recurrent_dropped + report->lgn_dropped, report->drop_below_pa);
  }
  text += stimulus_text(config);
  text += fmt::format("simulation   {} trials of {} ms, dt {} ms, {} steps in all\n",
                      simulation.trials, simulation.duration_ms, simulation.dt_ms, plan.steps);
  text += fmt::format("             scheme {}, float{}, seed {}\n",
                      simulation.scheme == config::Scheme::exact ? "exact" : "billeh-tf",
                      simulation.precision_bits(), config.seed);
  text += fmt::format("backend      {}\n", experiment.device_description());
  text += fmt::format("memory       {}", format_bytes(plan.memory_bytes));
  text += fmt::format(" ({} free)\n", format_bytes(available_memory_bytes()));
  if (plan.device_bytes > 0) {
    text += fmt::format("             at most {} on the device ({} free)\n",
                        format_bytes(plan.device_bytes), format_bytes(plan.device_bytes_free));
  }
  text += fmt::format("to write     {} before compression\n", format_bytes(plan.bytes_to_write));
  std::vector<std::string> names;
  for (const config::PluginUse& use : config.analyses) names.push_back(use.name);
  text += fmt::format("analyses     {}\n", names.empty() ? "none" : join(names, ", "));
  return text;
}

void check_resources(const RunPlan& plan, const std::filesystem::path& output) {
  const std::uint64_t free_memory = available_memory_bytes();
  if (free_memory > 0 && plan.memory_bytes > peak_memory_bytes() + free_memory) {
    throw error(ExitCode::memory,
                "the run needs {} of memory, but only {} are free; use fewer neurons or record "
                "fewer variables",
                format_bytes(plan.memory_bytes), format_bytes(free_memory));
  }
  if (plan.device_bytes > plan.device_bytes_free) {
    throw error(ExitCode::memory,
                "the run needs up to {} on the device, but only {} are free; use fewer neurons, "
                "record fewer variables, set simulation.backend_params.lanes = 1, or use backend = "
                "\"cpu\"",
                format_bytes(plan.device_bytes), format_bytes(plan.device_bytes_free));
  }
  std::filesystem::path existing = std::filesystem::absolute(output);
  std::error_code failed;
  while (!std::filesystem::exists(existing, failed) && existing.has_relative_path()) {
    existing = existing.parent_path();
  }
  const std::filesystem::space_info space = std::filesystem::space(existing, failed);
  if (!failed) check_disk(existing, plan.bytes_to_write, plan.least_bytes, space.available);
}

}  // namespace v1::run
