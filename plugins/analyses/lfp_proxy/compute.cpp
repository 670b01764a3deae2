#include <algorithm>
#include <cmath>
#include <map>

#include "plugins/analyses/lfp_proxy/lfp_proxy.hpp"
#include "plugins/analyses/shared/report/layers.hpp"
#include "plugins/analyses/shared/spikes/spike_neurons.hpp"

namespace v1::analyses {

void LfpProxy::prepare(const v1e_analysis_env& env) {
  dataset_ = v1e::Dataset(*env.datasets[0]);
  if (!neurons.resolved()) {
    throw v1e::Error(V1E_E_STATE, "neurons", "the selection was not resolved by the engine");
  }
  first_trial_ = first_trial(skip_first_trial, dataset_);
  bin_steps_ = std::max<std::int64_t>(std::llround(bin / dataset_.dt_ms()), 1);
  if (bin_steps_ > dataset_.steps()) {
    throw v1e::Error(V1E_E_INVALID, "bin", "must not be longer than a trial");
  }
  std::vector<std::string> missing;
  blocks_ = recorded_blocks(dataset_, missing);
  std::string list;
  for (const std::string& one : missing) list += (list.empty() ? "" : ", ") + one;
  if (!list.empty()) {
    notes_.push_back(
        "Spikes of these inputs were not recorded; their currents are missing: " + list + ".");
  }
  const std::string unrecorded = unrecorded_text(dataset_);
  if (!unrecorded.empty()) {
    warnings_.push_back(unrecorded + ", so rates and recurrent currents are too small.");
  }
  if (blocks_.empty()) {
    throw v1e::Error(V1E_E_INVALID, "", "no spikes were recorded; set [record] spikes = \"all\"");
  }
  carried_ = carried;
  steps_ = {Step::weights, Step::spikes};
  if (TrialStarts::are_told(dataset_)) steps_.insert(steps_.begin(), Step::starts);
  choose_layers();
  place_contacts();
}

// Excitatory neurons of the selection, by layer.
void LfpProxy::choose_layers() {
  const auto ei = v1e::texts(dataset_.type_column("ei"));
  const TypeDivision types = short_types(dataset_);
  layer_of_.assign(dataset_.neurons(), -1);
  std::map<std::string, std::vector<std::uint32_t>> members;
  for (const std::uint32_t i : neurons.neurons()) {
    if (!ei.empty() && ei.at(dataset_.raw().network->neuron_type[i]) != "e") continue;
    const std::string layer = layer_of_group(types.names[types.of_neuron[i]]);
    members[layer.empty() ? "excitatory" : layer].push_back(i);
  }
  for (const auto& [layer, positions] : members) {
    for (const std::uint32_t i : positions) {
      layer_of_[i] = static_cast<std::int64_t>(layers_.size());
    }
    layers_.push_back(layer);
    layer_size_.push_back(positions.size());
    excitatory_count_ += positions.size();
  }
  if (layers_.empty()) {
    throw v1e::Error(V1E_E_INVALID, "neurons",
                     "there is no excitatory neuron in '" + neurons.text() + "'");
  }
}

// A line of contacts in the middle of the column, from its highest to its lowest neuron.
void LfpProxy::place_contacts() {
  const auto x = v1e::numbers(dataset_.neuron_column("x"));
  const auto y = v1e::numbers(dataset_.neuron_column("y"));
  const auto z = v1e::numbers(dataset_.neuron_column("z"));
  if (x.empty() || y.empty() || z.empty()) {
    notes_.push_back("The neurons have no positions, so there are proxies by layer only.");
    return;
  }
  double top = -1e30, bottom = 1e30;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (layer_of_[i] < 0) continue;
    top = std::max(top, y[i]);
    bottom = std::min(bottom, y[i]);
  }
  const auto count = static_cast<std::size_t>(std::floor((top - bottom) / spacing)) + 1;
  if (count > 60) {
    throw v1e::Error(V1E_E_INVALID, "spacing",
                     "gives " + std::to_string(count) + " contacts; expected at most 60");
  }
  const double first = 0.5 * (top + bottom) + 0.5 * static_cast<double>(count - 1) * spacing;
  for (std::size_t c = 0; c < count; ++c) {
    contact_y_um_.push_back(first - static_cast<double>(c) * spacing);
  }
  nearness_.resize(dataset_.neurons());
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (layer_of_[i] < 0) continue;
    for (const double at : contact_y_um_) {
      const double distance = std::hypot(x[i], y[i] - at, z[i]);
      nearness_[i].push_back(static_cast<float>(1.0 / std::max<double>(distance, least_distance)));
    }
  }
}

