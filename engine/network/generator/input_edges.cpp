#include "engine/network/generator/input_edges.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/network/generator/lgn_field.hpp"

namespace v1::network::generator {
namespace {

constexpr std::size_t targets_per_chunk = 512;

}  // namespace

EdgeBlock connect_lgn(const EdgeInputs& in, const LgnMosaic& mosaic, ThreadPool& pool,
                      EdgeCounts& counts) {
  const LgnMap map(in.model.lgn, mosaic);
  const std::size_t n = in.members.size();
  std::vector<std::vector<std::uint32_t>> units_of(n);
  pool.for_each((n + targets_per_chunk - 1) / targets_per_chunk, [&](std::size_t chunk) {
    const std::size_t last = std::min(n, (chunk + 1) * targets_per_chunk);
    for (std::size_t i = chunk * targets_per_chunk; i < last; ++i) {
      const std::uint32_t id = in.members.id[i];
      const LgnTarget target{id, in.column.x_um[id], in.column.z_um[id],
                             in.column.tuning_angle_deg[id]};
      units_of[i] = lgn_inputs(in.model, in.model.lgn_fields[in.column.population[id]], mosaic, map,
                               target, in.seed);
    }
  });

  EdgeBlock block;
  block.address = SynapseAddresses(in.members.size());
  block.name = "lgn";
  block.source_kind = SourceKind::rates;
  block.current_class = CurrentClass::bottom_up;
  block.source_id = mosaic.id;
  block.row_ptr.assign(mosaic.size() + 1, 0);
  counts.made.assign(in.model.populations.size(), 0);
  const auto weight_of = [&](std::uint32_t id) {
    return in.model.types[in.column.type[id]].lgn_weight_pa *
           in.model.lgn_fields[in.column.population[id]].synapses;
  };
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t id = in.members.id[i];
    counts.made[in.column.population[id]] += units_of[i].size();
    if (std::fabs(weight_of(id)) < in.drop_below_pa) {
      counts.dropped += units_of[i].size();
      units_of[i].clear();
    }
    for (const std::uint32_t unit : units_of[i]) ++block.row_ptr[unit + 1];
  }
  std::partial_sum(block.row_ptr.begin(), block.row_ptr.end(), block.row_ptr.begin());
  const auto total = static_cast<std::size_t>(block.row_ptr.back());
  block.address.resize(total);
  block.weight_pa.resize(total);
  std::vector<std::int64_t> next(block.row_ptr.begin(), block.row_ptr.end() - 1);
  for (std::size_t i = 0; i < n; ++i) {  // ascending targets, so every row ends up sorted
    const std::uint32_t id = in.members.id[i];
    const auto weight = static_cast<float>(weight_of(id));
    const std::uint16_t kind =
        in.kinds.lgn[kind_of(in.model.populations[in.column.population[id]])];
    for (const std::uint32_t unit : units_of[i]) {
      const auto edge = static_cast<std::size_t>(next[unit]++);
      block.address.set(edge, static_cast<std::uint32_t>(i), kind);
      block.weight_pa[edge] = weight;
    }
  }
  return block;
}

EdgeBlock connect_background(const EdgeInputs& in, EdgeCounts& counts) {
  const double core2 = in.model.core_radius_um * in.model.core_radius_um;
  EdgeBlock block;
  block.address = SynapseAddresses(in.members.size());
  block.name = "bkg";
  block.source_kind = SourceKind::counts;
  block.current_class = CurrentClass::background;
  block.source_id = {0};
  counts.made.assign(in.model.populations.size(), 0);
  for (std::uint32_t i = 0; i < in.members.size(); ++i) {
    const std::uint32_t id = in.members.id[i];
    const std::uint32_t p = in.column.population[id];
    const BackgroundInput& input = in.model.background_inputs[p];
    const bool core = in.column.radius_squared_um2(id) < core2;
    block.address.push_back(i, in.kinds.background[kind_of(in.model.populations[p])]);
    block.weight_pa.push_back(static_cast<float>(
        input.weight_pa * (core ? input.synapses_core : input.synapses_periphery)));
    ++counts.made[p];
  }
  block.row_ptr = {0, static_cast<std::int64_t>(block.address.size())};
  return block;
}

}  // namespace v1::network::generator
