#pragma once
#include <cstdint>
#include <string>
#include <v1e_sdk/dataset.hpp>
#include <vector>

/// What each of several runs showed, as far as analyses of moving gratings and flashes ask.
namespace v1::analyses {

struct RunCondition {
  std::uint32_t dataset = 0;
  std::string label;
  bool grating = false;
  double direction_deg = 0.0, frequency_hz = 0.0;  // of a grating
  bool reversed = false;
  bool flash = false;
  bool white = false;    // of a flash: does the screen turn bright?
  bool altered = false;  // swept in something else than the stimulus, such as a silenced group

  /// "90 deg, 2 Hz", "0 deg, 2 Hz, reversed", "white flash"; the run's label for anything else.
  std::string name() const;
};

/// The conditions of some runs, by the trial columns that the stimuli gratings and flash tell.
class RunConditions {
 public:
  /// Only runs whose label contains `part` are considered, and altered ones only where there are
  /// no others. Throws when none is left, and where the trials of one run differ in what they show.
  RunConditions(const std::vector<v1e::Dataset>& datasets, const std::string& part);

  const std::vector<RunCondition>& all() const { return all_; }
  /// Null when there is none. Throws when several runs show the same.
  const RunCondition* grating(double direction_deg, double frequency_hz,
                              bool reversed = false) const;
  const RunCondition* flash(bool white) const;
  /// The labels of all runs with what they show, and of those that are left out, for messages.
  std::string list() const;

 private:
  template <class Match>
  const RunCondition* only(Match match) const;
  std::vector<RunCondition> all_;
  std::string left_out_;  // labels of altered runs
};

/// Is a trial column a swept key of something else than the stimulus and what is recorded?
bool is_key_beside_stimulus(const std::string& column);

/// True for a run of a sweep over something else than the stimulus and what is recorded.
bool swept_beside_stimulus(const v1e::Dataset& dataset);

/// "0.5", "45": a number without useless digits.
std::string plain_number(double value);

}  // namespace v1::analyses
