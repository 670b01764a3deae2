#include <algorithm>
#include <cmath>
#include <map>

#include "plugins/analyses/currents/currents.hpp"
#include "plugins/analyses/shared/spikes/spike_neurons.hpp"
#include "plugins/analyses/shared/trials/window_changes.hpp"
#include "plugins/analyses/shared/wiring/source_names.hpp"

namespace v1::analyses {

void Currents::check() const {
  baseline.check();
  stimulus.check();
}

bool Currents::any_recorded() const {
  return std::any_of(has_.begin(), has_.end(), [](bool there) { return there; });
}

void Currents::prepare(const v1e_analysis_env& env) {
  check();
  dataset_ = v1e::Dataset(*env.datasets[0]);
  baseline.fit({dataset_});
  stimulus.fit({dataset_});
  warn_across_changes(baseline, dataset_, warnings_);
  warn_across_changes(stimulus, dataset_, warnings_);
  windows_ = {step_window(baseline, dataset_.dt_ms()), step_window(stimulus, dataset_.dt_ms())};
  first_trial_ = first_trial(skip_first_trial, dataset_);
  bin_steps_ = std::max<std::int64_t>(std::llround(bin / dataset_.dt_ms()), 1);
  if (bin_steps_ > dataset_.steps()) {
    throw v1e::Error(V1E_E_INVALID, "bin", "must not be longer than a trial");
  }
  for (std::size_t k = 0; k < recorded_current_count; ++k) {
    has_[k] = dataset_.has_state(recorded_current_names[k]);
  }
  components_ = current_components(has_);
  if (!any_recorded() && !reconstruct) {
    throw v1e::Error(V1E_E_INVALID, "reconstruct",
                     "no currents were recorded; add \"input_current\" and others to [record] "
                     "variables, or set reconstruct = true");
  }
  if (!any_recorded()) {
    notes_.push_back(
        "No currents were recorded (`[record] variables`), so they are computed from spikes and "
        "synapses only and there is nothing to check them against.");
  }
  variable_ = classification.str() + "/neurons";
  choose_neurons();
  choose_steps();
  if (classification.empty()) choose_groups();
}

void Currents::choose_neurons() {
  if (!neurons.resolved()) {
    throw v1e::Error(V1E_E_STATE, "neurons", "the selection was not resolved by the engine");
  }
  neurons_ = neurons.neurons();
  const std::size_t wanted = neurons_.size();
  if (any_recorded()) {
    const std::vector<std::uint32_t> within = dataset_.state_neurons();
    std::vector<std::uint32_t> kept;
    std::set_intersection(neurons_.begin(), neurons_.end(), within.begin(), within.end(),
                          std::back_inserter(kept));
    neurons_ = std::move(kept);
  }
  if (neurons_.empty()) {
    throw v1e::Error(V1E_E_INVALID, "neurons",
                     "nothing was recorded of the neurons in '" + neurons.text() +
                         "'; widen [record] variables_of to cover them");
  }
  if (neurons_.size() < wanted) {
    notes_.push_back("Currents of " + std::to_string(neurons_.size()) + " of " +
                     std::to_string(wanted) + " selected neurons were recorded.");
  }
}

void Currents::choose_steps() {
  if (!classification.empty()) steps_.push_back(Step::classes);
  if (any_recorded()) steps_.push_back(Step::recorded);
  if (!reconstruct) return;
  blocks_ = recorded_blocks(dataset_, missing_);
  std::string list;
  for (const std::string& one : missing_) list += (list.empty() ? "" : ", ") + one;
  if (!list.empty()) {
    notes_.push_back(
        "Spikes of these inputs were not recorded, so their currents cannot be "
        "computed from spikes: " +
        list + ".");
  }
  if (blocks_.empty()) return;
  const std::string unrecorded = unrecorded_text(dataset_);
  all_spikes_ = unrecorded.empty();
  if (!all_spikes_ && std::any_of(blocks_.begin(), blocks_.end(), [](const SourceBlock& block) {
        return block.origin == Origin::recurrent;
      })) {
    warnings_.push_back(unrecorded +
                        ", so recurrent currents computed from spikes are too small "
                        "and are not compared with recorded ones.");
  }
  steps_.insert(steps_.end(), {Step::weights, Step::spikes, Step::parts});
}

// Classified neurons by class, others by type; groups without neurons are left out.
void Currents::choose_groups() {
  const TypeDivision types = short_types(dataset_);
  const bool by_class = !classification.empty();
  std::vector<std::string> name_of;
  std::vector<std::uint32_t> kept;
  for (const std::uint32_t i : neurons_) {
    if (by_class && classes_.of(i) == ClassTable::none) continue;
    kept.push_back(i);
    name_of.emplace_back(by_class ? std::string(class_names[classes_.of(i)])
                                  : types.names[types.of_neuron[i]]);
  }
  neurons_ = std::move(kept);
  if (neurons_.empty()) {
    throw v1e::Error(V1E_E_INVALID, "classification",
                     "none of the neurons in '" + neurons.text() +
                         "' has a class; name a classification of their population");
  }
  std::map<std::string, std::string> by_key;
  for (const std::string& one : name_of) by_key[laminar_key(one)] = one;
  for (const auto& [key, one] : by_key) groups_.push_back(one);
  group_size_.assign(groups_.size(), 0);
  for (const std::string& one : name_of) {
    group_of_.push_back(static_cast<std::uint32_t>(std::find(groups_.begin(), groups_.end(), one) -
                                                   groups_.begin()));
    ++group_size_[group_of_.back()];
  }
  index_of_.assign(dataset_.neurons(), -1);
  for (std::size_t n = 0; n < neurons_.size(); ++n) {
    index_of_[neurons_[n]] = static_cast<std::int64_t>(n);
  }
}

// The neurons whose currents the heat maps show: those of the classification.
void Currents::choose_sample(const std::vector<std::uint32_t>& positions) {
  sample_.clear();
  for (const std::uint32_t position : positions) {
    if (index_of_[position] >= 0) sample_.push_back(static_cast<std::size_t>(index_of_[position]));
  }
}

// Kinds of sources: types (and classes) of neurons, then the other inputs.
void Currents::choose_sources() {
  TypeDivision types = short_types(dataset_);
  if (!classification.empty()) types = with_classes(types, classes_);
  kinds_ = types.names;
  origin_of_kind_.assign(kinds_.size(), Origin::recurrent);
  const std::vector<std::string> names = source_names(dataset_);
  for (SourceBlock& block : blocks_) {
    const v1e_edge_block& raw = *dataset_.raw().network->blocks[block.index];
    if (block.origin == Origin::recurrent) {
      block.kind = types.of_neuron;
      continue;
    }
    const std::size_t kind = place_of(names[block.index], kinds_);
    if (kind == origin_of_kind_.size()) origin_of_kind_.push_back(block.origin);
    block.kind.assign(static_cast<std::size_t>(raw.source_count), static_cast<std::uint32_t>(kind));
  }
}

}  // namespace v1::analyses
