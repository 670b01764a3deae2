#include "plugins/backends/cpu/plan/census.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <v1e_sdk/synapse.hpp>

#include "plugins/backends/shared/lent_rows.hpp"
#include "plugins/backends/shared/network_checks.hpp"

namespace v1::cpu {
namespace {

// What one thread counts.
struct Tally {
  std::vector<std::uint32_t> in_degree;
  std::vector<std::uint8_t> fed;  // [class][type][receptor]
  std::uint32_t shortest_delay = std::numeric_limits<std::uint32_t>::max();
};

std::size_t fed_index(const v1e_network& network, std::size_t current_class, std::size_t type,
                      std::size_t receptor) {
  return (current_class * network.type_count + type) * network.receptor_count + receptor;
}

void count_rows(const v1e_network& network, std::uint32_t b, std::int64_t first, std::int64_t last,
                Tally& tally) {
  const v1e_edge_block& block = *network.blocks[b];
  const v1e::AddressBits bits(network);
  std::uint32_t shortest = std::numeric_limits<std::uint32_t>::max();
  backend::for_each_row(
      network, b, first, last,
      [&](std::uint32_t, const v1e_rows& rows, std::int64_t begin, std::int64_t end) {
        for (std::int64_t e = begin; e < end; ++e) {
          const std::uint32_t target = bits.target(rows.address[e]);
          const std::uint32_t kind = bits.kind(rows.address[e]);
          backend::check_synapse(network, b, target, kind);
          shortest = std::min(shortest, network.synapse_kinds[kind].delay_steps);
          ++tally.in_degree[target];
          tally.fed[fed_index(network, block.current_class, network.neuron_type[target],
                              network.synapse_kinds[kind].receptor)] = 1;
        }
      });
  if (block.source_kind == V1E_SOURCE_NEURONS) {
    tally.shortest_delay = std::min(tally.shortest_delay, shortest);
  }
}

// Marks the last current that reads each row, but for `held`; returns the rows that nothing clears.
std::vector<std::uint32_t> mark_last_readers(std::vector<PscUse>& pscs,
                                             const std::vector<std::uint32_t>& rows,
                                             std::uint32_t held) {
  std::vector<std::uint32_t> unread;
  for (const std::uint32_t row : rows) {
    const auto last =
        std::find_if(pscs.rbegin(), pscs.rend(), [&](const PscUse& use) { return use.row == row; });
    if (last == pscs.rend() || row == held) {
      unread.push_back(row);
    } else {
      last->clears = true;
    }
  }
  return unread;
}

TypeInputs inputs_of(const v1e_network& network, std::uint32_t t,
                     const std::vector<std::uint8_t>& fed) {
  const v1e_neuron_type& type = *network.types[t];
  const auto is_fed = [&](std::size_t current_class, std::uint32_t receptor) {
    return fed[fed_index(network, current_class, t, receptor)] != 0;
  };
  TypeInputs inputs;
  for (std::uint32_t r = 0; r < network.receptor_count; ++r) {
    const bool delta = type.delta_gain != 0.0 && r == 0;
    const bool used = delta || is_fed(0, r) || is_fed(1, r) || is_fed(2, r);
    inputs.rank.push_back(used ? inputs.receptor_count() : TypeInputs::unused);
    if (!used) continue;
    for (std::size_t c = 0; c < inputs.class_rows.size(); ++c) {
      if (is_fed(c, r)) inputs.class_rows[c].push_back(inputs.receptor_count());
    }
    inputs.receptors.push_back(r);
  }
  for (std::uint32_t p = 0; p < type.psc_count; ++p) {
    const std::uint32_t row = inputs.rank[type.psc_receptor[p]];
    if (row == TypeInputs::unused) continue;
    inputs.pscs.push_back({p, row, false});
    for (std::size_t c = 0; c < inputs.class_pscs.size(); ++c) {
      if (is_fed(c, type.psc_receptor[p])) inputs.class_pscs[c].push_back({p, row, false});
    }
  }
  std::vector<std::uint32_t> rows(inputs.receptors.size());
  std::iota(rows.begin(), rows.end(), 0);
  // Delta synapses read the first row after all currents.
  inputs.unread_rows =
      mark_last_readers(inputs.pscs, rows, type.delta_gain != 0.0 ? 0 : TypeInputs::unused);
  for (std::size_t c = 0; c < inputs.class_pscs.size(); ++c) {
    inputs.class_unread_rows[c] =
        mark_last_readers(inputs.class_pscs[c], inputs.class_rows[c], TypeInputs::unused);
  }
  return inputs;
}

}  // namespace

Census take_census(const v1e_network& network, const Team& team) {
  const auto neurons = static_cast<std::size_t>(network.neuron_count);
  const std::size_t flags =
      std::size_t{current_classes} * network.type_count * network.receptor_count;
  std::vector<Tally> tallies(team.size());
  team.run([&](std::uint32_t thread) {
    Tally& tally = tallies[thread];
    tally.in_degree.assign(neurons, 0);
    tally.fed.assign(flags, 0);
    for (std::uint32_t b = 0; b < network.block_count; ++b) {
      const std::int64_t sources = network.blocks[b]->source_count;
      count_rows(network, b, sources * thread / team.size(), sources * (thread + 1) / team.size(),
                 tally);
    }
  });
  for (std::size_t t = 1; t < tallies.size(); ++t) {
    for (std::size_t n = 0; n < neurons; ++n) {
      tallies[0].in_degree[n] += tallies[t].in_degree[n];
    }
    for (std::size_t i = 0; i < flags; ++i) tallies[0].fed[i] |= tallies[t].fed[i];
    tallies[0].shortest_delay = std::min(tallies[0].shortest_delay, tallies[t].shortest_delay);
  }
  Census census;
  census.in_degree = std::move(tallies[0].in_degree);
  census.shortest_delay_steps = tallies[0].shortest_delay;
  for (std::uint32_t t = 0; t < network.type_count; ++t) {
    census.inputs.push_back(inputs_of(network, t, tallies[0].fed));
  }
  return census;
}

}  // namespace v1::cpu
