#include "engine/analysis/planned_data.hpp"

#include <numeric>
#include <utility>

#include "engine/base/error.hpp"

namespace v1::analysis {
namespace {

class PlannedData final : public RunData {
 public:
  PlannedData(const recording::RecordingPlan& plan, std::string label,
              const std::filesystem::path& analyses_dir, SynapseProvider synapses)
      : provider_(std::move(synapses)) {
    facts_.label = std::move(label);
    facts_.network = plan.network;
    facts_.dt_ms = plan.dt_ms;
    facts_.steps_per_trial = plan.steps_per_trial;
    facts_.trials = plan.trials;
    facts_.seed = plan.seed;
    for (const recording::ProbePlan& probe : plan.probes) {
      facts_.variables.push_back({probe.variable, probe.unit, probe.dtype, probe.every_steps,
                                  plan.steps_per_trial / probe.every_steps, 0, 0});
      facts_.state_neurons = probe.positions;
    }
    facts_.spike_positions = plan.spike_positions;
    facts_.spike_blocks = plan.spike_blocks;
    std::vector<std::uint32_t> trials(plan.trials);
    std::iota(trials.begin(), trials.end(), 0u);
    facts_.stimulus = of_trials(plan.stimulus, trials);
    facts_.analyses_dir = analyses_dir;
  }

  const RunFacts& facts() const override { return facts_; }
  recording::SpikeEvents spikes(std::uint32_t, std::uint32_t) const override { refuse(); }
  void state(std::size_t, std::uint32_t, std::int64_t, std::int64_t, std::size_t, std::size_t,
             float*) const override {
    refuse();
  }
  const std::vector<float>& rates(std::uint32_t, std::size_t) const override { refuse(); }
  const v1e_network* synapses() override { return provider_ ? provider_() : nullptr; }

 private:
  [[noreturn]] void refuse() const {
    throw error(ExitCode::internal, "'{}' is only planned, it has no recordings", facts_.label);
  }

  SynapseProvider provider_;
  RunFacts facts_;
};

}  // namespace

std::shared_ptr<RunData> planned_run_data(const recording::RecordingPlan& plan, std::string label,
                                          const std::filesystem::path& analyses_dir,
                                          SynapseProvider synapses) {
  return std::make_shared<PlannedData>(plan, std::move(label), analyses_dir, std::move(synapses));
}

}  // namespace v1::analysis
