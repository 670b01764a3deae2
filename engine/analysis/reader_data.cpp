#include "engine/analysis/reader_data.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace v1::analysis {
namespace {

class ReaderData final : public RunData {
 public:
  ReaderData(std::shared_ptr<const recording::RunReader> reader, SynapseProvider synapses)
      : reader_(std::move(reader)), provider_(std::move(synapses)) {
    facts_.label = reader_->label();
    facts_.network = &reader_->network();
    facts_.dt_ms = reader_->dt_ms();
    facts_.steps_per_trial = reader_->steps_per_trial();
    facts_.trials = static_cast<std::uint32_t>(reader_->finished_trials().size());
    facts_.seed = reader_->seed();
    facts_.variables = reader_->variables();
    facts_.state_neurons = reader_->state_neurons();
    facts_.spike_positions = reader_->spike_positions();
    facts_.spike_blocks = reader_->spike_blocks();
    facts_.stimulus = of_trials(reader_->stimulus(), reader_->finished_trials());
    facts_.analyses_dir = reader_->path() / "analyses";
  }

  const RunFacts& facts() const override { return facts_; }
  recording::SpikeEvents spikes(std::uint32_t trial, std::uint32_t block) const override {
    return reader_->spikes(number(trial), block);
  }
  void state(std::size_t variable, std::uint32_t trial, std::int64_t sample_begin,
             std::int64_t sample_count, std::size_t neuron_begin, std::size_t neuron_count,
             float* out) const override {
    reader_->state(variable, number(trial), sample_begin, sample_count, neuron_begin, neuron_count,
                   out);
  }
  const std::vector<float>& rates(std::uint32_t trial, std::size_t index) const override {
    return reader_->sample_rates(number(trial), index);
  }
  const v1e_network* synapses() override {
    if (!synapses_ && provider_) synapses_ = provider_();
    return synapses_;
  }

 private:
  std::uint32_t number(std::uint32_t trial) const { return reader_->finished_trials().at(trial); }

  std::shared_ptr<const recording::RunReader> reader_;
  SynapseProvider provider_;
  const v1e_network* synapses_ = nullptr;
  RunFacts facts_;
};

}  // namespace

recording::StimulusInfo of_trials(recording::StimulusInfo info,
                                  const std::vector<std::uint32_t>& trials) {
  for (recording::TrialColumn& column : info.trial_columns) {
    std::visit(
        [&](auto& values) {
          std::decay_t<decltype(values)> kept;
          for (const std::uint32_t trial : trials) {
            if (trial < values.size()) kept.push_back(values[trial]);
          }
          values = std::move(kept);
        },
        column.values);
  }
  const bool numbered =
      std::any_of(info.trial_columns.begin(), info.trial_columns.end(),
                  [](const recording::TrialColumn& column) { return column.name == "trial"; });
  if (numbered) return info;
  recording::TrialColumn number{"trial", "1", std::vector<double>(trials.begin(), trials.end())};
  info.trial_columns.insert(info.trial_columns.begin(), std::move(number));
  return info;
}

std::shared_ptr<RunData> make_run_data(std::shared_ptr<const recording::RunReader> reader,
                                       SynapseProvider synapses) {
  return std::make_shared<ReaderData>(std::move(reader), std::move(synapses));
}

std::shared_ptr<RunData> open_run_data(const std::filesystem::path& run_dir,
                                       SynapseProvider synapses) {
  return make_run_data(std::make_shared<recording::RunReader>(run_dir), std::move(synapses));
}

}  // namespace v1::analysis