// Groups: the layers, then the contacts, whose shares are 1 / distance.
SynapticCurrents::Setup LfpProxy::make_setup() const {
  SynapticCurrents::Setup setup;
  setup.blocks = blocks_;
  setup.kinds = kind_count;
  setup.groups = layers_.size() + contact_y_um_.size();
  setup.trial_begin = first_trial_;
  setup.trial_end = dataset_.trials();
  setup.carried = carried_;
  const auto ei = v1e::texts(dataset_.type_column("ei"));
  for (SourceBlock& block : setup.blocks) {
    const auto size =
        static_cast<std::size_t>(dataset_.raw().network->blocks[block.index]->source_count);
    block.kind.assign(size, excitatory);
    for (std::size_t i = 0; block.origin == Origin::recurrent && i < size && !ei.empty(); ++i) {
      if (ei.at(dataset_.raw().network->neuron_type[i]) == "i") block.kind[i] = inhibitory;
    }
  }
  setup.shares.resize(dataset_.neurons());
  for (std::size_t i = 0; i < layer_of_.size(); ++i) {
    if (layer_of_[i] < 0) continue;
    setup.shares[i].push_back({static_cast<std::uint32_t>(layer_of_[i]), 1.0f});
    for (std::size_t c = 0; c < contact_y_um_.size(); ++c) {
      setup.shares[i].push_back({static_cast<std::uint32_t>(layers_.size() + c), nearness_[i][c]});
    }
  }
  return setup;
}

void LfpProxy::plan(std::uint32_t pass, v1e::Requests& requests) {
  if (pass >= steps_.size()) return;
  switch (steps_[pass]) {
    case Step::starts:
      starts_.ask(requests, dataset_);
      break;
    case Step::weights:
      synaptic_.set_up(dataset_, make_setup());
      synaptic_.ask_synapses(requests);
      break;
    case Step::spikes:
      synaptic_.ask_spikes(requests);
      break;
  }
}

void LfpProxy::consume(Partial& into, const v1e_chunk& chunk) const {
  const Step step = steps_.at(chunk.pass);
  if (step == Step::starts) {
    starts_.take(into.starts, chunk);
    return;
  }
  const std::size_t block = synaptic_.block_of(chunk.request);
  if (step == Step::weights) {
    synaptic_.add_weights(into.weights, chunk, block);
    return;
  }
  synaptic_.add_spikes(into.activity, chunk, block);
  if (blocks_[block].origin != Origin::recurrent) return;
  for (std::uint64_t e = 0; e < chunk.event_count; ++e) {
    const std::int64_t layer = layer_of_[chunk.event_neuron[e]];
    if (layer < 0 || chunk.event_trial[e] < first_trial_) continue;
    std::vector<double>& counts = into.counts[static_cast<std::uint32_t>(layer)];
    counts.resize(static_cast<std::size_t>(dataset_.steps()), 0.0);
    counts[chunk.event_step[e]] += 1.0;
  }
}

void LfpProxy::merge(Partial& into, const Partial& from) const {
  into.starts.merge(from.starts);
  synaptic_.merge(into.weights, from.weights);
  synaptic_.merge(into.activity, from.activity);
  for (const auto& [layer, counts] : from.counts) {
    std::vector<double>& sum = into.counts[layer];
    sum.resize(counts.size(), 0.0);
    for (std::size_t t = 0; t < counts.size(); ++t) sum[t] += counts[t];
  }
}

void LfpProxy::end_pass(std::uint32_t pass, Partial& merged) {
  switch (steps_.at(pass)) {
    case Step::starts:
      carried_ = TrialStarts::carried(merged.starts, carried);
      break;
    case Step::weights:
      synaptic_.set_weights(merged.weights);
      break;
    case Step::spikes:
      synaptic_.set_activity(merged.activity);
      counts_ = std::move(merged.counts);
      break;
  }
}

std::vector<double> LfpProxy::current(Kind kind, std::size_t group) const {
  std::vector<double> out(static_cast<std::size_t>(dataset_.steps()), 0.0);
  for (std::size_t r = 0; r < synaptic_.kernels().responses().size(); ++r) {
    const std::vector<double> trace = synaptic_.trace(kind, group, r);
    for (std::size_t t = 0; t < out.size(); ++t) out[t] += trace[t];
  }
  return out;
}

// I_E(t - delay) - ratio I_I(t); I_I is negative, so both raise it. Before the delay has passed,
// the first value of I_E stands.
std::vector<double> LfpProxy::weighted_sum(std::size_t group) const {
  const std::vector<double> e = current(excitatory, group), i = current(inhibitory, group);
  const auto late = static_cast<std::size_t>(std::llround(delay / dataset_.dt_ms()));
  std::vector<double> out(e.size());
  for (std::size_t t = 0; t < e.size(); ++t) out[t] = e[t < late ? 0 : t - late] - ratio * i[t];
  return out;
}

std::vector<double> LfpProxy::binned(const std::vector<double>& by_step) const {
  const auto width = static_cast<std::size_t>(bin_steps_);
  std::vector<double> out(by_step.size() / width, 0.0);
  for (std::size_t b = 0; b < out.size(); ++b) {
    for (std::size_t s = 0; s < width; ++s) out[b] += by_step[b * width + s];
    out[b] /= static_cast<double>(width);
  }
  return out;
}

}  // namespace v1::analyses
