#include <algorithm>
#include <iterator>
#include <limits>
#include <set>

#include "plugins/analyses/population_comparison/population_comparison.hpp"

namespace v1::analyses {

void PopulationComparison::check() const {
  baseline.check();
  response.check();
  if (population_1.text() == population_2.text()) {
    throw v1e::Error(V1E_E_INVALID, "population_2", "expected another population than the first");
  }
}

void PopulationComparison::prepare(const v1e_analysis_env& env) {
  dataset_ = v1e::Dataset(*env.datasets[0]);
  for (std::size_t k = 0; k < variables.size(); ++k) has_[k] = dataset_.has_state(variables[k]);
  if (!has_[0]) {
    throw v1e::Error(V1E_E_INVALID, "population_1",
                     "the comparison needs input_current, which was not recorded (recorded: " +
                         dataset_.state_names() + "); add \"input_current\" to [record] variables");
  }
  baseline.fit({dataset_});
  response.fit({dataset_});
  frame_ = trace_frame(dataset_, baseline, response, skip_first_trial);
  const std::vector<std::uint32_t> first = recorded(population_1, "population_1");
  const std::vector<std::uint32_t> second = recorded(population_2, "population_2");
  size_ = {first.size(), second.size()};
  std::set_union(first.begin(), first.end(), second.begin(), second.end(),
                 std::back_inserter(neurons_));
  if (neurons_.size() < first.size() + second.size()) {
    notes_.push_back(std::to_string(first.size() + second.size() - neurons_.size()) +
                     " neurons belong to both populations, so the samples are not independent.");
  }
  groups_.count = population_count;
  groups_.pooled = reference();
  const std::vector<double> rheobase = dataset_.by_neuron("rheobase");
  for (const std::uint32_t i : neurons_) {
    const bool in_first = std::binary_search(first.begin(), first.end(), i);
    const bool in_second = std::binary_search(second.begin(), second.end(), i);
    groups_.member.push_back((in_first ? 1u : 0u) | (in_second ? 2u : 0u));
    rheobase_.push_back(rheobase.empty() ? std::numeric_limits<double>::quiet_NaN() : rheobase[i]);
  }
}

// The members whose state was recorded.
std::vector<std::uint32_t> PopulationComparison::recorded(const v1e::NeuronSelection& selection,
                                                          const char* key) {
  if (!selection.resolved()) {
    throw v1e::Error(V1E_E_STATE, key, "the selection was not resolved by the engine");
  }
  if (selection.neurons().empty()) {
    const std::vector<std::string> all = v1e::texts(dataset_.type_column("population"));
    std::string known;
    for (const std::string& one : std::set<std::string>(all.begin(), all.end())) {
      known += (known.empty() ? "" : ", ") + one;
    }
    throw v1e::Error(V1E_E_INVALID, key,
                     "no neuron belongs to '" + selection.text() + "'; known are " + known);
  }
  const std::vector<std::uint32_t> state = dataset_.state_neurons();
  std::vector<std::uint32_t> out;
  std::set_intersection(selection.neurons().begin(), selection.neurons().end(), state.begin(),
                        state.end(), std::back_inserter(out));
  if (out.empty()) {
    throw v1e::Error(V1E_E_INVALID, key,
                     "the input current of no neuron in '" + selection.text() +
                         "' was recorded; widen [record] variables_of to cover them");
  }
  if (out.size() < selection.neurons().size()) {
    notes_.push_back(std::to_string(out.size()) + " of " +
                     std::to_string(selection.neurons().size()) + " neurons of " +
                     selection.text() + " are compared: those whose state was recorded.");
  }
  return out;
}

void PopulationComparison::plan(std::uint32_t pass, v1e::Requests& requests) {
  if (pass > 0) return;
  variable_of_request_.clear();
  for (std::size_t k = 0; k < variables.size(); ++k) {
    if (!has_[k]) continue;
    requests.add(trace_request(0, frame_, neurons_, variables[k]));
    variable_of_request_.push_back(k);
  }
}

void PopulationComparison::consume(Partial& into, const v1e_chunk& chunk) const {
  into.traces[variable_of_request_.at(chunk.request)].add(frame_, groups_, chunk);
}

void PopulationComparison::merge(Partial& into, const Partial& from) const {
  for (std::size_t k = 0; k < variables.size(); ++k) {
    if (has_[k]) into.traces[k].merge(from.traces[k]);
  }
}

// The published scripts join both columns on the row numbers of the first one.
std::vector<double> PopulationComparison::sample(std::size_t p) const {
  std::vector<double> out;
  for (std::size_t i = 0; i < neurons_.size(); ++i) {
    if ((groups_.member[i] >> p & 1u) != 0) out.push_back(traces_[0].response[i]);
  }
  if (reference() && p == 1 && out.size() > size_[0]) out.resize(size_[0]);
  return out;
}

ResponseClass PopulationComparison::class_of(std::size_t neuron) const {
  return classify(Criterion::input_current, traces_[0].response[neuron],
                  rheobase_fraction * rheobase_[neuron]);
}

}  // namespace v1::analyses
