#pragma once
#include <v1e/backend.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <v1e_sdk/error.hpp>

#include "kernels/count_table_draw.hpp"
#include "lane.hpp"

/// Where the events of input blocks come from: drawn against thresholds, or handed over.
namespace reference {

class Inputs {
 public:
  void prepare(const v1e_backend_env& env) {
    network_ = env.network;
    key_ = env.random_key;
  }

  void bind(std::uint32_t block, std::uint32_t condition, const v1e_rates& rates,
            std::int64_t steps_per_trial) {
    if (block >= network_->block_count ||
        network_->blocks[block]->source_kind != V1E_SOURCE_RATES ||
        network_->blocks[block]->source_count != rates.source_count ||
        rates.frame_count * rates.steps_per_frame < std::max<std::int64_t>(steps_per_trial, 1)) {
      throw v1e::Error(V1E_E_INVALID, "", "these rates do not fit the block or the trial");
    }
    rates_[{block, condition}] = rates;
  }

  void require_bound(std::uint32_t condition) const {
    for (std::uint32_t b = 0; b < network_->block_count; ++b) {
      if (network_->blocks[b]->source_kind != V1E_SOURCE_RATES) continue;
      if (rates_.count({b, condition}) > 0) continue;
      throw v1e::Error(V1E_E_STATE, "",
                       std::string("edge block '") + network_->blocks[b]->name +
                           "' has no rates; call bind_rates before begin_trial");
    }
  }

  /// Appends the events of one step. Every draw is a pure function of (key, stream, source id,
  /// trial, step), so the order of drawing is free.
  void draw(std::uint32_t b, std::uint32_t trial, std::uint32_t condition, std::int64_t step,
            Events& out) const {
    const v1e_edge_block& block = *network_->blocks[b];
    const auto sources = static_cast<std::uint32_t>(block.source_count);
    if (block.source_kind == V1E_SOURCE_RATES) {
      const v1e_rates& rates = rates_.at({b, condition});
      const std::uint32_t* threshold =
          rates.threshold + step / rates.steps_per_frame * rates.source_count;
      for (std::uint32_t s = 0; s < sources; ++s) {
        const std::uint32_t word =
            v1::kernels::philox_step(key_, block.random_stream, block.source_id[s], trial, step);
        if (v1::kernels::fires(word, threshold[s])) out.source.push_back(s);
      }
    } else if (step % block.draw_every_steps == 0) {
      for (std::uint32_t s = 0; s < sources; ++s) {
        const std::uint32_t word = v1::kernels::draw_word(
            key_, block.random_stream, block.source_id[s], trial, step, block.draw_every_steps);
        const std::uint32_t events =
            v1::kernels::count_events(word, block.count_thresholds, block.count_threshold_count);
        if (events == 0) continue;
        out.source.push_back(s);
        out.count.push_back(static_cast<std::uint16_t>(events));
      }
    }
    out.end_step();
  }

  /// A checked copy of events handed over for steps of the window that begins at `step`.
  Events copy_handed(const v1e_spikes& spikes, std::int64_t step) const {
    const v1e_edge_block& block = *network_->blocks[spikes.block];
    if (spikes.step_begin < step || spikes.step_count < 0) refuse("for an impossible step");
    Events events;
    for (std::int64_t s = step; s < spikes.step_begin; ++s) events.end_step();
    for (std::int64_t k = 0; k < spikes.step_count; ++k) {
      for (std::uint64_t e = spikes.offset[k]; e < spikes.offset[k + 1]; ++e) {
        const std::uint32_t source = spikes.neuron[e];
        const std::uint16_t count = spikes.count ? spikes.count[e] : std::uint16_t{1};
        if (source >= static_cast<std::uint64_t>(block.source_count)) refuse("of no source");
        if (e > spikes.offset[k] && spikes.neuron[e - 1] >= source) refuse("out of order");
        if (count > std::max(1u, block.max_multiplicity)) refuse("too many at once");
        events.source.push_back(source);
        events.count.push_back(count);
      }
      events.end_step();
    }
    return events;
  }

 private:
  [[noreturn]] static void refuse(const std::string& what) {
    throw v1e::Error(V1E_E_INVALID, "", "events were handed over " + what);
  }

  const v1e_network* network_ = nullptr;
  std::uint64_t key_ = 0;
  std::map<std::pair<std::uint32_t, std::uint32_t>, v1e_rates> rates_;  // block, condition
};

}  // namespace reference
