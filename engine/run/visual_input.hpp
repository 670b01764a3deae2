#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/lgn/rate_filters.hpp"
#include "engine/lgn/rates.hpp"
#include "engine/network/network.hpp"
#include "engine/run/input_marks.hpp"
#include "engine/run/replay_preview.hpp"
#include "engine/run/session.hpp"
#include "engine/run/stimulus_preview.hpp"
#include "engine/simulate/background.hpp"
#include "engine/simulate/step_loop.hpp"
#include "engine/stimulus/stimulus_sequence.hpp"

namespace v1::run {

/// The stimulus, or the blocks of stimuli, and the LGN rates they evoke. Lives as long as the run.
class VisualInput {
 public:
  /// `block`: index of the network's rates block. Throws Error(config) when the stimulus cannot
  /// drive an LGN, or dt does not divide 1 ms.
  VisualInput(Session& session, const network::Network& network, std::uint32_t block);

  std::uint32_t condition_count() const;
  std::uint32_t condition_of_trial(std::uint32_t trial) const;
  const stimulus::StimulusDescription* description() const;
  /// Label of each condition; none for a single stimulus.
  std::vector<std::string> condition_labels() const;
  /// Pictures of at most `most` (two or more) conditions that are made of frames, spread over all.
  std::vector<ConditionPreview> previews(std::size_t most) const;
  /// Activity in at most `most` conditions that replay rates or spikes.
  std::vector<ReplayPreview> replay_previews(std::size_t most) const;
  /// "gratings", or the names of all stimuli of the blocks.
  std::string stimulus_names() const;
  /// The stimulus names the spikes of the LGN units itself: events() instead of rates().
  bool makes_spikes() const;
  /// Spikes of a trial, sorted by (step, source).
  simulate::EventTrain events(std::uint32_t trial) const;
  /// Reads all rates that are replayed from files once: a bad number ends in an Error(data) now
  /// rather than in the run.
  void check_replayed_rates() const;
  /// Bytes that the thresholds of one condition take.
  std::uint64_t threshold_bytes() const { return frame_count_ * mosaic_->size() * 4; }
  /// Draw thresholds of a condition, ready for a backend, from rates that are in the cache or
  /// computed. `rows`, if given, gets these rates; all of them once more where a file of the cache
  /// turns out to be damaged.
  simulate::Thresholds thresholds(std::uint32_t condition, const lgn::RateRows& rows = {}) const;

 private:
  /// What a player of sequence_ was made with.
  struct Source {
    const config::PluginUse* use = nullptr;  // in the session's config
    stimulus::Environment environment;
  };

  stimulus::SequenceItem make_item(const config::PluginUse& use, std::uint32_t trials);
  void make_sequence();
  /// Conditions for previews: at most `most` that are (or are not) made of frames, from the first
  /// to the last.
  std::vector<std::uint32_t> chosen_conditions(std::size_t most, bool frames) const;
  std::uint64_t stimulus_key(std::uint32_t condition) const;
  bool makes_rates(std::uint32_t condition) const;
  void compute(std::uint32_t condition, const lgn::RateRows& rows) const;
  void replay(std::uint32_t condition, const lgn::RateRows& rows) const;

  Session& session_;
  std::uint32_t block_;
  std::vector<std::uint32_t> source_ids_;  // of the block
  v1e_column id_column_{};                 // of them, for stimuli that name units
  std::shared_ptr<const network::LgnMosaic> mosaic_;
  std::vector<Source> sources_;                         // by item of sequence_
  std::optional<stimulus::StimulusSequence> sequence_;  // nothing: a gray screen
  std::int64_t frame_count_ = 0;
  mutable std::shared_ptr<lgn::RateFilters> filters_;  // null: none kept
};

}  // namespace v1::run
