#include "plugins/analyses/shared/classes/flow_runs.hpp"

#include <algorithm>

namespace v1::analyses {

void FlowRuns::take_datasets(const v1e_analysis_env& env) {
  for (std::uint32_t d = 0; d < env.dataset_count; ++d) datasets_.emplace_back(*env.datasets[d]);
}

void FlowRuns::request_classes(const std::vector<RunCondition>& runs, const std::string& variable,
                               v1e::Requests& requests) {
  dataset_of_request_.clear();
  for (const RunCondition& run : runs) {
    auto& asked = dataset_of_request_;
    if (std::find(asked.begin(), asked.end(), run.dataset) != asked.end()) continue;
    requests.add(classes_request(run.dataset, variable));
    asked.push_back(run.dataset);
  }
}

void FlowRuns::request_traces(const std::vector<RunCondition>& runs,
                              const std::vector<std::uint32_t>& neurons, v1e::Requests& requests) {
  dataset_of_request_.clear();
  if (neurons.empty()) return;
  for (const RunCondition& run : runs) {
    requests.add(trace_request(run.dataset, frames_.at(run.dataset), neurons, "input_current"));
    dataset_of_request_.push_back(run.dataset);
  }
}

void FlowRuns::consume(Partial& into, const v1e_chunk& chunk) const {
  const std::uint32_t d = dataset_of_request_.at(chunk.request);
  if (chunk.pass == 0) {
    into.classes[d] = read_class_rows(chunk, *datasets_[d].raw().network, datasets_[d].label());
  } else {
    into.traces[d].add(frames_.at(d), groups_, chunk);
  }
}

void FlowRuns::merge(Partial& into, const Partial& from) const {
  for (const auto& [d, rows] : from.classes) into.classes[d] = rows;
  for (const auto& [d, sums] : from.traces) into.traces[d].merge(sums);
}

void FlowRuns::require_same_neurons(const RunCondition& base) const {
  for (const auto& [d, rows] : classes_) {
    analyses::require_same_neurons(classes_.at(base.dataset), base.label, rows,
                                   datasets_[d].label());
  }
}

}  // namespace v1::analyses
