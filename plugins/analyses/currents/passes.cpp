#include <utility>

#include "plugins/analyses/currents/currents.hpp"
#include "plugins/analyses/shared/classes/class_rows.hpp"
#include "plugins/analyses/shared/report/time_context.hpp"

namespace v1::analyses {

void Currents::plan(std::uint32_t pass, v1e::Requests& requests) {
  if (pass >= steps_.size()) return;
  switch (steps_[pass]) {
    case Step::classes:
      requests.add(classes_request(0, variable_));
      break;
    case Step::recorded:
      ask_recorded(requests);
      break;
    case Step::weights: {
      choose_sources();
      SynapticCurrents::Setup setup;
      setup.blocks = blocks_;
      setup.kinds = kinds_.size();
      setup.groups = groups_.size() + sample_.size();
      setup.shares.resize(dataset_.neurons());
      for (std::size_t n = 0; n < neurons_.size(); ++n) {
        setup.shares[neurons_[n]] = {{group_of_[n], 1.0f}};
      }
      for (std::size_t row = 0; row < sample_.size(); ++row) {
        const auto own = static_cast<std::uint32_t>(groups_.size() + row);
        setup.shares[neurons_[sample_[row]]].push_back({own, 1.0f});
      }
      setup.windows.assign(windows_.begin(), windows_.end());
      setup.trial_begin = first_trial_;
      setup.trial_end = dataset_.trials();
      setup.carried = recorded_.seen_start ? recorded_.starts_moving : carried;
      synaptic_.set_up(dataset_, std::move(setup));
      synaptic_.ask_synapses(requests);
      receptors_ = dataset_.raw().network->receptor_count;
      break;
    }
    case Step::spikes:
      synaptic_.ask_spikes(requests);
      break;
    case Step::parts:
      synaptic_.ask_synapses(requests);
      break;
  }
}

Currents::Partial Currents::make_partial(std::uint32_t pass) const {
  Partial partial;
  if (steps_[pass] != Step::parts) return partial;
  for (std::size_t w = 0; w < window_count; ++w) {
    partial.parts.by_source[w].assign(neurons_.size() * kinds_.size(), 0.0);
    partial.parts.by_receptor[w].assign(neurons_.size() * origin_count * receptors_, 0.0);
  }
  return partial;
}

void Currents::consume(Partial& into, const v1e_chunk& chunk) const {
  switch (steps_[chunk.pass]) {
    case Step::classes:
      into.classes = read_classes(chunk, *dataset_.raw().network);
      into.sample = read_sample(chunk);
      break;
    case Step::recorded:
      take_recorded(into.recorded, chunk);
      break;
    case Step::weights:
      synaptic_.add_weights(into.weights, chunk, synaptic_.block_of(chunk.request));
      break;
    case Step::spikes:
      synaptic_.add_spikes(into.activity, chunk, synaptic_.block_of(chunk.request));
      break;
    case Step::parts:
      sum_parts(into.parts, chunk);
      break;
  }
}

void Currents::merge(Partial& into, const Partial& from) const {
  if (!from.classes.of_neuron.empty()) {
    into.classes = from.classes;
    into.sample = from.sample;
  }
  if (from.recorded.begun) merge_recorded(into.recorded, from.recorded);
  synaptic_.merge(into.weights, from.weights);
  synaptic_.merge(into.activity, from.activity);
  for (std::size_t w = 0; w < window_count; ++w) {
    for (std::size_t i = 0; i < from.parts.by_source[w].size(); ++i) {
      into.parts.by_source[w][i] += from.parts.by_source[w][i];
    }
    for (std::size_t i = 0; i < from.parts.by_receptor[w].size(); ++i) {
      into.parts.by_receptor[w][i] += from.parts.by_receptor[w][i];
    }
  }
}

void Currents::end_pass(std::uint32_t pass, Partial& merged) {
  switch (steps_[pass]) {
    case Step::classes:
      classes_ = std::move(merged.classes);
      choose_groups();
      choose_sample(merged.sample);
      break;
    case Step::recorded:
      recorded_ = std::move(merged.recorded);
      break;
    case Step::weights:
      synaptic_.set_weights(merged.weights);
      break;
    case Step::spikes:
      synaptic_.set_activity(merged.activity);
      break;
    case Step::parts:
      parts_ = std::move(merged.parts);
      find_traces();
      find_sampled_parts();
      break;
  }
}

void Currents::finish(v1e::Output& output) {
  baseline.report(output);
  stimulus.report(output);
  for (const std::string& text : warnings_) output.warn(text);
  for (const std::string& text : notes_) output.note(text);
  write_summary(output);
  write_neurons(output);
  write_budget(output);
  write_stimulus(output, dataset_);
  if (any_recorded()) {
    write_traces(output);
    draw_traces(output);
  }
  draw_budget(output);
  if (!rebuilt()) return;
  write_sources(output);
  write_receptors(output);
  write_source_traces(output);
  draw_parts(output);
  draw_sources(output);
  draw_source_traces(output);
  draw_receptors(output);
  write_sample(output);
  draw_composite(output);
  if (!any_recorded()) return;
  write_check(output);
  draw_check(output);
}

}  // namespace v1::analyses
