#pragma once
#include <v1e/analysis.h>

#include <cstdint>
#include <map>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/param.hpp>
#include <vector>

#include "plugins/analyses/shared/signals/trace_bins.hpp"
#include "plugins/analyses/shared/statistics/bands.hpp"
#include "plugins/analyses/shared/trials/step_window.hpp"

/// Trial-mean traces of a recorded variable, per group of neurons, out of streamed trials.
namespace v1::analyses {

/// Which trials and steps of a run count.
struct TraceFrame : TraceBins {
  StepWindow baseline, response;
  StepWindow later;  // a second response; empty: none
};

/// The windows fit the trials. Throws when no trial is left after the first.
TraceFrame trace_frame(const v1e::Dataset& dataset, const TimeWindow& baseline,
                       const TimeWindow& response, bool skip_first_trial);

/// A request for `variable` of these neurons in all trials of the frame.
v1e_request trace_request(std::uint32_t dataset, const TraceFrame& frame,
                          const std::vector<std::uint32_t>& neurons, const char* variable);

/// What is asked of the neurons of a request, by their index in it.
struct TraceGroups {
  std::size_t count = 0;              // groups, at most 32
  std::vector<std::uint32_t> member;  // bit g: the neuron belongs to group g
  std::vector<bool> keep;             // its own trace is wanted; empty: of none
  bool pooled = false;                // bands over trials and neurons are wanted as well
  bool absolute = false;              // traces keep their baseline

  std::vector<std::size_t> sizes() const;
};

/// Sums of the neurons of one request. A partial begins with one trial of a block of neurons,
/// reduces the block after its last trial, and is then merged.
class TraceSums {
 public:
  /// One trial: F32 [steps][neurons of the block].
  void add(const TraceFrame& frame, const TraceGroups& groups, const v1e_chunk& chunk);
  void merge(const TraceSums& from);

  /// By neuron; means over trials and the window, both responses relative to the baseline.
  std::vector<double> baseline, response, later;
  /// [group][bin]: of the trial means of the neurons; `over_trials` of single trials.
  std::vector<std::vector<Moments>> over_neurons, over_trials;
  std::map<std::size_t, std::vector<float>> kept;  // by neuron: trial mean, [bin]

 private:
  void begin(const TraceFrame& frame, const TraceGroups& groups, const v1e_chunk& chunk);
  void reduce(const TraceFrame& frame, const TraceGroups& groups);

  std::size_t begin_ = 0, count_ = 0;
  bool begun_ = false;
  std::vector<double> sum_, squares_;  // [bin][neuron of the block]
};

}  // namespace v1::analyses
