#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/network/network.hpp"
#include "engine/recording/plan.hpp"
#include "engine/recording/run_folder.hpp"
#include "engine/recording/totals.hpp"

namespace v1::recording {

/// Spikes of one trial, sorted by step, then position.
struct SpikeEvents {
  std::vector<std::uint32_t> step;
  std::vector<std::uint32_t> position;  // in the network, or in the block
  std::vector<std::uint16_t> count;     // of a counts block; else empty (all 1)
};

struct StateVariable {
  std::string name;
  std::string unit;
  v1e_dtype dtype = V1E_F16;
  std::uint32_t every_steps = 1;
  std::int64_t sample_count = 0;    // per trial
  std::uint32_t chunk_samples = 0;  // reads aligned to chunks decompress nothing twice
  std::uint32_t chunk_neurons = 0;
};

/// Reads a run folder, also while a run still writes it: the trials finished at opening are there.
/// Calls may come from any thread. All throw Error(data) naming the file that is missing or broken.
class RunReader {
 public:
  explicit RunReader(const std::filesystem::path& dir);
  ~RunReader();
  RunReader(RunReader&&) noexcept;
  RunReader& operator=(RunReader&&) noexcept;

  /// From now on `stop` is asked before spikes or samples are read; true: Error(interrupted).
  void stop_when(std::function<bool()> stop);

  const std::filesystem::path& path() const;
  /// Name in run.json, else the folder's.
  const std::string& label() const;
  /// Without edges: blocks have names, kinds and sources only; content_hash is the run's.
  const network::Network& network() const;
  double dt_ms() const;
  std::int64_t steps_per_trial() const;
  std::uint64_t seed() const;
  /// Numbers of the finished trials, ascending. Other calls take such a number.
  const std::vector<std::uint32_t>& finished_trials() const;
  const StimulusInfo& stimulus() const;
  Totals totals() const;

  /// Neurons whose spikes are stored; without a value all.
  const std::optional<std::vector<std::uint32_t>>& spike_positions() const;
  /// Input blocks (indices into network().blocks) whose spikes or counts are stored.
  const std::vector<std::uint32_t>& spike_blocks() const;
  /// block: V1E_BLOCK_NEURONS or an index out of spike_blocks().
  SpikeEvents spikes(std::uint32_t trial, std::uint32_t block = V1E_BLOCK_NEURONS) const;

  const std::vector<StateVariable>& variables() const;
  std::optional<std::size_t> find_variable(const std::string& name) const;
  /// Positions of the neurons the variables were recorded of, ascending.
  const std::vector<std::uint32_t>& state_neurons() const;
  /// out: [sample_count][neuron_count] row-major; neurons are counted in state_neurons().
  void state(std::size_t variable, std::uint32_t trial, std::int64_t sample_begin,
             std::int64_t sample_count, std::size_t neuron_begin, std::size_t neuron_count,
             float* out) const;

  /// Rates of the trial's condition, [frame][source]; empty where none are stored.
  const std::vector<float>& sample_rates(std::uint32_t trial, std::size_t rates = 0) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace v1::recording
