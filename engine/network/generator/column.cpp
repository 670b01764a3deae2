#include "engine/network/generator/column.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/network/generator/draws.hpp"
#include "kernels/angles.hpp"
#include "kernels/portable_math.hpp"

namespace v1::network::generator {
namespace {

struct Zone {
  double inner_um, outer_um;

  bool contains(double radius_squared) const {
    return radius_squared >= inner_um * inner_um && radius_squared < outer_um * outer_um;
  }
};

/// Uniform in the ring of `zone` and in depth. Rounding to float may carry a point over the edge
/// of its zone; then it is drawn again, so that the counts inside the core radius are exact.
void place(const Population& population, const Zone& zone, std::uint32_t id, std::uint64_t seed,
           Column& column) {
  const double inner2 = zone.inner_um * zone.inner_um;
  const double outer2 = zone.outer_um * zone.outer_um;
  DrawSequence draws(seed, stream::positions, id);
  do {
    const kernels::PhiloxWords words = draws.next();
    const double area = kernels::uniform_open(words.word[0], words.word[1]);
    const double radius = kernels::portable_sqrt(area * (outer2 - inner2) + inner2);
    const double angle = 360.0 * kernels::radians_per_degree * kernels::uniform_open(words.word[2]);
    const double depth =
        population.depth_top_um + kernels::uniform_open(words.word[3]) *
                                      (population.depth_bottom_um - population.depth_top_um);
    column.x_um[id] = static_cast<float>(radius * kernels::portable_cos(angle));
    column.z_um[id] = static_cast<float>(radius * kernels::portable_sin(angle));
    column.y_um[id] = static_cast<float>(-depth);
  } while (!zone.contains(column.radius_squared_um2(id)));
}

void draw_size(const Population& population, std::uint32_t id, std::uint64_t seed, Column& column) {
  DrawSequence draws(seed, stream::sizes, id);
  const double size =
      population.size_scale *
      kernels::portable_exp(population.size_shape * kernels::portable_normal(draws.uniform()));
  column.cell_size[id] = static_cast<float>(std::max(1.0, std::floor(size + 0.5)));
}

/// Types and tuning angles of one population.
void assign_types(const Model& model, std::uint32_t p, std::uint64_t seed, Column& column) {
  const Population& population = model.populations[p];
  std::vector<std::pair<std::uint64_t, std::uint32_t>> order(population.count());
  for (std::uint32_t i = 0; i < population.count(); ++i) {
    const std::uint32_t id = population.first_id + i;
    order[i] = {shuffle_key(seed, stream::types, id), id};
  }
  std::sort(order.begin(), order.end());
  std::size_t next = 0;
  for (std::size_t t = 0; t < model.types.size(); ++t) {
    const CellType& type = model.types[t];
    if (type.population != p) continue;
    for (std::uint32_t i = 0; i < type.n_cells; ++i) {
      const std::uint32_t id = order[next++].second;
      column.type[id] = static_cast<std::uint16_t>(t);
      column.tuning_angle_deg[id] = static_cast<float>(360.0 * i / type.n_cells);
    }
  }
}

}  // namespace

Column make_column(const Model& model, std::uint64_t seed, ThreadPool& pool) {
  const std::uint32_t n = model.neuron_count();
  Column column;
  column.population.resize(n);
  column.type.resize(n);
  for (auto* values : {&column.x_um, &column.y_um, &column.z_um, &column.tuning_angle_deg}) {
    values->resize(n);
  }
  if (model.has_sizes) column.cell_size.resize(n);
  const Zone core{model.inner_radius_um, model.core_radius_um};
  const Zone periphery{model.core_radius_um, model.outer_radius_um};
  pool.for_each(model.populations.size(), [&](std::size_t p) {
    const Population& population = model.populations[p];
    const std::uint32_t first_core = population.first_core_id();
    for (std::uint32_t i = 0; i < population.count(); ++i) {
      const std::uint32_t id = population.first_id + i;
      const bool in_core = id >= first_core && id < first_core + population.n_core;
      column.population[id] = static_cast<std::uint8_t>(p);
      place(population, in_core ? core : periphery, id, seed, column);
      if (model.has_sizes) draw_size(population, id, seed, column);
    }
    assign_types(model, static_cast<std::uint32_t>(p), seed, column);
  });
  return column;
}

}  // namespace v1::network::generator
