#pragma once
#include <v1e/network.h>

#include <cstdint>
#include <vector>

#include "plugins/backends/cpu/layout.hpp"

namespace v1::cpu {

/// A delay and a receptor: which sums of the input ring a synapse adds to.
struct Route {
  std::uint32_t delay_steps = 0;
  std::uint32_t receptor = 0;
  bool operator==(const Route&) const = default;
};

/// Distinct routes of the network's synapse kinds.
struct Routes {
  std::vector<Route> routes;
  std::vector<std::uint32_t> of_kind;
};
Routes find_routes(const v1e_network& network);

/// Eight bytes a synapse: address = route << shift | (place - first place of the chunk).
struct Synapse {
  std::uint32_t address;
  std::int32_t weight;
};

/// The synapses of one block onto one chunk, by source; in a row by route, then place. Written
/// and read by the chunk's own thread only.
class ChunkRows {
 public:
  /// Reads the block's rows from the engine. Throws v1e::Error on rows that point outside.
  ChunkRows(const v1e_network& network, std::uint32_t block, const Layout& layout,
            const Chunk& chunk, const Routes& routes);

  /// Adds the synapses of `source`, `multiplicity` times, to the sums. ring[route] is the
  /// address of the chunk's first place in the sums of that route. Returns synapses served.
  template <class Sum>
  std::uint64_t deliver(std::uint32_t source, std::int32_t multiplicity, Sum* const* ring) const;

  void prefetch(std::uint32_t source) const {
    __builtin_prefetch(synapses_.data() + offset_[source]);
  }
  std::uint64_t bytes() const {
    return offset_.size() * sizeof(std::uint64_t) + synapses_.size() * sizeof(Synapse) +
           wide_route_.size() * sizeof(std::uint32_t);
  }

 private:
  void count(const v1e_network& network, std::uint32_t block, const Chunk& chunk);
  void fill(const v1e_network& network, std::uint32_t block, const Layout& layout,
            const Chunk& chunk, const Routes& routes);

  std::vector<std::uint64_t> offset_;  // per source, plus 1
  std::vector<Synapse> synapses_;
  std::vector<std::uint32_t> wide_route_;  // only when route and place do not fit 32 bits
  std::uint32_t shift_ = 0;
};

template <class Sum>
std::uint64_t ChunkRows::deliver(std::uint32_t source, std::int32_t multiplicity,
                                 Sum* const* ring) const {
  constexpr std::uint64_t ahead = 12;
  const std::uint64_t begin = offset_[source], end = offset_[source + 1];
  const Synapse* const synapses = synapses_.data();
  if (!wide_route_.empty()) {
    for (std::uint64_t s = begin; s < end; ++s) {
      ring[wide_route_[s]][synapses[s].address] += Sum{synapses[s].weight} * multiplicity;
    }
    return end - begin;
  }
  const std::uint32_t mask = (1u << shift_) - 1u;
  std::uint64_t s = begin;
  for (; s + ahead < end; ++s) {
    const std::uint32_t later = synapses[s + ahead].address;
    __builtin_prefetch(ring[later >> shift_] + (later & mask), 1);
    const Synapse synapse = synapses[s];
    ring[synapse.address >> shift_][synapse.address & mask] += Sum{synapse.weight} * multiplicity;
  }
  for (; s < end; ++s) {
    const Synapse synapse = synapses[s];
    ring[synapse.address >> shift_][synapse.address & mask] += Sum{synapse.weight} * multiplicity;
  }
  return end - begin;
}

}  // namespace v1::cpu
