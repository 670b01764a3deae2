#include "plugins/backends/cuda/plan/wiring.hpp"

#include <algorithm>
#include <mutex>
#include <v1e_sdk/error.hpp>
#include <v1e_sdk/synapse.hpp>

#include "plugins/backends/cuda/instance/parallel.hpp"
#include "plugins/backends/cuda/plan/sum_order.hpp"
#include "plugins/backends/shared/lent_rows.hpp"
#include "plugins/backends/shared/network_checks.hpp"

namespace v1::cuda {
namespace {

using backend::for_each_stretch;

/// The shortest and the longest delay of a block.
struct Delays {
  std::uint32_t least = FedReceptors::none, most = 0;
};

// uses[type * receptors + receptor] = 1 where a synapse feeds that receptor.
Delays note_uses(const v1e_network& network, std::uint32_t b, const v1e_host* host,
                 std::vector<std::uint8_t>& uses) {
  constexpr std::uint64_t synapses_per_task = 1 << 16;
  const v1e::AddressBits bits(network);
  const std::int64_t sources = network.blocks[b]->source_count;
  std::mutex mutex;
  Delays delays;
  for_each_stretch(network, b, 0, sources, sources, [&](const v1e_rows& rows) {
    const auto first = static_cast<std::uint64_t>(rows.row_ptr[0]);
    const auto last = static_cast<std::uint64_t>(rows.row_ptr[rows.row_count]);
    const std::uint64_t tasks = (last - first + synapses_per_task - 1) / synapses_per_task;
    for_each(host, tasks, [&](std::uint64_t task) {
      std::vector<std::uint8_t> seen(uses.size(), 0);
      Delays here;
      const std::uint64_t begin = first + task * synapses_per_task;
      const std::uint64_t end = std::min(last, begin + synapses_per_task);
      for (std::uint64_t e = begin; e < end; ++e) {
        const std::uint32_t target = bits.target(rows.address[e]);
        const std::uint32_t kind = bits.kind(rows.address[e]);
        backend::check_synapse(network, b, target, kind);
        seen[network.neuron_type[target] * network.receptor_count +
             network.synapse_kinds[kind].receptor] = 1;
        here.least = std::min(here.least, network.synapse_kinds[kind].delay_steps);
        here.most = std::max(here.most, network.synapse_kinds[kind].delay_steps);
      }
      const std::lock_guard lock(mutex);
      delays = {std::min(delays.least, here.least), std::max(delays.most, here.most)};
      for (std::size_t i = 0; i < uses.size(); ++i) uses[i] |= seen[i];
    });
  });
  return delays;
}

}  // namespace

FedReceptors find_fed_receptors(const v1e_network& network, const v1e_host* host) {
  FedReceptors fed;
  fed.receptors = std::max(1u, network.receptor_count);
  std::vector<std::uint8_t> uses(std::size_t{network.type_count} * fed.receptors, 0);
  for (std::uint32_t b = 0; b < network.block_count; ++b) {
    const Delays delays = note_uses(network, b, host, uses);
    fed.delay_of_block.push_back(delays.least == delays.most ? delays.least : FedReceptors::none);
    fed.least_delay_of_block.push_back(delays.least);
  }
  fed.input_of.assign(uses.size(), FedReceptors::none);
  for (std::uint32_t t = 0; t < network.type_count; ++t) {
    std::uint32_t count = 0;
    for (std::uint32_t r = 0; r < fed.receptors; ++r) {
      // Delta synapses read input 0, which must be receptor 0.
      const bool jumps = r == 0 && network.types[t]->delta_gain != 0;
      if (uses[t * fed.receptors + r] || jumps) fed.input_of[t * fed.receptors + r] = count++;
    }
    fed.inputs_of_type.push_back(count);
    fed.most_inputs = std::max(fed.most_inputs, count);
  }
  return fed;
}

std::vector<TypeSizes> type_sizes(const v1e_network& network, const FedReceptors& fed) {
  std::vector<TypeSizes> sizes;
  for (std::uint32_t t = 0; t < network.type_count; ++t) {
    const v1e_neuron_type& type = *network.types[t];
    std::uint32_t currents = 0;
    for (std::uint32_t p = 0; p < type.psc_count; ++p) {
      if (fed.input(t, type.psc_receptor[p]) != FedReceptors::none) ++currents;
    }
    sizes.push_back({currents, fed.inputs_of_type[t]});
  }
  return sizes;
}

std::uint64_t moved_bytes(const Layout& layout, const std::vector<TypeSizes>& types) {
  std::uint64_t bytes = 0;
  for (const std::uint16_t type : layout.type_of_place) {
    bytes += 32 + 16 * types[type].currents + 8 * types[type].inputs;
  }
  return bytes;
}

std::vector<CommonSynapse> common_synapses(const v1e_network& network, std::uint32_t block,
                                           const Layout& layout, const FedReceptors& fed) {
  const v1e_edge_block& view = *network.blocks[block];
  const bool draws = view.source_kind == V1E_SOURCE_RATES || view.source_kind == V1E_SOURCE_COUNTS;
  const bool common = draws && view.source_count == 1 && view.edge_count <= network.neuron_count &&
                      view.edge_count >= network.neuron_count / 2 &&
                      network.max_delay_steps <= 0xFFFF && fed.receptors <= 0xFFFF;
  if (!common) return {};
  const v1e::AddressBits bits(network);
  std::vector<CommonSynapse> of_place(static_cast<std::size_t>(network.neuron_count));
  std::vector<std::uint8_t> reached(of_place.size(), 0);
  bool twice = false;
  for_each_stretch(network, block, 0, 1, 1, [&](const v1e_rows& rows) {
    for (std::int64_t e = rows.row_ptr[0]; e < rows.row_ptr[1]; ++e) {
      const std::uint32_t target = bits.target(rows.address[e]);
      const v1e_synapse_kind& kind = network.synapse_kinds[bits.kind(rows.address[e])];
      twice = twice || reached[target];
      reached[target] = 1;
      const std::uint32_t input = fed.input(network.neuron_type[target], kind.receptor);
      of_place[layout.place_of_position[target]] = {rows.weight[e],
                                                    static_cast<std::uint16_t>(kind.delay_steps),
                                                    static_cast<std::uint16_t>(input)};
    }
  });
  if (twice) of_place.clear();
  return of_place;
}

std::vector<CommonSynapse> common_by_type(const std::vector<CommonSynapse>& of_place,
                                          const Layout& layout, std::uint32_t types) {
  std::vector<CommonSynapse> of_type(types);
  std::vector<std::uint8_t> known(types, 0);
  for (std::size_t p = 0; p < of_place.size(); ++p) {
    const std::uint16_t type = layout.type_of_place[p];
    if (!known[type]) of_type[type] = of_place[p];
    known[type] = 1;
    if (of_place[p] != of_type[type]) return {};
  }
  if (of_place.empty()) of_type.clear();
  return of_type;
}

namespace {

/// Rows as the device wants them.
class RowConverter {
 public:
  RowConverter(const v1e_network& network, const Layout& layout, const FedReceptors& fed,
               const SumsOnChip* on_chip)
      : network_(network), layout_(layout), fed_(fed), on_chip_(on_chip), bits_(network) {}

