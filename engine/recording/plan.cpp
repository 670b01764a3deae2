#include "engine/recording/plan.hpp"

#include <algorithm>
#include <set>

#include "engine/base/error.hpp"

namespace v1::recording {
namespace {

bool ascending_below(const std::vector<std::uint32_t>& positions, std::size_t end) {
  return std::is_sorted(positions.begin(), positions.end(), std::less_equal<>()) &&
         (positions.empty() || positions.back() < end);
}

[[noreturn]] void refuse(const std::string& why) {
  throw error(ExitCode::internal, "recording plan: {}", why);
}

void check_probes(const RecordingPlan& plan) {
  std::set<std::string> names;
  for (const ProbePlan& probe : plan.probes) {
    if (probe.variable.empty() || probe.variable.find('/') != std::string::npos ||
        probe.variable == "neuron_ids" || probe.variable == "populations" ||
        probe.variable == "trial" || !names.insert(probe.variable).second) {
      refuse("variable '" + probe.variable + "' is unnamed, reserved or recorded twice");
    }
    if (probe.dtype != V1E_F16 && probe.dtype != V1E_F32) {
      refuse("variable '" + probe.variable + "' is neither float16 nor float32");
    }
    if (probe.every_steps == 0 || plan.steps_per_trial < probe.every_steps) {
      refuse("variable '" + probe.variable + "' has no sample in a trial");
    }
    if (probe.positions.empty() || probe.positions != plan.probes.front().positions ||
        !ascending_below(probe.positions, plan.network->neurons.size())) {
      refuse("variable '" + probe.variable +
             "' needs ascending positions of neurons, the same as the other variables");
    }
  }
}

std::string unique_name(std::string name, std::set<std::string>& taken) {
  std::replace(name.begin(), name.end(), '/', '_');
  if (name.empty()) name = "population";
  std::string candidate = name;
  for (int k = 2; !taken.insert(candidate).second; ++k) candidate = fmt::format("{}_{}", name, k);
  return candidate;
}

}  // namespace

void check_plan(const RecordingPlan& plan) {
  if (!plan.network) refuse("there is no network");
  if (!(plan.dt_ms > 0.0) || plan.steps_per_trial <= 0 || plan.trials == 0 ||
      plan.steps_per_trial > 0xFFFFFFFFll) {
    refuse("dt, steps and trials must be positive");
  }
  check_probes(plan);
  if (plan.spike_positions &&
      !ascending_below(*plan.spike_positions, plan.network->neurons.size())) {
    refuse("positions of neurons with stored spikes must ascend");
  }
  if (!ascending_below(plan.spike_blocks, plan.network->blocks.size())) {
    refuse("input blocks with stored spikes must ascend");
  }
  for (const std::uint32_t block : plan.spike_blocks) {
    if (plan.network->blocks[block].source_kind == network::SourceKind::neurons) {
      refuse("block '" + plan.network->blocks[block].name + "' is no input");
    }
  }
  if (plan.compression != "gzip" && plan.compression != "none") {
    refuse("compression '" + plan.compression + "' is neither gzip nor none");
  }
}

std::uint64_t sample_bytes(const RecordingPlan& plan) {
  const double steps = static_cast<double>(plan.steps_per_trial);
  double bytes = 0.0;
  for (const ProbePlan& probe : plan.probes) {
    bytes += steps / probe.every_steps * static_cast<double>(probe.positions.size()) *
             (probe.dtype == V1E_F16 ? 2.0 : 4.0);
  }
  return static_cast<std::uint64_t>(bytes * plan.trials);
}

std::uint64_t estimated_bytes(const RecordingPlan& plan, double neuron_hz, double source_hz) {
  constexpr double spike_bytes = 8 + 4 + 4 + 4;  // time, id, step, trial
  const double steps = static_cast<double>(plan.steps_per_trial);
  const double trial_s = steps * plan.dt_ms / 1000.0;
  const std::size_t neurons =
      plan.spike_positions ? plan.spike_positions->size() : plan.network->neurons.size();
  double bytes = static_cast<double>(neurons) * neuron_hz * trial_s * spike_bytes;
  for (const std::uint32_t index : plan.spike_blocks) {
    const network::EdgeBlock& block = plan.network->blocks.at(index);
    const double sources = static_cast<double>(block.source_count());
    bytes += block.source_kind == network::SourceKind::counts
                 ? sources * steps * sizeof(std::uint16_t)
                 : sources * source_hz * trial_s * spike_bytes;
  }
  return static_cast<std::uint64_t>(bytes * plan.trials) + sample_bytes(plan);
}

GroupNames group_names(const network::Network& network) {
  GroupNames names;
  std::set<std::string> taken;
  for (const network::PopulationRange& range : network.neurons.populations) {
    names.populations.push_back(unique_name(range.name, taken));
  }
  for (const network::EdgeBlock& block : network.blocks) {
    names.blocks.push_back(unique_name(block.name, taken));
  }
  return names;
}

}  // namespace v1::recording
