#include <algorithm>
#include <cmath>

#include "plugins/analyses/effective_weights/effective_weights.hpp"
#include "plugins/analyses/shared/spikes/spike_neurons.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/trials/window_changes.hpp"
#include "plugins/analyses/shared/wiring/source_names.hpp"
#include "plugins/analyses/shared/wiring/synapse_rows.hpp"

namespace v1::analyses {
namespace {

template <class T>
void add(std::vector<T>& into, const std::vector<T>& from) {
  if (into.empty()) into.resize(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) into[i] += from[i];
}

}  // namespace

void EffectiveWeights::check() const {
  baseline.check();
  stimulus.check();
}

void EffectiveWeights::prepare(const v1e_analysis_env& env) {
  check();
  dataset_ = v1e::Dataset(*env.datasets[0]);
  baseline.fit({dataset_});
  stimulus.fit({dataset_});
  warn_across_changes(baseline, dataset_, warnings_);
  warn_across_changes(stimulus, dataset_, warnings_);
  first_trial_ = first_trial(skip_first_trial, dataset_);
  steps_ = {step_window(baseline, dataset_.dt_ms()), step_window(stimulus, dataset_.dt_ms())};
  for (std::size_t w = 0; w < window_count; ++w) {
    window_ms_[w] = 1000.0 * window_seconds(w == 0 ? baseline : stimulus);
  }
  variable_ = classification.str() + "/neurons";
  origins_ = block_origins(*dataset_.raw().network);
  const std::string unrecorded = unrecorded_text(dataset_);
  if (!unrecorded.empty()) {
    warnings_.push_back(unrecorded +
                        ", so influences, currents and shares of their types are too small.");
  }
  choose_blocks();
}

// The network's own synapses, and those of inputs whose spikes were recorded.
void EffectiveWeights::choose_blocks() {
  std::string missing;
  for (std::uint32_t b = 0; b < origins_.size(); ++b) {
    if (origins_[b] == Origin::background) continue;
    const std::string called = dataset_.raw().network->blocks[b]->name;
    if (origins_[b] == Origin::recurrent || dataset_.input(called) >= 0) {
      blocks_.push_back(b);
    } else {
      missing += (missing.empty() ? "" : ", ") + called;
    }
  }
  if (missing.empty()) return;
  notes_.push_back(
      "Spikes of these inputs were not recorded (`[record]`), so they are left out, of totals as "
      "well: " +
      missing + ".");
}

void EffectiveWeights::plan(std::uint32_t pass, v1e::Requests& requests) {
  const v1e_network& network = *dataset_.raw().network;
  if (pass == 0) {
    for (const std::uint32_t b : blocks_) {
      v1e_request spikes{};
      spikes.source = V1E_SRC_SPIKES;
      spikes.layout = V1E_LAYOUT_EVENTS;
      spikes.stripes = V1E_STRIPE_TRIALS;
      spikes.trial_begin = first_trial_;
      spikes.variable = origins_[b] == Origin::recurrent ? nullptr : network.blocks[b]->name;
      requests.add(spikes);
    }
    requests.add(classes_request(0, variable_));
  }
  if (pass != 1) return;
  for (const std::uint32_t b : blocks_) requests.add(synapses_request(0, network, b));
  measure_kernels();
}

// Area under the current that a weight of 1 sets off: an alpha function whose slope starts with
// psc_increment has the area psc_increment tau^2.
void EffectiveWeights::measure_kernels() {
  const v1e_network& network = *dataset_.raw().network;
  area_ms_.clear();
  for (std::uint32_t t = 0; t < network.type_count; ++t) {
    const v1e_neuron_type& type = *network.types[t];
    std::vector<double>& area = area_ms_.emplace_back(network.receptor_count, 0.0);
    for (std::uint32_t k = 0; k < type.psc_count; ++k) {
      const double tau_ms = -network.dt_ms / std::log1p(type.psc_decay_m1[k]);
      area.at(type.psc_receptor[k]) += type.psc_increment[k] * tau_ms * tau_ms;
    }
  }
}

EffectiveWeights::Partial EffectiveWeights::make_partial(std::uint32_t pass) const {
  Partial partial;
  if (pass == 0) return partial;
  const std::size_t n = targets() * sources();
  partial.sums.weight.assign(n, 0.0);
  partial.sums.synapses.assign(n, 0);
  for (std::size_t w = 0; w < window_count; ++w) {
    partial.sums.influence[w].assign(n, 0.0);
    partial.sums.current[w].assign(n, 0.0);
  }
  return partial;
}

void EffectiveWeights::consume(Partial& into, const v1e_chunk& chunk) const {
  if (chunk.pass == 1) {
    sum_synapses(into, chunk);
  } else if (chunk.request < blocks_.size()) {
    count_spikes(into, chunk, blocks_[chunk.request]);
  } else {
    into.classes = read_classes(chunk, *dataset_.raw().network);
  }
}

void EffectiveWeights::count_spikes(Partial& into, const v1e_chunk& chunk,
                                    std::uint32_t block) const {
  into.spikes.resize(origins_.size());
  const auto n = static_cast<std::size_t>(dataset_.raw().network->blocks[block]->source_count);
  for (std::size_t w = 0; w < window_count; ++w) {
    std::vector<std::uint64_t>& counts = into.spikes[block][w];
    counts.resize(n, 0);
    for (std::uint64_t e = 0; e < chunk.event_count; ++e) {
      if (steps_[w].contains(chunk.event_step[e])) ++counts[chunk.event_neuron[e]];
    }
  }
}

double EffectiveWeights::rate_per_ms(std::size_t window, std::uint32_t block,
                                     std::uint32_t source) const {
  const std::vector<std::uint64_t>& counts = spikes_[block][window];
  if (counts.empty()) return 0.0;
  const auto trials = static_cast<double>(dataset_.trials() - first_trial_);
  return static_cast<double>(counts[source]) / trials / window_ms_[window];
}

void EffectiveWeights::sum_synapses(Partial& into, const v1e_chunk& chunk) const {
  const v1e_network& network = *dataset_.raw().network;
  const std::uint32_t block = blocks_[chunk.request];
  const bool own = origins_[block] == Origin::recurrent;
  Sums& s = into.sums;
  for_each_synapse(network, *chunk.synapses, [&](const Synapse& synapse) {
    if (target_of_[synapse.target] < 0) return;
    const std::size_t source = own ? types_.of_neuron[synapse.source] : source_of_block_[block];
    const std::size_t at =
        static_cast<std::size_t>(target_of_[synapse.target]) * sources() + source;
    const double area = area_ms_[network.neuron_type[synapse.target]][synapse.receptor];
    s.weight[at] += synapse.weight_pa;
    ++s.synapses[at];
    for (std::size_t w = 0; w < window_count; ++w) {
      const double influence = synapse.weight_pa * rate_per_ms(w, block, synapse.source);
      s.influence[w][at] += influence;
      s.current[w][at] += influence * area;
    }
  });
}

void EffectiveWeights::merge(Partial& into, const Partial& from) const {
  if (!from.classes.of_neuron.empty()) into.classes = from.classes;
  add(into.sums.weight, from.sums.weight);
  add(into.sums.synapses, from.sums.synapses);
  for (std::size_t w = 0; w < window_count; ++w) {
    add(into.sums.influence[w], from.sums.influence[w]);
    add(into.sums.current[w], from.sums.current[w]);
  }
  into.spikes.resize(std::max(into.spikes.size(), from.spikes.size()));
  for (std::size_t b = 0; b < from.spikes.size(); ++b) {
    for (std::size_t w = 0; w < window_count; ++w) add(into.spikes[b][w], from.spikes[b][w]);
  }
}

void EffectiveWeights::end_pass(std::uint32_t pass, Partial& merged) {
  if (pass == 1) {
    sums_ = std::move(merged.sums);
    return;
  }
  classes_ = std::move(merged.classes);
  spikes_ = std::move(merged.spikes);
  spikes_.resize(origins_.size());
  types_ = with_classes(short_types(dataset_), classes_);
  sources_ = types_.names;
  const std::vector<std::string> names = source_names(dataset_);
  source_of_block_.assign(names.size(), 0);
  for (const std::uint32_t b : blocks_) {
    if (!names[b].empty()) source_of_block_[b] = place_of(names[b], sources_);
  }
  sources_.push_back("Total");
  target_of_.assign(dataset_.neurons(), -1);
  for (std::size_t i = 0; i < targets(); ++i) {
    target_of_[classes_.positions[i]] = static_cast<std::int64_t>(i);
  }
}

void EffectiveWeights::add_totals() {
  const std::size_t last = sources() - 1;
  const auto total = [&](auto& values) {
    for (std::size_t i = 0; i < targets(); ++i) {
      for (std::size_t s = 0; s < last; ++s) {
        values[i * sources() + last] += values[i * sources() + s];
      }
    }
  };
  total(sums_.weight);
  total(sums_.synapses);
  for (std::size_t w = 0; w < window_count; ++w) {
    total(sums_.influence[w]);
    total(sums_.current[w]);
  }
}

// Sources by descending sum of |influence| during the stimulus; the one that crosses the share is
// no longer relevant.
void EffectiveWeights::choose_relevant() {
  for (const ResponseClass c : all_classes) {
    std::vector<Row> rows;
    double all = 0.0;
    for (std::size_t s = 0; s + 1 < sources(); ++s) {
      Row row{sources_[s], c, 0.0, false};
      for (std::size_t i = 0; i < targets(); ++i) {
        if (class_of(i) == c) row.total += std::fabs(sums_.influence[1][i * sources() + s]);
      }
      all += row.total;
      rows.push_back(row);
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Row& a, const Row& b) { return a.total > b.total; });
    double so_far = 0.0;
    for (Row& row : rows) {
      so_far += row.total;
      row.relevant = all > 0.0 && so_far / all < share;
      shares_.push_back(row);
    }
  }
}

