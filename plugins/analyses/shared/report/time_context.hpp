#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/figure.hpp>
#include <vector>

/// What stands under and in every time axis of a run: the stimulus as strips, and its changes as
/// dashed lines.
namespace v1::analyses {

/// The course of a strip over a trial: its last value holds until the trial ends.
struct StripCourse {
  std::vector<double> time_ms, value;
};
StripCourse course_of(const v1e_strip& strip, const v1e::Dataset& dataset);

/// Tables `stimulus`, `stimulus_2`, ... (time, value) with the course of each quantity of the
/// stimulus over a trial; none where the run tells none.
void write_stimulus(v1e::Output& output, const v1e::Dataset& dataset);

/// Markers, or `otherwise` where the run names none, and the strips of `write_stimulus` that all
/// trials have.
void add_time_context(v1e::Figure& figure, const v1e::Dataset& dataset,
                      const std::vector<double>& otherwise = {});

/// The same for a figure of one trial: only what this trial had, where trials differ.
void add_trial_context(v1e::Figure& figure, const v1e::Dataset& dataset, std::uint32_t trial);

/// A time axis from the start to the end of a trial.
void time_axis(v1e::Panel& panel, const v1e::Dataset& dataset);

}  // namespace v1::analyses
