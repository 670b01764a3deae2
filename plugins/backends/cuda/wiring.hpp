#pragma once
#include <v1e/host.h>
#include <v1e/network.h>

#include <cstdint>
#include <vector>

#include "plugins/backends/cuda/layout.hpp"
#include "plugins/backends/cuda/machine.hpp"
#include "plugins/backends/cuda/staged_copies.hpp"
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
  std::vector<std::uint32_t> inputs_of_type;

  std::uint32_t input(std::uint32_t type, std::uint32_t receptor) const {
    return input_of[type * receptors + receptor];
  }
};

/// Reads all synapses once; throws v1e::Error on those that point outside.
FedReceptors find_fed_receptors(const v1e_network& network, const v1e_host* host);

/// The synapses, by place, of the source that a block has in common for most neurons; none where
/// the block is not like that.
std::vector<CommonSynapse> common_synapses(const v1e_network& network, std::uint32_t block,
                                           const Layout& layout, const FedReceptors& fed);

/// Those by type where all neurons of each type have the same; else none.
std::vector<CommonSynapse> common_by_type(const std::vector<CommonSynapse>& of_place,
                                          const Layout& layout, std::uint32_t types);

/// The rows of an edge block on the machine; in a row synapses ascend by sum. Their upload is
/// enqueued.
struct DeviceRows {
  Buffer row, synapses;
};
DeviceRows upload_rows(const v1e_network& network, std::uint32_t block, const Layout& layout,
                       const FedReceptors& fed, StagedCopies& copies);

}  // namespace v1::cuda
