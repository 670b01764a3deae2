#pragma once
#include <v1e/host.h>
#include <v1e/network.h>

#include <cstdint>
#include <vector>

#include "plugins/backends/cuda/instance/machine.hpp"
#include "plugins/backends/cuda/instance/staged_copies.hpp"
#include "plugins/backends/cuda/plan/chip_plan.hpp"
#include "plugins/backends/cuda/plan/layout.hpp"
#include "plugins/backends/cuda/plan/sums_on_chip.hpp"
#include "plugins/backends/cuda/step/view.hpp"

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
  /// [edge block]: the delay of all its synapses in steps, or none where they differ; the least.
  std::vector<std::uint32_t> delay_of_block, least_delay_of_block;

  std::uint32_t input(std::uint32_t type, std::uint32_t receptor) const {
    return input_of[type * receptors + receptor];
  }
};

/// Reads all synapses once; throws v1e::Error on those that point outside.
FedReceptors find_fed_receptors(const v1e_network& network, const v1e_host* host);

/// What neurons of each type are fed through.
std::vector<TypeSizes> type_sizes(const v1e_network& network, const FedReceptors& fed);

/// What a step reads and writes of the neurons of a lane and of their input sums, about.
std::uint64_t moved_bytes(const Layout& layout, const std::vector<TypeSizes>& types);

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
  Buffer segments;        // where sums lie on the chip: [source][blocks + 1]
  Buffer short_segments;  // instead, of the network's neurons: [place][blocks + 1], 16 bits
};
/// sums: null, or where the sums of the block lie on the chip. The row of each source is then in
/// the order of the blocks that keep the sums, and a synapse names the sum of that block it adds to
/// (sums_on_chip.hpp); segment b of the row begins at synapse segments[b] of it.
DeviceRows upload_rows(const v1e_network& network, std::uint32_t block, const Layout& layout,
                       const FedReceptors& fed, const SumsOnChip* sums, StagedCopies& copies);

/// Whether the rows of a block from outside are so long that each of `blocks` blocks has a part of
/// its own in every one, and all synapses have one delay.
bool is_dense(const v1e_network& network, std::uint32_t block, const FedReceptors& fed,
              std::uint32_t blocks);

/// The plan of steps whose input sums stay on the chip; without blocks where they cannot: the sums
/// of a lane do not fit, or the row of a neuron has more than 65,535 synapses.
ChipLayout plan_on_chip(const v1e_network& network, const Layout& layout, const FedReceptors& fed,
                        std::uint32_t lanes, const ResidentDevice& device);

}  // namespace v1::cuda
