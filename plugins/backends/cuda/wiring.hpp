#pragma once
#include <v1e/host.h>
#include <v1e/network.h>

#include <cstdint>
#include <vector>

#include "plugins/backends/cuda/layout.hpp"
#include "plugins/backends/cuda/machine.hpp"
#include "plugins/backends/cuda/view.hpp"

/// How synapses reach neurons: which receptors are in use, and the rows on the device.
namespace v1::cuda {

/// The receptors that neurons of each type are fed through. The others keep no sums and no
/// currents: their state would stay 0 for good.
struct FedReceptors {
  static constexpr std::uint32_t none = 0xFFFFFFFFu;
  std::uint32_t receptors = 0;
  std::vector<std::uint32_t> input_of;  // [type][receptor]: number of the input, or none
  std::uint32_t most_inputs = 1;

  std::uint32_t input(std::uint32_t type, std::uint32_t receptor) const {
    return input_of[type * receptors + receptor];
  }
};

/// Reads all synapses once; throws v1e::Error on those that point outside.
FedReceptors find_fed_receptors(const v1e_network& network);

/// Routes ascend by delay, then input.
struct Routes {
  std::vector<Route> routes;
  std::vector<std::uint32_t> of;  // [kind][type], none where no type is fed so
  std::uint32_t shift = 0;        // bits of a place
};
Routes make_routes(const v1e_network& network, const FedReceptors& fed);

/// The rows of an edge block on the machine; in a row synapses ascend by route, then place.
struct DeviceRows {
  Buffer row, synapses;
  std::uint64_t longest = 0;
};
DeviceRows upload_rows(const v1e_network& network, std::uint32_t block, const Layout& layout,
                       const Routes& routes, const v1e_host* host, Machine& machine);

/// Sets team_bits, piece and pieces from the sizes of the rows.
void choose_teams(BlockView& block, std::uint64_t synapses, std::uint64_t longest_row);

}  // namespace v1::cuda
