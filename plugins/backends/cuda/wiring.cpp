#include "plugins/backends/cuda/wiring.hpp"

#include <algorithm>
#include <string>
#include <v1e_sdk/error.hpp>
#include <v1e_sdk/synapse.hpp>

#include "plugins/backends/cuda/parallel.hpp"
#include "plugins/backends/shared/lent_rows.hpp"
#include "plugins/backends/shared/network_checks.hpp"

namespace v1::cuda {
namespace {

using backend::for_each_stretch;

// uses[type * receptors + receptor] = 1 where a synapse feeds that receptor.
void note_uses(const v1e_network& network, std::uint32_t b, std::vector<std::uint8_t>& uses) {
  const v1e::AddressBits bits(network);
  const std::int64_t sources = network.blocks[b]->source_count;
  for_each_stretch(network, b, 0, sources, sources, [&](const v1e_rows& rows) {
    for (std::int64_t e = rows.row_ptr[0]; e < rows.row_ptr[rows.row_count]; ++e) {
      const std::uint32_t target = bits.target(rows.address[e]);
      const std::uint32_t kind = bits.kind(rows.address[e]);
      backend::check_synapse(network, b, target, kind);
      uses[network.neuron_type[target] * network.receptor_count +
           network.synapse_kinds[kind].receptor] = 1;
    }
  });
}

}  // namespace

FedReceptors find_fed_receptors(const v1e_network& network) {
  FedReceptors fed;
  fed.receptors = std::max(1u, network.receptor_count);
  std::vector<std::uint8_t> uses(std::size_t{network.type_count} * fed.receptors, 0);
  for (std::uint32_t b = 0; b < network.block_count; ++b) note_uses(network, b, uses);
  fed.input_of.assign(uses.size(), FedReceptors::none);
  for (std::uint32_t t = 0; t < network.type_count; ++t) {
    std::uint32_t count = 0;
    for (std::uint32_t r = 0; r < fed.receptors; ++r) {
      // Delta synapses read input 0, which must be receptor 0.
      const bool jumps = r == 0 && network.types[t]->delta_gain != 0;
      if (uses[t * fed.receptors + r] || jumps) fed.input_of[t * fed.receptors + r] = count++;
    }
    fed.most_inputs = std::max(fed.most_inputs, count);
  }
  return fed;
}

namespace {

// One row as the device wants it. key = sum << 32 | weight, and so sorts by sum.
void convert_row(const v1e_network& network, const v1e_rows& rows, std::int64_t row,
                 const Layout& layout, const FedReceptors& fed, Synapse* out) {
  const v1e::AddressBits bits(network);
  std::vector<std::uint64_t> keys;
  keys.reserve(static_cast<std::size_t>(rows.row_ptr[row + 1] - rows.row_ptr[row]));
  for (std::int64_t e = rows.row_ptr[row]; e < rows.row_ptr[row + 1]; ++e) {
    const std::uint32_t target = bits.target(rows.address[e]);
    const v1e_synapse_kind& kind = network.synapse_kinds[bits.kind(rows.address[e])];
    const std::uint32_t input = fed.input(network.neuron_type[target], kind.receptor);
    const std::uint32_t sum = (kind.delay_steps * fed.most_inputs + input) * layout.places() +
                              layout.place_of_position[target];
    keys.push_back(std::uint64_t{sum} << 32 | static_cast<std::uint32_t>(rows.weight[e]));
  }
  std::sort(keys.begin(), keys.end());
  for (const std::uint64_t key : keys) {
    *out++ = {static_cast<std::uint32_t>(key >> 32), static_cast<std::int32_t>(key)};
  }
}

}  // namespace

DeviceRows upload_rows(const v1e_network& network, std::uint32_t block, const Layout& layout,
                       const FedReceptors& fed, const v1e_host* host, Machine& machine) {
  constexpr std::int64_t rows_per_call = 1 << 14;
  const v1e_edge_block& view = *network.blocks[block];
  const auto edges = static_cast<std::uint64_t>(view.edge_count);
  DeviceRows made;
  made.synapses = Buffer(machine, edges * sizeof(Synapse));
  std::vector<std::uint64_t> row = {0};
  std::vector<Synapse> staged;
  for_each_stretch(network, block, 0, view.source_count, rows_per_call, [&](const v1e_rows& rows) {
    const std::int64_t first = rows.row_ptr[0];
    const auto size = static_cast<std::uint64_t>(rows.row_ptr[rows.row_count] - first);
    const std::uint64_t begin = row.back();
    if (begin + size > edges) throw backend::block_error(view, "has more synapses than it says");
    staged.resize(size);
    for (std::int64_t r = 0; r < rows.row_count; ++r) {
      row.push_back(begin + static_cast<std::uint64_t>(rows.row_ptr[r + 1] - first));
    }
    for_each(host, static_cast<std::uint64_t>(rows.row_count), [&](std::uint64_t r) {
      const auto at = static_cast<std::int64_t>(r);
      convert_row(network, rows, at, layout, fed, staged.data() + (rows.row_ptr[at] - first));
    });
    if (size > 0) {
      machine.upload(made.synapses.data() + begin * sizeof(Synapse), staged.data(),
                     size * sizeof(Synapse));
    }
  });
  made.row = Buffer(machine, row.size() * sizeof row[0]);
  machine.upload(made.row.data(), row.data(), row.size() * sizeof row[0]);
  return made;
}

}  // namespace v1::cuda
