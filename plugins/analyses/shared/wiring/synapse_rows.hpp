#pragma once
#include <v1e/network.h>

#include <cmath>
#include <cstdint>
#include <v1e_sdk/synapse.hpp>
#include <vector>

/// Walks over slices of outgoing synapses, as lent to analyses (v1e_chunk.synapses).
namespace v1::analyses {

/// One synapse. The weight is signed, in pA (peak of the alpha current).
struct Synapse {
  std::uint32_t source = 0;  // position in its block
  std::uint32_t target = 0;  // position in the network
  std::uint32_t receptor = 0;
  double weight_pa = 0.0;
};

/// All synapses from one source to one target.
struct ConnectedPair {
  std::uint32_t source = 0, target = 0;
  std::uint32_t synapses = 0;
  double weight_sum_pa = 0.0;
  double weight_last_pa = 0.0;  // of the highest receptor, the last of these
};

/// Weight of one unit of the stored integers, by receptor.
inline std::vector<double> weight_units(const v1e_network& network) {
  std::vector<double> out;
  for (std::uint32_t r = 0; r < network.receptor_count; ++r) {
    out.push_back(std::ldexp(1.0, -network.weight_exponent[r]));
  }
  return out;
}

/// Calls visit(const Synapse&) for the synapses of the slice, in stored order.
template <class Visit>
void for_each_synapse(const v1e_network& network, const v1e_rows& rows, Visit&& visit) {
  const std::vector<double> unit = weight_units(network);
  const v1e::AddressBits bits(network);
  for (std::int64_t row = 0; row < rows.row_count; ++row) {
    Synapse s;
    s.source = static_cast<std::uint32_t>(rows.row_begin + row);
    for (std::int64_t e = rows.row_ptr[row]; e < rows.row_ptr[row + 1]; ++e) {
      s.target = bits.target(rows.address[e]);
      s.receptor = network.synapse_kinds[bits.kind(rows.address[e])].receptor;
      s.weight_pa = unit[s.receptor] * rows.weight[e];
      visit(s);
    }
  }
}

/// Calls visit(const ConnectedPair&) once per source and target. Relies on ascending targets in a
/// row, which is how the engine stores them.
template <class Visit>
void for_each_pair(const v1e_network& network, const v1e_rows& rows, Visit&& visit) {
  ConnectedPair pair;
  std::uint32_t last_receptor = 0;
  for_each_synapse(network, rows, [&](const Synapse& s) {
    if (pair.synapses == 0 || s.source != pair.source || s.target != pair.target) {
      if (pair.synapses > 0) visit(pair);
      pair = {s.source, s.target, 1, s.weight_pa, s.weight_pa};
      last_receptor = s.receptor;
      return;
    }
    ++pair.synapses;
    pair.weight_sum_pa += s.weight_pa;
    if (s.receptor >= last_receptor) {
      pair.weight_last_pa = s.weight_pa;
      last_receptor = s.receptor;
    }
  });
  if (pair.synapses > 0) visit(pair);
}

}  // namespace v1::analyses
