#include "plugins/analyses/shared/wiring/synaptic_currents.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "plugins/analyses/shared/wiring/synapse_rows.hpp"

namespace v1::analyses {
namespace {

constexpr std::uint32_t not_listed = std::numeric_limits<std::uint32_t>::max();

}  // namespace

std::vector<SourceBlock> recorded_blocks(const v1e::Dataset& dataset,
                                         std::vector<std::string>& missing) {
  const v1e_network& network = *dataset.raw().network;
  const std::vector<Origin> origins = block_origins(network);
  const auto stored = v1e::numbers(dataset.neuron_column("spikes_stored"));
  std::vector<SourceBlock> out;
  for (std::uint32_t b = 0; b < network.block_count; ++b) {
    SourceBlock block;
    block.index = b;
    block.origin = origins[b];
    const std::string name = network.blocks[b]->name;
    if (block.origin == Origin::recurrent) {
      for (std::uint32_t i = 0; i < dataset.neurons(); ++i) {
        if (stored.empty() || stored[i] != 0.0) block.sources.push_back(i);
      }
      if (block.sources.empty()) {
        missing.push_back(name);
        continue;
      }
    } else {
      if (dataset.input(name) < 0) {
        missing.push_back(name);
        continue;
      }
      block.variable = name;
      block.sources.resize(static_cast<std::size_t>(network.blocks[b]->source_count));
      std::iota(block.sources.begin(), block.sources.end(), 0u);
    }
    out.push_back(std::move(block));
  }
  return out;
}

void SynapticCurrents::set_up(const v1e::Dataset& dataset, Setup setup) {
  dataset_ = dataset;
  setup_ = std::move(setup);
  steps_ = dataset.steps();
  listed_.clear();
  for (const SourceBlock& block : setup_.blocks) {
    const auto size =
        static_cast<std::size_t>(dataset.raw().network->blocks[block.index]->source_count);
    std::vector<std::uint32_t>& listed = listed_.emplace_back(size, not_listed);
    for (std::size_t i = 0; i < block.sources.size(); ++i) {
      listed[block.sources[i]] = static_cast<std::uint32_t>(i);
    }
  }
}

void SynapticCurrents::ask_synapses(v1e::Requests& requests) {
  const v1e_network& network = *dataset_.raw().network;
  for (const SourceBlock& block : setup_.blocks) {
    requests.add(synapses_request(0, network, block.index));
  }
  kernels_ = CurrentKernels(network);
  past_ = setup_.carried ? std::min(kernels_.memory_steps(), steps_) : 0;
}

void SynapticCurrents::ask_spikes(v1e::Requests& requests) const {
  for (const SourceBlock& block : setup_.blocks) {
    v1e_request request{};
    request.source = V1E_SRC_SPIKES;
    request.layout = V1E_LAYOUT_EVENTS;
    request.stripes = V1E_STRIPE_NEURONS;
    request.variable = block.variable.empty() ? nullptr : block.variable.c_str();
    const bool before = setup_.carried && setup_.trial_begin > 0;
    request.trial_begin = setup_.trial_begin - (before ? 1 : 0);
    request.trial_end = setup_.trial_end;
    request.neuron_count = block.sources.size();
    request.neurons = block.sources.data();
    requests.add(request);
  }
}

void SynapticCurrents::add_weights(Weights& into, const v1e_chunk& chunk, std::size_t block) const {
  const v1e_network& network = *dataset_.raw().network;
  const v1e_rows& rows = *chunk.synapses;
  const std::vector<double> unit = weight_units(network);
  const v1e::AddressBits bits(network);
  const std::size_t channels = kernels_.channels();
  std::vector<double> sums(setup_.groups * channels, 0.0);
  std::vector<std::uint32_t> touched;
  auto& of_block = into.rows[static_cast<std::uint32_t>(block)];
  for (std::int64_t r = 0; r < rows.row_count; ++r) {
    touched.clear();
    for (std::int64_t e = rows.row_ptr[r]; e < rows.row_ptr[r + 1]; ++e) {
      const std::uint32_t target = bits.target(rows.address[e]);
      const std::vector<Share>& shares = setup_.shares[target];
      if (shares.empty()) continue;
      const std::uint32_t kind = bits.kind(rows.address[e]);
      const double weight = unit[network.synapse_kinds[kind].receptor] * rows.weight[e];
      const std::size_t channel = kernels_.channel(network.neuron_type[target], kind);
      for (const Share& share : shares) {
        const std::size_t at = share.group * channels + channel;
        if (sums[at] == 0.0) touched.push_back(static_cast<std::uint32_t>(at));
        sums[at] += weight * static_cast<double>(share.factor);
      }
    }
    if (touched.empty()) continue;
    std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    std::vector<Entry>& entries = of_block[static_cast<std::uint32_t>(rows.row_begin + r)];
    for (const std::uint32_t at : touched) {
      entries.push_back({static_cast<std::uint16_t>(at / channels),
                         static_cast<std::uint16_t>(at % channels), static_cast<float>(sums[at])});
      sums[at] = 0.0;
    }
    entries.shrink_to_fit();
  }
}

void SynapticCurrents::merge(Weights& into, const Weights& from) const {
  for (const auto& [block, rows] : from.rows) into.rows[block].insert(rows.begin(), rows.end());
}

void SynapticCurrents::set_weights(Weights& merged) {
  begin_.clear();
  entries_.clear();
  channel_begin_.clear();
  channels_.clear();
  for (std::size_t b = 0; b < setup_.blocks.size(); ++b) {
    auto& begin = begin_.emplace_back(1, 0);
    auto& entries = entries_.emplace_back();
    auto& channel_begin = channel_begin_.emplace_back(1, 0);
    auto& channels = channels_.emplace_back();
    std::vector<std::uint16_t> used;
    auto& rows = merged.rows[static_cast<std::uint32_t>(b)];
    for (std::uint32_t source = 0; source < listed_[b].size(); ++source) {
      const auto row = rows.find(source);
      used.clear();
      if (row != rows.end()) {
        entries.insert(entries.end(), row->second.begin(), row->second.end());
        for (const Entry& entry : row->second) used.push_back(entry.channel);
        row->second = {};
      }
      std::sort(used.begin(), used.end());
      used.erase(std::unique(used.begin(), used.end()), used.end());
      channels.insert(channels.end(), used.begin(), used.end());
      begin.push_back(entries.size());
      channel_begin.push_back(channels.size());
    }
    rows.clear();
  }
}

// `time`: step relative to the trial that is averaged; negative for spikes of the trial before.
void SynapticCurrents::add_event(Activity& into, std::size_t block, std::uint32_t source,
                                 std::int64_t time) const {
  const std::size_t windows = setup_.windows.size();
  if (windows > 0) {
    const auto b = static_cast<std::uint32_t>(block);
    const std::uint64_t from = channel_begin_[block][source];
    double* effect = into.effect.at(b).data() + (from - into.first.at(b)) * windows;
    for (std::uint64_t c = from; c < channel_begin_[block][source + 1]; ++c) {
      const CurrentResponse& response = kernels_.response(channels_[block][c]);
      const std::int64_t arrival = time + kernels_.delay_steps(channels_[block][c]);
      for (std::size_t w = 0; w < windows; ++w) {
        *effect++ += response.sum_until(setup_.windows[w].end - 1 - arrival) -
                     response.sum_until(setup_.windows[w].begin - 1 - arrival);
      }
    }
  }
  const std::uint64_t begin = begin_[block][source], end = begin_[block][source + 1];
  if (begin == end) return;
  std::vector<double>& input = into.input[setup_.blocks[block].kind[source]];
  if (input.empty()) input.assign(row(setup_.groups, 0), 0.0);
  for (std::uint64_t e = begin; e < end; ++e) {
    const Entry& entry = entries_[block][e];
    const std::int64_t at = past_ + time + kernels_.delay_steps(entry.channel);
    if (at < 0 || at >= static_cast<std::int64_t>(times())) continue;
    input[row(entry.group, kernels_.response_index(entry.channel)) +
          static_cast<std::size_t>(at)] += static_cast<double>(entry.weight);
  }
}

void SynapticCurrents::add_spikes(Activity& into, const v1e_chunk& chunk, std::size_t block) const {
  const auto b = static_cast<std::uint32_t>(block);
  const std::size_t windows = setup_.windows.size();
  if (windows > 0 && !into.effect.contains(b)) {
    const std::vector<std::uint32_t>& sources = setup_.blocks[block].sources;
    const auto first = static_cast<std::size_t>(chunk.neuron_begin);
    const std::uint32_t last = sources[first + static_cast<std::size_t>(chunk.neuron_count) - 1];
    into.first[b] = channel_begin_[block][sources[first]];
    into.effect[b].assign((channel_begin_[block][last + 1] - into.first[b]) * windows, 0.0);
  }
  for (std::uint64_t e = 0; e < chunk.event_count; ++e) {
    const std::uint32_t trial = chunk.event_trial[e], source = chunk.event_neuron[e];
    const std::int64_t step = chunk.event_step[e];
    if (trial >= setup_.trial_begin) add_event(into, block, source, step);
    const bool successor = trial + 1 >= setup_.trial_begin && trial + 1 < setup_.trial_end;
    if (setup_.carried && successor && step >= steps_ - past_) {
      add_event(into, block, source, step - steps_);
    }
  }
}

void SynapticCurrents::merge(Activity& into, const Activity& from) const {
  for (const auto& [kind, values] : from.input) {
    std::vector<double>& sum = into.input[kind];
    if (sum.empty()) sum.assign(values.size(), 0.0);
    for (std::size_t i = 0; i < values.size(); ++i) sum[i] += values[i];
  }
  for (const auto& [block, values] : from.effect) {
    const std::size_t windows = setup_.windows.size();
    std::vector<double>& all = into.effect[block];
    all.resize(channels_[block].size() * windows, 0.0);
    std::copy(values.begin(), values.end(),
              all.begin() + static_cast<std::ptrdiff_t>(from.first.at(block) * windows));
  }
}

void SynapticCurrents::set_activity(Activity& merged) {
  input_ = std::move(merged.input);
  effect_.assign(setup_.blocks.size(), {});
  for (auto& [block, values] : merged.effect) effect_[block] = std::move(values);
  begin_.clear();
  entries_.clear();
}

std::vector<double> SynapticCurrents::trace(std::size_t kind, std::size_t group,
                                            std::size_t response) const {
  std::vector<double> out(static_cast<std::size_t>(steps_), 0.0);
  const auto found = input_.find(static_cast<std::uint32_t>(kind));
  if (found == input_.end()) return out;
  const auto first = found->second.begin() + static_cast<std::ptrdiff_t>(row(group, response));
  std::vector<double> input(first, first + static_cast<std::ptrdiff_t>(times()));
  for (double& x : input) x /= static_cast<double>(trials());
  const std::vector<double> current = kernels_.responses()[response].filter(input);
  std::copy(current.begin() + past_, current.end(), out.begin());
  return out;
}

double SynapticCurrents::effect(std::size_t block, std::uint32_t source, std::size_t channel,
                                std::size_t window) const {
  if (listed_[block][source] == not_listed || effect_[block].empty()) return 0.0;
  std::uint64_t at = channel_begin_[block][source];
  while (channels_[block][at] != channel) ++at;  // a source has few
  const StepWindow& steps = setup_.windows[window];
  return effect_[block][at * setup_.windows.size() + window] /
         static_cast<double>(steps.end - steps.begin) / static_cast<double>(trials());
}

}  // namespace v1::analyses
