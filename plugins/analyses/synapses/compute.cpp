#include <algorithm>

#include "plugins/analyses/shared/statistics/random_picks.hpp"
#include "plugins/analyses/shared/wiring/source_names.hpp"
#include "plugins/analyses/shared/wiring/synapse_rows.hpp"
#include "plugins/analyses/synapses/synapses.hpp"

namespace v1::analyses {
namespace {

template <class T>
void add(std::vector<T>& into, const std::vector<T>& from) {
  for (std::size_t i = 0; i < from.size(); ++i) into[i] += from[i];
}

}  // namespace

void Synapses::prepare(const v1e_analysis_env& env) {
  dataset_ = v1e::Dataset(*env.datasets[0]);
  origins_ = block_origins(*dataset_.raw().network);
  variable_ = classification.str() + "/neurons";
}

void Synapses::plan(std::uint32_t pass, v1e::Requests& requests) {
  const v1e_network& network = *dataset_.raw().network;
  if (pass == 0) requests.add(classes_request(0, variable_));
  if (pass != 1) return;
  for (std::uint32_t b = 0; b < network.block_count; ++b) {
    const std::uint32_t index = requests.add(synapses_request(0, network, b));
    block_of_.resize(std::max<std::size_t>(block_of_.size(), index + 1));
    block_of_[index] = b;
  }
}

Synapses::Partial Synapses::make_partial(std::uint32_t pass) const {
  Partial partial;
  if (pass == 0) return partial;
  Sums& s = partial.sums;
  const std::size_t n = targets();
  s.count.assign(n * sources_.size(), 0.0);
  s.weight.assign(n * sources_.size(), 0.0);
  s.out.assign(n, 0);
  s.weight_out.assign(n, 0.0);
  for (std::size_t o = 0; o < origin_count; ++o) {
    s.in[o].assign(n, 0);
    s.weight_in[o].assign(n, 0.0);
  }
  s.among = connections_.none();
  return partial;
}

void Synapses::consume(Partial& into, const v1e_chunk& chunk) const {
  const v1e_network& network = *dataset_.raw().network;
  if (chunk.pass == 0) {
    into.classes = read_classes(chunk, network);
    return;
  }
  const std::uint32_t block = block_of_[chunk.request];
  const Origin origin = origins_[block];
  const auto o = static_cast<std::size_t>(origin);
  const bool last_only = reference();
  Sums& s = into.sums;
  for_each_pair(network, *chunk.synapses, [&](const ConnectedPair& pair) {
    const double weight = last_only ? pair.weight_last_pa : pair.weight_sum_pa;
    if (origin == Origin::recurrent && target_of_[pair.source] >= 0) {
      const auto i = static_cast<std::size_t>(target_of_[pair.source]);
      ++s.out[i];
      s.weight_out[i] += weight;
    }
    if (target_of_[pair.target] < 0) return;
    const auto i = static_cast<std::size_t>(target_of_[pair.target]);
    ++s.in[o][i];
    s.weight_in[o][i] += weight;
    const std::size_t source =
        origin == Origin::recurrent ? types_.of_neuron[pair.source] : source_of_block_[block];
    s.count[i * sources_.size() + source] += pair.synapses;
    s.weight[i * sources_.size() + source] += pair.weight_sum_pa;
    if (origin != Origin::recurrent || target_of_[pair.source] < 0) return;
    connections_.add(s.among, i, static_cast<std::size_t>(target_of_[pair.source]), pair.synapses,
                     pair.weight_sum_pa);
  });
}

void Synapses::merge(Partial& into, const Partial& from) const {
  if (!from.classes.of_neuron.empty()) into.classes = from.classes;
  add(into.sums.count, from.sums.count);
  add(into.sums.weight, from.sums.weight);
  add(into.sums.out, from.sums.out);
  add(into.sums.weight_out, from.sums.weight_out);
  for (std::size_t o = 0; o < origin_count; ++o) {
    add(into.sums.in[o], from.sums.in[o]);
    add(into.sums.weight_in[o], from.sums.weight_in[o]);
  }
  into.sums.among.merge(from.sums.among);
}

void Synapses::end_pass(std::uint32_t pass, Partial& merged) {
  if (pass == 1) {
    sums_ = std::move(merged.sums);
    return;
  }
  classes_ = std::move(merged.classes);
  types_ = with_classes(short_types(dataset_), classes_);
  choose_sources();
  target_of_.assign(dataset_.neurons(), -1);
  for (std::size_t i = 0; i < targets(); ++i) {
    target_of_[classes_.positions[i]] = static_cast<std::int64_t>(i);
  }
  std::vector<std::uint8_t> labels;
  for (std::size_t i = 0; i < targets(); ++i) {
    labels.push_back(static_cast<std::uint8_t>(class_of(i)));
  }
  std::vector<std::vector<std::uint8_t>> labellings =
      relabelled(labels, static_cast<std::size_t>(realisations),
                 static_cast<std::uint32_t>(dataset_.raw().seed));
  labellings.insert(labellings.begin(), labels);
  connections_ = ClassConnections(labellings);
}

void Synapses::choose_sources() {
  sources_ = types_.names;
  for (const std::string& one : source_names(dataset_)) {
    source_of_block_.push_back(one.empty() ? 0 : place_of(one, sources_));
  }
}

Synapses::Sample Synapses::sample(std::size_t source, ResponseClass c) const {
  Sample out;
  for (std::size_t i = 0; i < targets(); ++i) {
    if (class_of(i) != c) continue;
    const double count = sums_.count[i * sources_.size() + source];
    if (reference() && count == 0.0) continue;
    out.count.push_back(count);
    out.weight.push_back(sums_.weight[i * sources_.size() + source]);
  }
  return out;
}

std::string Synapses::sample_text() const {
  std::string out = "Neurons:";
  for (const ResponseClass c : all_classes) {
    out += (c == ResponseClass::dvf ? " " : ", ") + name_of(c) + " " +
           std::to_string(classes_.size(c));
  }
  return out + "; run " + dataset_.label() + ", mode " + mode.text() + ".";
}

void Synapses::finish(v1e::Output& output) {
  if (sums_.count.empty()) sums_ = make_partial(1).sums;
  if (targets() == 0) {
    throw v1e::Error(V1E_E_INVALID, "classification",
                     "expected a classification with neurons in it, found none");
  }
  for (const ResponseClass c : all_classes) {
    if (classes_.size(c) > 0) continue;
    output.warn("No neuron is " + name_of(c) +
                "; its rows are empty and comparisons with it are left out.");
  }
  write_neurons(output);
  write_degrees(output);
  write_sources(output);
  write_targets(output);
  compare_sources();
  write_differences(output);
  write_matrices(output);
  draw_sources(output);
  draw_targets(output);
  draw_differences(output);
  draw_matrices(output);
  draw_degrees(output);
}

}  // namespace v1::analyses
