#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <vector>

#include "plugins/analyses/shared/classes/class_rows.hpp"
#include "plugins/analyses/shared/signals/trace_sums.hpp"
#include "plugins/analyses/shared/trials/run_conditions.hpp"

namespace v1::analyses {

/// What analyses of several classified runs read, in two passes: the classes of some runs, then
/// the input current of chosen neurons in some runs. A plugin inherits this and adds its choices.
class FlowRuns {
 public:
  struct Partial {
    std::map<std::uint32_t, ClassRows> classes;  // by dataset
    std::map<std::uint32_t, TraceSums> traces;
  };
  Partial make_partial(std::uint32_t) const { return {}; }
  void consume(Partial& into, const v1e_chunk& chunk) const;
  void merge(Partial& into, const Partial& from) const;

 protected:
  void take_datasets(const v1e_analysis_env& env);
  /// First pass: `variable` ("NAME/neurons") of the runs, each once.
  void request_classes(const std::vector<RunCondition>& runs, const std::string& variable,
                       v1e::Requests& requests);
  /// Second pass: the input current of these neurons; frames_ and groups_ must be set. Nothing
  /// for an empty list.
  void request_traces(const std::vector<RunCondition>& runs,
                      const std::vector<std::uint32_t>& neurons, v1e::Requests& requests);
  /// Throws unless all classifications hold the neurons of that of `base`.
  void require_same_neurons(const RunCondition& base) const;

  std::vector<v1e::Dataset> datasets_;
  std::map<std::uint32_t, ClassRows> classes_;  // by dataset, as the others
  std::map<std::uint32_t, TraceFrame> frames_;
  std::map<std::uint32_t, TraceSums> traces_;
  TraceGroups groups_;
  std::vector<std::string> notes_;

 private:
  std::vector<std::uint32_t> dataset_of_request_;
};

}  // namespace v1::analyses
