#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/stimulus/stimulus_description.hpp"
#include "plugin_api/include/v1e/plugin.h"

namespace v1::stimulus {

/// The frame of one use of a stimulus plugin. Columns are borrowed for the life of the player.
struct Environment {
  std::uint32_t output = V1E_OUT_FRAMES;  // the one V1E_OUT_* that is wanted
  double dt_ms = 1.0;                     // of a step: 1 ms for frames and rates
  double duration_ms = 0.0;               // of a trial
  std::uint32_t trial_count = 1;
  std::uint64_t random_key = 0;
  std::uint32_t frame_rows = 120;
  std::uint32_t frame_cols = 240;
  double deg_per_pixel = 1.0;
  std::uint64_t channel_count = 0;  // channels or neurons; 0 for frames
  std::vector<const v1e_column*> columns;
  /// Place of a parameter in the config ("a.toml:12:8"), or of the use itself for "", for messages.
  std::function<std::string(const std::string& param)> place;
};

/// Target neurons as the channels of an input plugin: the column "neuron" (U32) of positions, and
/// "id" (U32) where their ids are given.
class NeuronChannels {
 public:
  explicit NeuronChannels(std::vector<std::uint32_t> neurons, std::vector<std::uint32_t> ids = {});
  NeuronChannels(const NeuronChannels&) = delete;
  NeuronChannels& operator=(const NeuronChannels&) = delete;
  const std::vector<std::uint32_t>& neurons() const { return neurons_; }
  /// Sets channel_count and columns of `env`, which must not outlive this object.
  void describe_to(Environment& env) const;

 private:
  std::vector<std::uint32_t> neurons_, ids_;
  v1e_column neuron_column_, id_column_;
};

/// Amplitude during steps step_begin <= step < step_end of a trial; one amplitude per neuron.
struct CurrentPulse {
  std::int64_t step_begin = 0;
  std::int64_t step_end = 0;
  std::vector<std::uint32_t> neurons;
  std::vector<float> amplitude_pa;
};

struct SpikeEvent {
  std::uint32_t step;  // of the trial
  std::uint32_t channel;
};

/// One instance of a stimulus plugin, with everything it hands over checked: a plugin that fails
/// or gives values out of range ends in an Error (plugin) that names it.
class StimulusPlayer {
 public:
  /// `name` is the word used in the config, for messages. `api` and `host` outlive the player;
  /// `settings` are only read here. Throws Error(config) when the plugin cannot make env.output.
  static StimulusPlayer create(std::string name, const v1e_stimulus_api& api,
                               const v1e_settings* settings, const v1e_host* host,
                               const Environment& env);
  StimulusPlayer(StimulusPlayer&&) noexcept;
  StimulusPlayer& operator=(StimulusPlayer&&) noexcept;
  ~StimulusPlayer();

  /// Different drives: 1 when every trial sees the same, else one per trial.
  std::uint32_t condition_count() const;
  std::uint32_t condition_of_trial(std::uint32_t trial) const;
  /// frames() and rates() may be called from several threads and in any order.
  bool concurrent() const;
  const StimulusDescription& description() const;

  /// Luminance [frame][row][col] of `count` frames of 1 ms from first_ms (negative before the
  /// trial) into out; finite and within -1 (black) ... 1 (white).
  void frames(std::uint32_t trial, std::int64_t first_ms, std::int64_t count, float* out) const;
  /// Rates [frame][channel] in Hz, finite and not negative.
  void rates(std::uint32_t trial, std::int64_t first_ms, std::int64_t count, float* out) const;
  /// Spikes of the steps step_begin <= step < step_begin + count, in order of (step, channel).
  std::vector<SpikeEvent> spikes(std::uint32_t trial, std::int64_t step_begin,
                                 std::int64_t count) const;
  /// All current pulses of a trial of step_count steps, clipped to it; neurons are as the plugin
  /// named them, each among the channels.
  std::vector<CurrentPulse> pulses(std::uint32_t trial, std::int64_t step_count) const;

 private:
  struct Impl;
  explicit StimulusPlayer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace v1::stimulus
