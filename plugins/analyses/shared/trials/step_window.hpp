#pragma once
#include <cstdint>
#include <string>
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/param.hpp>
#include <vector>

/// Time windows of parameters, in ms and as steps of a trial.
namespace v1::analyses {

/// Steps [begin, end) of a trial. The spike of a step has the time at the step's end, so the
/// window holds spikes with begin < time <= end.
struct StepWindow {
  std::int64_t begin = 0, end = 0;
  bool contains(std::int64_t step) const { return step >= begin && step < end; }
};

/// What becomes of a default window that begins after the trials' end.
enum class BeyondTrials : std::uint8_t {
  refused,      // there is nothing to compare with
  whole_trial,  // the window only says where to look
};

/// A parameter: begin and end in ms of the trial.
class TimeWindow {
 public:
  TimeWindow(const char* key, std::vector<double> initial, const char* summary)
      : key_(key),
        values_(v1e::FloatList(key, "ms", initial, v1e::at_least(0), summary).values()),
        default_(values_ == initial) {}

  /// Begin and end, or nothing.
  const std::vector<double>& values() const { return values_; }
  const char* key() const { return key_; }

  /// Throws when the parameter is not two times, the earlier one first. An empty list is fine where
  /// `may_be_empty`.
  void check(bool may_be_empty = false) const;

  /// Throws when the window ends after the trials of one of the runs, or lies between two steps.
  /// The default window is cut to the shortest trials instead. May be called again for other runs.
  void fit(const std::vector<v1e::Dataset>& datasets, BeyondTrials beyond = BeyondTrials::refused);

  /// Warns of what `fit` changed.
  void report(v1e::Output& output) const {
    if (!warning_.empty()) output.warn(warning_);
  }

 private:
  void fit_default(const std::vector<v1e::Dataset>& datasets, BeyondTrials beyond);

  const char* key_;
  std::vector<double> values_;
  bool default_;
  std::string warning_;
};

StepWindow step_window(const TimeWindow& window, double dt_ms);

/// Length of a window in seconds.
double window_seconds(const TimeWindow& window);

}  // namespace v1::analyses
