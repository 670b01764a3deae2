#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/parallel.hpp"
#include "engine/network/generator/model.hpp"

namespace v1::network::generator {

/// All cells of the full column, indexed by id. Always made whole, whatever is selected, so that
/// a selection is a true part of the full network.
struct Column {
  std::vector<std::uint8_t> population;  // index into Model::populations
  std::vector<std::uint16_t> type;       // index into Model::types
  std::vector<float> x_um, y_um, z_um;   // y = -depth
  std::vector<float> tuning_angle_deg;   // preferred direction, [0, 360)
  std::vector<float> cell_size;  // synapses a cell receives; empty where the model has no sizes

  std::uint32_t size() const { return static_cast<std::uint32_t>(x_um.size()); }
  /// Squared distance from the axis; the one definition of "inside a radius".
  double radius_squared_um2(std::uint32_t id) const {
    return double{x_um[id]} * x_um[id] + double{z_um[id]} * z_um[id];
  }
};

/// Positions uniform in the zone of each cell (core or periphery); types with their exact counts
/// in random order over each population; directions evenly spaced within each type, independent of
/// position. Sizes log-normal, whole, at least 1.
Column make_column(const Model& model, std::uint64_t seed, ThreadPool& pool);

/// How many cells a selection may choose from. Throws Error(config) for an unknown selection and
/// for n = 0 or too many.
std::uint32_t check_selection(const Model& model, const std::string& selection, std::uint32_t n);

/// Ids of the chosen cells, ascending. `selection`: "radial" (the n nearest to the axis), "random"
/// (n of all), "core" (n of those within the core radius, at random). A smaller n gives a part of
/// a larger one. Throws like check_selection.
std::vector<std::uint32_t> select_members(const Model& model, const Column& column,
                                          const std::string& selection, std::uint32_t n,
                                          std::uint64_t seed);

}  // namespace v1::network::generator
