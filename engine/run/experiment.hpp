#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/network/background_weights.hpp"
#include "engine/network/network.hpp"
#include "engine/process/stage_times.hpp"
#include "engine/recording/plan.hpp"
#include "engine/run/built_network.hpp"
#include "engine/run/inputs.hpp"
#include "engine/run/session.hpp"
#include "engine/run/spike_inputs.hpp"
#include "engine/run/visual_input.hpp"
#include "engine/simulate/prepared_network.hpp"
#include "engine/simulate/step_loop.hpp"

namespace v1::run {

/// A network with its inputs, ready to be simulated: the stages config -> network -> stimulus ->
/// LGN of one run.
class Experiment {
 public:
  /// Builds or loads the network (or takes it from `networks`, which may be null), prepares inputs
  /// and recording. LGN rates are computed only when asked for. With backend = "auto" a backend
  /// that lacks what the run asks for gives way to cpu (session.config.backend then is cpu's).
  /// Throws whatever is wrong with config or data.
  Experiment(Session& session, StageTimes& times, NetworkStore* networks = nullptr);

  const network::Network& network() const { return network_; }
  /// What the generator drew; nothing for a network from files.
  const std::optional<network::GenerateReport>& generate_report() const { return built_->report; }
  const simulate::PreparedNetwork& prepared() const { return *prepared_; }
  const plugin::LoadedPlugin& backend() const { return *backend_; }
  /// Changes how strongly the background drives the named populations.
  void set_background_weights(const std::vector<network::BackgroundWeight>& weights);
  VisualInput* visual() { return visual_ ? &*visual_ : nullptr; }

  /// What will be recorded; stimulus information without sample rates.
  recording::RecordingPlan recording_plan() const;
  /// Rates of a few LGN units for figures; empty without an LGN or with changing stimuli.
  std::vector<recording::SampleRates> sample_rates();
  /// Thresholds of the first condition are computed here and kept.
  simulate::StepLoopSetup step_loop_setup();
  /// Conditions whose draw thresholds are kept while the run goes on.
  std::size_t kept_conditions() const;
  /// Memory the backend will need, from sizes alone.
  v1e_memory_need backend_memory() const;
  /// The device the run will use, as it is now.
  v1e_device device() const;
  /// "cpu: AMD EPYC, x86-64-v3, 2 threads"
  std::string device_description() const;

 private:
  void prepare_inputs();
  void prepare_recording();
  void choose_backend();
  simulate::StepLoopSetup make_setup() const;
  unsigned step_threads() const;
  std::vector<std::uint8_t> recorded_blocks() const;

  Session& session_;
  StageTimes& times_;
  std::shared_ptr<BuiltNetwork> built_;
  network::Network& network_;  // of built_
  const plugin::LoadedPlugin* backend_ = nullptr;
  std::optional<VisualInput> visual_;
  FixedEvents fixed_events_;
  InputMarks input_marks_;
  SpikeInputs spike_inputs_;
  std::vector<simulate::CurrentPulse> pulses_;
  std::unique_ptr<simulate::PreparedNetwork> prepared_;
  std::vector<simulate::Probe> probes_;
  std::optional<std::vector<std::uint32_t>> spike_positions_;
  /// Of a stimulus that is the same in all trials.
  struct OnlyCondition {
    simulate::Thresholds thresholds;
    recording::SampleRates rates;
  };
  std::optional<OnlyCondition> only_condition_;
  const OnlyCondition& only_condition();
};

/// Unit of a recorded variable: "mV" or "pA".
const char* unit_of_variable(const std::string& variable);

}  // namespace v1::run
