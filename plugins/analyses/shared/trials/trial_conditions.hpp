#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <v1e_sdk/dataset.hpp>
#include <vector>

/// Which trials showed the same thing.
namespace v1::analyses {

using TrialKey = std::pair<std::uint32_t, std::uint32_t>;  // dataset, trial

/// Trials sorted by the values of some trial columns.
struct TrialConditions {
  std::vector<std::string> columns;              // those that exist in any run
  std::vector<std::vector<std::string>> labels;  // [condition][column], as text
  std::vector<std::vector<double>> values;       // the same; NaN for text
  std::map<TrialKey, std::size_t> of_trial;      // condition of every trial that counts
  std::vector<std::vector<TrialKey>> trials;     // [condition], ascending
  std::string note;                              // which runs are left out and why; "" for none
  /// In what trials of one condition differ: "contrast (0.1, 0.8)"; "" for nothing.
  std::string differing;

  std::size_t size() const { return trials.size(); }
  /// "direction_deg 45, contrast 0.8"; "all trials" without columns.
  std::string name(std::size_t condition) const;
  /// A warning of trials that count as the same stimulus and differ; "" where none do.
  std::string warning() const;
  /// Trials of the condition with the fewest.
  std::size_t fewest_trials() const;
};

/// Conditions in ascending order of their values. Columns that no run has are left out; without
/// any, all trials are one condition. Runs without a column that others have do not count (a flash
/// has no direction, and pooled with gratings it would turn differences between stimuli into
/// noise), nor do trials whose value is NaN and runs whose label does not contain `runs`. Throws
/// when no trial is left.
TrialConditions find_conditions(const std::vector<v1e::Dataset>& datasets,
                                const std::vector<std::string>& columns, bool skip_first_trial,
                                const std::string& runs = "");

/// "contrast (0.1, 0.8)": in which trial columns trials of one group differ, with their values; ""
/// where in none. Numbers of trials and seeds may always differ, as may what only names these.
std::string differing_columns(const std::vector<v1e::Dataset>& datasets,
                              const std::map<TrialKey, std::size_t>& group_of_trial);

/// The names of these columns alone.
std::vector<std::string> differing_column_names(
    const std::vector<v1e::Dataset>& datasets,
    const std::map<TrialKey, std::size_t>& group_of_trial);

/// Does the label of the run contain `part`?
bool run_named(const v1e::Dataset& dataset, const std::string& part);

/// Throws when no run is named so; `runs` is the parameter's value.
void require_runs(const std::vector<v1e::Dataset>& datasets, const std::string& runs);

}  // namespace v1::analyses