  std::uint32_t largest_sum() const {
    if (on_chip_) return on_chip_->blocks * on_chip_->of_block - 1;
    return (network_.max_delay_steps + 1) * fed_.most_inputs * layout_.places() - 1;
  }
  void convert(const v1e_rows& rows, std::int64_t row, SumOrder& order, Synapse* out) const {
    const std::int64_t begin = rows.row_ptr[row], end = rows.row_ptr[row + 1];
    const auto count = static_cast<std::size_t>(end - begin);
    Synapse* made = order.room(count);
    for (std::int64_t e = begin; e < end; ++e) {
      const std::uint32_t target = bits_.target(rows.address[e]);
      const v1e_synapse_kind& kind = network_.synapse_kinds[bits_.kind(rows.address[e])];
      const std::uint32_t input = fed_.input(network_.neuron_type[target], kind.receptor);
      const std::uint32_t place = layout_.place_of_position[target];
      const std::uint32_t sum =
          on_chip_ ? on_chip_->first[place] + input * on_chip_->input_stride +
                         kind.delay_steps * on_chip_->slot_stride
                   : (kind.delay_steps * fed_.most_inputs + input) * layout_.places() + place;
      *made++ = {sum, rows.weight[e]};
    }
    order.sort(count, out);
  }
  /// Counts the sums of a row from the beginning of their block; segments: [blocks + 1].
  void cut(Synapse* row, std::size_t count, std::uint32_t* segments) const {
    std::size_t next = 0;
    for (std::uint32_t b = 0; b < on_chip_->blocks; ++b) {
      const std::uint32_t first = b * on_chip_->of_block;
      segments[b] = static_cast<std::uint32_t>(next);
      for (; next < count && row[next].sum - first < on_chip_->of_block; ++next) {
        row[next].sum -= first;
      }
    }
    segments[on_chip_->blocks] = static_cast<std::uint32_t>(count);
  }

