#pragma once
#include <cstdint>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/param.hpp>
#include <vector>

/// Time windows of parameters as steps of a trial.
namespace v1::analyses {

/// Steps [begin, end) of a trial. The spike of a step has the time at the step's end, so the
/// window holds spikes with begin < time <= end.
struct StepWindow {
  std::int64_t begin = 0, end = 0;
  bool contains(std::int64_t step) const { return step >= begin && step < end; }
};
StepWindow step_window(const v1e::FloatList& window, double dt_ms);

/// Length of a window in seconds.
double window_seconds(const v1e::FloatList& window);

/// Throws when the parameter is not two times, the earlier one first. An empty list is fine where
/// `may_be_empty`.
void check_window(const v1e::FloatList& window, const char* key, bool may_be_empty = false);

/// Throws when the window ends after the trials of one of the runs, or lies between two steps.
void check_window_fits(const v1e::FloatList& window, const char* key,
                       const std::vector<v1e::Dataset>& datasets);

}  // namespace v1::analyses
