#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/network/network.hpp"
#include "engine/stimulus/stimulus_description.hpp"
#include "plugin_api/include/v1e/backend.h"

/// What a run writes down. Positions are positions in the network (or in an input block);
/// files carry the ids of the full network.
namespace v1::recording {

/// One recorded variable. All probes of a plan record the same neurons.
struct ProbePlan {
  std::string variable;  // "v", "input_current", ...
  std::string unit;      // "mV", "pA"
  v1e_dtype dtype = V1E_F16;
  std::uint32_t every_steps = 1;         // sample k is taken after step (k + 1) * every_steps - 1
  std::vector<std::uint32_t> positions;  // ascending
};

/// A column of the trial table: one value per trial.
struct TrialColumn {
  std::string name;
  std::string unit;  // "1" where it has none
  std::variant<std::vector<double>, std::vector<std::string>> values;
};

/// Rates of some sources of an input block, for figures. hz[condition] is [frame][source].
struct SampleRates {
  std::string block = "lgn";
  double frame_ms = 1.0;
  std::vector<std::uint32_t> sources;  // positions in the block, ascending
  std::vector<std::vector<float>> hz;

  std::size_t frame_count(std::size_t condition) const {
    return sources.empty() ? 0 : hz.at(condition).size() / sources.size();
  }
};

/// What stimulus.h5 holds.
struct StimulusInfo {
  std::vector<TrialColumn> trial_columns;
  std::vector<stimulus::Marker> markers;
  std::vector<stimulus::Strip> strips;
  std::vector<std::string> conditions;            // label of each condition; may be empty
  std::vector<std::uint32_t> condition_of_trial;  // empty: every trial shows condition 0
  std::vector<SampleRates> rates;
};

struct RecordingPlan {
  const network::Network* network = nullptr;  // lent; outlives the recorder
  double dt_ms = 1.0;
  std::int64_t steps_per_trial = 0;
  std::uint32_t trials = 0;
  std::uint64_t seed = 0;
  std::vector<ProbePlan> probes;  // in the order of ProbeWindow::probe
  /// Neurons whose spikes are stored, ascending; without a value all, empty: none.
  /// Spikes of the others still count in the totals.
  std::optional<std::vector<std::uint32_t>> spike_positions;
  /// Input blocks (indices into network->blocks) whose spikes, or counts, are stored.
  std::vector<std::uint32_t> spike_blocks;
  std::string compression = "gzip";          // "gzip" | "none"
  unsigned threads = 0;                      // that compress; 0 = up to four
  std::uint64_t queue_bytes = 256ull << 20;  // recorded data waiting for the writer
  StimulusInfo stimulus;
};

/// Throws Error(internal) when the plan contradicts itself or the network.
void check_plan(const RecordingPlan& plan);

/// Bytes of the samples of all trials before compression.
std::uint64_t sample_bytes(const RecordingPlan& plan);

/// Bytes all trials take before compression, assuming neurons spike at neuron_hz and sources of
/// input blocks at source_hz. For the plan that `validate` prints.
std::uint64_t estimated_bytes(const RecordingPlan& plan, double neuron_hz = 5.0,
                              double source_hz = 10.0);

/// Names of the spike groups in files: one per population, then one per block, '/' replaced and
/// made unique ("lgn", "lgn_2").
struct GroupNames {
  std::vector<std::string> populations;
  std::vector<std::string> blocks;
};
GroupNames group_names(const network::Network& network);

}  // namespace v1::recording
