#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/stimulus/stimulus_description.hpp"
#include "engine/stimulus/stimulus_player.hpp"

namespace v1::stimulus {

/// Columns of the trial table, texts: the times of a trial's markers, "500 1500", and the names of
/// its strips, separated by "; ".
inline constexpr const char* marks_column = "marks_ms";
inline constexpr const char* strips_column = "strips";

/// One of the stimuli that a run shows.
struct SequenceItem {
  StimulusPlayer player;  // made for as many trials as it is shown in
  std::string stimulus;   // the plugin's name
  std::string block;      // label of the [[stimulus.block]]
  /// Parameters in which the items of a block differ, with one value each.
  std::vector<TrialColumn> varied;
};

/// Plays stimuli one after another, one in each trial, and tells which trial shows what.
class StimulusSequence {
 public:
  /// A place in the plan: which item, and the how manieth trial of it.
  struct Place {
    std::uint32_t item = 0;
    std::uint32_t trial = 0;  // as the item's player counts
  };

  /// A single stimulus in every trial; it alone describes the trials.
  explicit StimulusSequence(SequenceItem only);
  /// item_of_trial: the plan, of which the run shows the first `trials`.
  StimulusSequence(std::vector<SequenceItem> items, std::vector<std::uint32_t> item_of_trial,
                   std::uint32_t trials);

  /// Different drives in the whole plan, counted item by item.
  std::uint32_t condition_count() const;
  std::uint32_t condition_of_trial(std::uint32_t trial) const;
  Place place_of_condition(std::uint32_t condition) const;
  const StimulusPlayer& player(std::uint32_t item) const { return items_.at(item).player; }

  /// Trial table of the shown trials: what the stimuli tell, the varied parameters, and the
  /// columns block, stimulus and repeat. Markers of all stimuli; strips that do not differ. Where
  /// trials differ in them, `marks_column` and `strips_column` say which a trial has.
  const StimulusDescription& description() const { return description_; }
  /// "gratings, orientation 45 deg, contrast 0.8": one per condition; empty for a single stimulus.
  const std::vector<std::string>& condition_labels() const { return labels_; }

 private:
  void describe(std::uint32_t trials);
  void make_labels();

  std::vector<SequenceItem> items_;
  std::vector<Place> trials_;                   // empty: item 0 in every trial
  std::vector<std::uint32_t> first_condition_;  // of each item
  StimulusDescription description_;
  std::vector<std::string> labels_;
};

}  // namespace v1::stimulus
