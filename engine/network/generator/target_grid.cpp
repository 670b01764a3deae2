#include "engine/network/generator/target_grid.hpp"

#include <algorithm>
#include <cmath>

namespace v1::network::generator {

double longest_reach_um(const Model& model) {
  double longest = 0.0;
  for (const ConnectionRule& rule : model.connections) {
    if (rule.peak > 0.0) longest = std::max(longest, model.reach_sigmas * rule.sigma_um);
  }
  return longest;
}

TargetGrid::TargetGrid(const Model& model, const Column& column) {
  margin_ = static_cast<int>(std::ceil(longest_reach_um(model) / cell_um)) + 1;
  const int inner = static_cast<int>(std::ceil(2.0 * model.outer_radius_um / cell_um));
  side_ = inner + 2 * margin_;
  cells_ = static_cast<std::size_t>(side_) * static_cast<std::size_t>(side_);
  origin_um_ = -0.5 * cell_um * side_;

  // Counting sort by (class, square); ids ascend within each.
  start_.assign(model.class_names.size() * cells_ + 1, 0);
  std::vector<std::uint32_t> bin(column.size());
  for (std::uint32_t id = 0; id < column.size(); ++id) {
    const std::size_t cls = model.populations[column.population[id]].class_index;
    const int cell = place(column.x_um[id], column.z_um[id]).cell;
    bin[id] = static_cast<std::uint32_t>(cls * cells_ + static_cast<std::size_t>(cell));
    ++start_[bin[id] + 1];
  }
  for (std::size_t i = 1; i < start_.size(); ++i) start_[i] += start_[i - 1];
  members_.resize(column.size());
  std::vector<std::uint32_t> next(start_.begin(), start_.end() - 1);
  for (std::uint32_t id = 0; id < column.size(); ++id) {
    members_[next[bin[id]]++] = {column.x_um[id], column.z_um[id], column.tuning_angle_deg[id], id};
  }
}

TargetGrid::Place TargetGrid::place(double x_um, double z_um) const {
  const double sub_um = cell_um / subdivisions;
  const int fine_x = static_cast<int>(std::floor((x_um - origin_um_) / sub_um));
  const int fine_z = static_cast<int>(std::floor((z_um - origin_um_) / sub_um));
  return {fine_z / subdivisions * side_ + fine_x / subdivisions,
          fine_z % subdivisions * subdivisions + fine_x % subdivisions};
}

}  // namespace v1::network::generator