bool EffectiveWeights::is_relevant(const std::string& source) const {
  return source == "Total" || std::any_of(shares_.begin(), shares_.end(), [&](const Row& row) {
           return row.relevant && row.source == source;
         });
}

std::vector<double> EffectiveWeights::values(const std::vector<double>& of, std::size_t source,
                                             ResponseClass c) const {
  std::vector<double> out;
  for (std::size_t i = 0; i < targets(); ++i) {
    const std::size_t at = i * sources() + source;
    if (class_of(i) != c || (mode.is("reference") && sums_.synapses[at] == 0)) continue;
    out.push_back(of[at]);
  }
  return out;
}

void EffectiveWeights::finish(v1e::Output& output) {
  if (targets() == 0) {
    throw v1e::Error(V1E_E_INVALID, "classification",
                     "expected a classification with neurons in it, found none");
  }
  baseline.report(output);
  stimulus.report(output);
  for (const std::string& warning : warnings_) output.warn(warning);
  for (const std::string& note : notes_) output.note(note);
  if (sums_.weight.empty()) sums_ = make_partial(1).sums;
  add_totals();
  choose_relevant();
  write_targets(output);
  write_classes(output);
  draw_change(output);
  draw_effective(output);
  draw_static(output);
}

}  // namespace v1::analyses