 private:
  const v1e_network& network_;
  const Layout& layout_;
  const FedReceptors& fed_;
  const SumsOnChip* on_chip_;
  v1e::AddressBits bits_;
};

// Segments of the rows of neurons, which have fewer than 65,536 synapses.
std::vector<std::uint16_t> by_place_and_short(const std::vector<std::uint32_t>& segments,
                                              std::size_t cuts, const Layout& layout) {
  std::vector<std::uint16_t> ordered(segments.size());
  for (std::size_t n = 0; cuts > 0 && n < segments.size() / cuts; ++n) {
    const std::size_t place = layout.place_of_position[n];
    for (std::size_t b = 0; b < cuts; ++b) {
      ordered[place * cuts + b] = static_cast<std::uint16_t>(segments[n * cuts + b]);
    }
  }
  return ordered;
}

std::int64_t longest_row(const v1e_network& network, std::uint32_t block) {
  const std::int64_t sources = network.blocks[block]->source_count;
  std::int64_t longest = 0;
  for_each_stretch(network, block, 0, sources, sources, [&](const v1e_rows& rows) {
    for (std::int64_t r = 0; r < rows.row_count; ++r) {
      longest = std::max<std::int64_t>(longest, rows.row_ptr[r + 1] - rows.row_ptr[r]);
    }
  });
  return longest;
}

/// Consecutive rows of a stretch.
struct RowRange {
  std::int64_t begin, end;
};

// Cuts rows into ranges of at most `most` synapses, or of a single row.
std::vector<RowRange> ranges_of(const v1e_rows& rows, RowRange all, std::int64_t most) {
  std::vector<RowRange> ranges;
  for (std::int64_t begin = all.begin; begin < all.end;) {
    std::int64_t end = begin + 1;
    while (end < all.end && rows.row_ptr[end + 1] - rows.row_ptr[begin] <= most) ++end;
    ranges.push_back({begin, end});
    begin = end;
  }
  return ranges;
}

}  // namespace

ChipLayout plan_on_chip(const v1e_network& network, const Layout& layout, const FedReceptors& fed,
                        std::uint32_t lanes, const ResidentDevice& device) {
  bool ahead = false;
  for (std::uint32_t b = 0; b < network.block_count; ++b) {
    const v1e_edge_block& view = *network.blocks[b];
    ahead = ahead || fed.least_delay_of_block[b] == 0;
    if (view.source_kind == V1E_SOURCE_NEURONS) {
      if (longest_row(network, b) > 0xFFFF) return {};
    } else if (view.source_count > 0x7FFFFFFF / std::int64_t{device.processors + 1}) {
      return {};
    }
  }
  return plan_chip(layout.type_of_place, type_sizes(network, fed), lanes,
                   std::max(1u, network.max_delay_steps), ahead, device);
}

bool is_dense(const v1e_network& network, std::uint32_t block, const FedReceptors& fed,
              std::uint32_t blocks) {
  // A part of a row is read by a warp, which is worth its while from some synapses on. What arrives
  // after a window goes through the ring, step by step.
  constexpr std::int64_t least_synapses = 8;
  constexpr std::uint32_t longest_delay = 64;
  const v1e_edge_block& view = *network.blocks[block];
  return view.source_kind != V1E_SOURCE_NEURONS && fed.delay_of_block[block] <= longest_delay &&
         view.source_count > 0 && view.source_count <= 0x7FFFFFFF / std::int64_t{blocks + 1} &&
         view.edge_count / view.source_count >= least_synapses * blocks;
}

DeviceRows upload_rows(const v1e_network& network, std::uint32_t block, const Layout& layout,
                       const FedReceptors& fed, const SumsOnChip* sums, StagedCopies& copies) {
  constexpr std::int64_t synapses_per_task = 1 << 13;
  const auto synapses_per_piece = static_cast<std::int64_t>(copies.piece_bytes() / sizeof(Synapse));
  const v1e_edge_block& view = *network.blocks[block];
  const auto edges = static_cast<std::uint64_t>(view.edge_count);
  const RowConverter converter(network, layout, fed, sums);
  DeviceRows made;
  const std::size_t cuts = sums ? sums->blocks + 1 : 0;
  std::vector<std::uint32_t> segments(cuts * static_cast<std::size_t>(view.source_count));
  made.synapses = Buffer(copies.machine(), edges * sizeof(Synapse));
  std::vector<std::uint64_t> row = {0};
  const auto convert = [&](const v1e_rows& rows, RowRange piece, Synapse* out) {
    const std::vector<RowRange> tasks = ranges_of(rows, piece, synapses_per_task);
    for_each(copies.host(), tasks.size(), [&](std::uint64_t task) {
      SumOrder order(converter.largest_sum());
      for (std::int64_t r = tasks[task].begin; r < tasks[task].end; ++r) {
        Synapse* const made_row = out + (rows.row_ptr[r] - rows.row_ptr[piece.begin]);
        converter.convert(rows, r, order, made_row);
        if (!sums) continue;
        converter.cut(made_row, static_cast<std::size_t>(rows.row_ptr[r + 1] - rows.row_ptr[r]),
                      segments.data() + static_cast<std::size_t>(rows.row_begin + r) * cuts);
      }
    });
  };
  const auto send = [&](const v1e_rows& rows, RowRange piece) {
    const std::int64_t first = rows.row_ptr[piece.begin];
    const std::uint64_t begin = row.back();
    for (std::int64_t r = piece.begin; r < piece.end; ++r) {
      row.push_back(begin + static_cast<std::uint64_t>(rows.row_ptr[r + 1] - first));
    }
    if (row.back() > edges) throw backend::block_error(view, "has more synapses than it says");
    const std::uint64_t bytes = (row.back() - begin) * sizeof(Synapse);
    if (bytes == 0) return;
    convert(rows, piece, reinterpret_cast<Synapse*>(copies.lend(bytes)));
    copies.send(made.synapses.data() + begin * sizeof(Synapse), bytes);
  };
  const std::int64_t all = view.source_count;
  for_each_stretch(network, block, 0, all, all, [&](const v1e_rows& rows) {
    const RowRange lent = {0, rows.row_count};
    for (const RowRange& piece : ranges_of(rows, lent, synapses_per_piece)) send(rows, piece);
  });
  std::vector<Row> rows_made(row.size() - 1);
  const bool by_place = view.source_kind == V1E_SOURCE_NEURONS;
  for (std::size_t n = 0; n + 1 < row.size(); ++n) {
    rows_made[by_place ? layout.place_of_position[n] : n] = {row[n], row[n + 1]};
  }
  made.row = Buffer(copies.machine(), rows_made.size() * sizeof rows_made[0]);
  copies.upload(made.row.data(), rows_made.data(), rows_made.size() * sizeof rows_made[0]);
  if (by_place) {
    const auto ordered = by_place_and_short(segments, cuts, layout);
    made.short_segments = Buffer(copies.machine(), ordered.size() * sizeof ordered[0]);
    copies.upload(made.short_segments.data(), ordered.data(), made.short_segments.size());
  } else {
    made.segments = Buffer(copies.machine(), segments.size() * sizeof segments[0]);
    copies.upload(made.segments.data(), segments.data(), made.segments.size());
  }
  return made;
}

}  // namespace v1::cuda
