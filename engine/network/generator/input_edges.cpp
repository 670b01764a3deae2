#include "engine/network/generator/input_edges.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/network/generator/draws.hpp"
#include "engine/network/generator/lgn_budget.hpp"
#include "engine/network/generator/lgn_field.hpp"

namespace v1::network::generator {
namespace {

constexpr std::size_t targets_per_chunk = 512;

/// LGN inputs of every member.
std::vector<std::vector<LgnInput>> find_lgn_inputs(const EdgeInputs& in, const LgnMosaic& mosaic,
                                                   ThreadPool& pool) {
  const LgnMap map(in.model.lgn, mosaic);
  const std::size_t n = in.members.size();
  std::vector<std::vector<LgnInput>> inputs(n);
  pool.for_each((n + targets_per_chunk - 1) / targets_per_chunk, [&](std::size_t chunk) {
    LgnBudget budget(in.model, mosaic, map, in.seed);
    const std::size_t last = std::min(n, (chunk + 1) * targets_per_chunk);
    for (std::size_t i = chunk * targets_per_chunk; i < last; ++i) {
      const std::uint32_t id = in.members.id[i];
      const LgnField& field = in.model.lgn_fields[in.column.population[id]];
      LgnTarget target{id, in.column.x_um[id], in.column.z_um[id], in.column.tuning_angle_deg[id]};
      if (in.model.lgn.rule == LgnRule::subfields) {
        inputs[i] = lgn_inputs(in.model, field, mosaic, map, target, in.seed);
      } else {
        target.size = in.column.cell_size[id];
        inputs[i] = budget.inputs(field, target);
      }
    }
  });
  return inputs;
}

/// Weight of all synapses of one connection.
double lgn_weight_pa(const EdgeInputs& in, std::uint32_t id, const LgnInput& input) {
  const CellType& type = in.model.types[in.column.type[id]];
  if (in.model.lgn.rule == LgnRule::subfields) {
    return type.lgn_weight_pa * in.model.lgn_fields[in.column.population[id]].synapses;
  }
  const SynapseBudget& budget = in.model.lgn.budget;
  return budget.psp_mv / type.psp_mv_per_pa[in.model.lgn.synapse_class] * budget.reference_size /
         in.column.cell_size[id] * type.lgn_weight_pa * input.synapses;
}

/// The units of the pool that a neuron listens to, all different.
std::vector<std::uint32_t> pool_units(const EdgeInputs& in, std::uint32_t id) {
  DrawSequence draws(in.seed, stream::background_wiring, id);
  std::vector<std::uint32_t> chosen;
  while (chosen.size() < in.model.background_units_per_neuron) {
    for (const std::uint32_t word : draws.next().word) {
      const auto unit =
          static_cast<std::uint32_t>(std::uint64_t{word} * in.model.background_units >> 32);
      const bool fresh = std::find(chosen.begin(), chosen.end(), unit) == chosen.end();
      if (fresh && chosen.size() < in.model.background_units_per_neuron) chosen.push_back(unit);
    }
  }
  return chosen;
}

double background_weight_pa(const EdgeInputs& in, std::uint32_t id) {
  if (in.model.background_rule == BackgroundRule::pool) {
    return in.model.types[in.column.type[id]].background_weight_pa;
  }
  const BackgroundInput& input = in.model.background_inputs[in.column.population[id]];
  const double core2 = in.model.core_radius_um * in.model.core_radius_um;
  const bool core = in.column.radius_squared_um2(id) < core2;
  return input.weight_pa * (core ? input.synapses_core : input.synapses_periphery);
}

/// Lays out rows for `edges_of_row`, which row_ptr holds shifted by one.
void open_rows(EdgeBlock& block) {
  std::partial_sum(block.row_ptr.begin(), block.row_ptr.end(), block.row_ptr.begin());
  const auto total = static_cast<std::size_t>(block.row_ptr.back());
  block.address.resize(total);
  block.weight_pa.resize(total);
}

}  // namespace

EdgeBlock connect_lgn(const EdgeInputs& in, const LgnMosaic& mosaic, ThreadPool& pool,
                      EdgeCounts& counts) {
  const std::size_t n = in.members.size();
  std::vector<std::vector<LgnInput>> inputs = find_lgn_inputs(in, mosaic, pool);
  EdgeBlock block;
  block.address = SynapseAddresses(n);
  block.name = "lgn";
  block.source_kind = SourceKind::rates;
  block.current_class = CurrentClass::bottom_up;
  block.source_id = mosaic.id;
  block.row_ptr.assign(mosaic.size() + 1, 0);
  counts.made.assign(in.model.populations.size(), 0);
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t id = in.members.id[i];
    const std::size_t made = inputs[i].size();
    counts.made[in.column.population[id]] += made;
    for (const LgnInput& input : inputs[i]) counts.synapses += input.synapses;
    std::erase_if(inputs[i], [&](const LgnInput& input) {
      return std::fabs(lgn_weight_pa(in, id, input)) < in.drop_below_pa;
    });
    counts.dropped += made - inputs[i].size();
    for (const LgnInput& input : inputs[i]) ++block.row_ptr[input.unit + 1];
  }
  open_rows(block);
  std::vector<std::int64_t> next(block.row_ptr.begin(), block.row_ptr.end() - 1);
  for (std::size_t i = 0; i < n; ++i) {  // ascending targets, so every row ends up sorted
    const std::uint32_t id = in.members.id[i];
    const std::uint16_t kind = in.kinds.lgn[in.column.population[id]];
    for (const LgnInput& input : inputs[i]) {
      const auto edge = static_cast<std::size_t>(next[input.unit]++);
      block.address.set(edge, static_cast<std::uint32_t>(i), kind);
      block.weight_pa[edge] = static_cast<float>(lgn_weight_pa(in, id, input));
    }
    std::vector<LgnInput>().swap(inputs[i]);
  }
  return block;
}

EdgeBlock connect_background(const EdgeInputs& in, EdgeCounts& counts) {
  EdgeBlock block;
  block.address = SynapseAddresses(in.members.size());
  block.name = "bkg";
  block.source_kind = SourceKind::counts;
  block.current_class = CurrentClass::background;
  const std::uint32_t units = in.model.background_units;
  block.source_id.resize(units);
  std::iota(block.source_id.begin(), block.source_id.end(), 0u);
  block.row_ptr.assign(units + std::size_t{1}, 0);
  counts.made.assign(in.model.populations.size(), 0);
  std::vector<std::vector<std::uint32_t>> units_of(in.members.size());
  for (std::uint32_t i = 0; i < in.members.size(); ++i) {
    const std::uint32_t id = in.members.id[i];
    units_of[i] = pool_units(in, id);
    counts.made[in.column.population[id]] += units_of[i].size();
    for (const std::uint32_t unit : units_of[i]) ++block.row_ptr[unit + std::size_t{1}];
  }
  open_rows(block);
  std::vector<std::int64_t> next(block.row_ptr.begin(), block.row_ptr.end() - 1);
  for (std::uint32_t i = 0; i < in.members.size(); ++i) {
    const std::uint32_t id = in.members.id[i];
    for (const std::uint32_t unit : units_of[i]) {
      const auto edge = static_cast<std::size_t>(next[unit]++);
      block.address.set(edge, i, in.kinds.background[in.column.population[id]]);
      block.weight_pa[edge] = static_cast<float>(background_weight_pa(in, id));
    }
  }
  return block;
}

}  // namespace v1::network::generator
