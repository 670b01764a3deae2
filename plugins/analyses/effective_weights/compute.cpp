#include <algorithm>
#include <cmath>
#include <limits>

#include "plugins/analyses/effective_weights/effective_weights.hpp"
#include "plugins/analyses/math/spike_neurons.hpp"
#include "plugins/analyses/math/statistics.hpp"
#include "plugins/analyses/math/synapse_rows.hpp"

namespace v1::analyses {
namespace {

template <class T>
void add(std::vector<T>& into, const std::vector<T>& from) {
  if (into.empty()) into.resize(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) into[i] += from[i];
}

}  // namespace

void EffectiveWeights::check() const {
  check_window(baseline, "baseline");
  check_window(stimulus, "stimulus");
}

void EffectiveWeights::prepare(const v1e_analysis_env& env) {
  check();
  dataset_ = v1e::Dataset(*env.datasets[0]);
  check_window_fits(baseline, "baseline", {dataset_});
  check_window_fits(stimulus, "stimulus", {dataset_});
  first_trial_ = first_trial(skip_first_trial, dataset_);
  steps_ = {step_window(baseline, dataset_.dt_ms()), step_window(stimulus, dataset_.dt_ms())};
  for (std::size_t w = 0; w < window_count; ++w) {
    window_ms_[w] = 1000.0 * window_seconds(w == 0 ? baseline : stimulus);
  }
  variable_ = classification.str() + "/neurons";
  origins_ = block_origins(*dataset_.raw().network);
  if (const v1e_column* column = dataset_.neuron_column("spikes_stored")) {
    const std::vector<double> stored = v1e::numbers(column);
    const auto missing = std::count(stored.begin(), stored.end(), 0.0);
    if (missing > 0) {
      warnings_.push_back("Spikes of " + std::to_string(missing) + " of " +
                          std::to_string(stored.size()) +
                          " neurons were not recorded; they count as silent, so influences, "
                          "currents and shares of their types are too small.");
    }
  }
  int lgn_blocks = 0;
  for (std::uint32_t b = 0; b < origins_.size(); ++b) {
    if (origins_[b] != Origin::lgn) continue;
    ++lgn_blocks;
    if (dataset_.input(dataset_.raw().network->blocks[b]->name) >= 0) {
      lgn_block_ = static_cast<int>(b);
    }
  }
  if (lgn_blocks > 0 && lgn_block_ < 0) {
    notes_.push_back(
        "Spikes of the LGN were not recorded (`[record]`), so its part is left out and totals are "
        "those of the recurrent synapses.");
  }
}

void EffectiveWeights::plan(std::uint32_t pass, v1e::Requests& requests) {
  const v1e_network& network = *dataset_.raw().network;
  if (pass == 0) {
    const auto ask = [&](v1e_request request, Data data) {
      const std::uint32_t index = requests.add(request);
      data_.resize(std::max<std::size_t>(data_.size(), index + 1));
      data_[index] = data;
    };
    ask(classes_request(0, variable_), Data::classes);
    v1e_request spikes{};
    spikes.source = V1E_SRC_SPIKES;
    spikes.layout = V1E_LAYOUT_EVENTS;
    spikes.stripes = V1E_STRIPE_TRIALS;
    spikes.trial_begin = first_trial_;
    ask(spikes, Data::v1_spikes);
    if (lgn_block_ < 0) return;
    spikes.variable = network.blocks[lgn_block_]->name;
    ask(spikes, Data::lgn_spikes);
  }
  if (pass != 1) return;
  for (std::uint32_t b = 0; b < network.block_count; ++b) {
    const bool wanted = origins_[b] == Origin::recurrent || static_cast<int>(b) == lgn_block_;
    if (!wanted) continue;
    const std::uint32_t index = requests.add(synapses_request(0, network, b));
    block_of_.resize(std::max<std::size_t>(block_of_.size(), index + 1));
    block_of_[index] = b;
  }
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
    return;
  }
  switch (data_[chunk.request]) {
    case Data::classes:
      into.classes = read_classes(chunk, *dataset_.raw().network);
      break;
    case Data::v1_spikes:
      count_spikes(into, chunk, false);
      break;
    case Data::lgn_spikes:
      count_spikes(into, chunk, true);
      break;
  }
}

void EffectiveWeights::count_spikes(Partial& into, const v1e_chunk& chunk, bool lgn) const {
  const std::size_t n =
      lgn ? static_cast<std::size_t>(dataset_.raw().network->blocks[lgn_block_]->source_count)
          : dataset_.neurons();
  for (std::size_t w = 0; w < window_count; ++w) {
    std::vector<std::uint64_t>& counts = into.spikes[lgn][w];
    counts.resize(n, 0);
    for (std::uint64_t e = 0; e < chunk.event_count; ++e) {
      if (steps_[w].contains(chunk.event_step[e])) ++counts[chunk.event_neuron[e]];
    }
  }
}

double EffectiveWeights::rate_per_ms(std::size_t window, bool lgn, std::uint32_t source) const {
  const std::vector<std::uint64_t>& counts = spikes_[lgn][window];
  if (counts.empty()) return 0.0;
  const auto trials = static_cast<double>(dataset_.trials() - first_trial_);
  return static_cast<double>(counts[source]) / trials / window_ms_[window];
}

void EffectiveWeights::sum_synapses(Partial& into, const v1e_chunk& chunk) const {
  const v1e_network& network = *dataset_.raw().network;
  const bool lgn = static_cast<int>(block_of_[chunk.request]) == lgn_block_;
  Sums& s = into.sums;
  for_each_synapse(network, *chunk.synapses, [&](const Synapse& synapse) {
    if (target_of_[synapse.target] < 0) return;
    const std::size_t source = lgn ? types_.names.size() : types_.of_neuron[synapse.source];
    const std::size_t at =
        static_cast<std::size_t>(target_of_[synapse.target]) * sources() + source;
    const double area = area_ms_[network.neuron_type[synapse.target]][synapse.receptor];
    s.weight[at] += synapse.weight_pa;
    ++s.synapses[at];
    for (std::size_t w = 0; w < window_count; ++w) {
      const double influence = synapse.weight_pa * rate_per_ms(w, lgn, synapse.source);
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
    for (const bool lgn : {false, true}) add(into.spikes[lgn][w], from.spikes[lgn][w]);
  }
}

void EffectiveWeights::end_pass(std::uint32_t pass, Partial& merged) {
  if (pass == 1) {
    sums_ = std::move(merged.sums);
    return;
  }
  classes_ = std::move(merged.classes);
  spikes_ = std::move(merged.spikes);
  types_ = with_classes(short_types(dataset_), classes_);
  sources_ = types_.names;
  if (lgn_block_ >= 0) sources_.push_back("LGN unit");
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
