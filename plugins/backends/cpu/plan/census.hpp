#pragma once
#include <v1e/network.h>

#include <array>
#include <cstdint>
#include <vector>

#include "plugins/backends/cpu/instance/team.hpp"
#include "plugins/backends/cpu/plan/psc_use.hpp"
#include "plugins/backends/shared/variables.hpp"

namespace v1::cpu {

using backend::current_classes;

/// What reaches the neurons of one type. A receptor without synapses has no input sums, and a
/// current that is never fed stays at exactly zero and is left out of the update.
struct TypeInputs {
  static constexpr std::uint32_t unused = 0xFFFFFFFFu;
  std::vector<std::uint32_t> receptors;    // used ones, ascending; each has a row of input sums
  std::vector<std::uint32_t> rank;         // by receptor: its row, or unused
  std::vector<PscUse> pscs;                // fed ones, ascending
  std::vector<std::uint32_t> unread_rows;  // rows that no psc clears
  /// Currents fed by blocks of one current class, rows that these feed, and those of the rows that
  /// no current of the class clears.
  std::array<std::vector<PscUse>, current_classes> class_pscs;
  std::array<std::vector<std::uint32_t>, current_classes> class_rows, class_unread_rows;
  std::uint32_t receptor_count() const { return static_cast<std::uint32_t>(receptors.size()); }
};

/// One look at all synapses.
struct Census {
  std::vector<std::uint32_t> in_degree;  // by position, over all blocks
  /// Between neurons; the largest number where there is no synapse.
  std::uint32_t shortest_delay_steps = 0;
  std::vector<TypeInputs> inputs;  // by node type
};

/// Throws v1e::Error on a synapse that leads outside of the network.
Census take_census(const v1e_network& network, const Team& team);

}  // namespace v1::cpu
