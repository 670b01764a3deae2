#include "engine/network/generator/target_grid.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/angles.hpp"
#include "kernels/portable_math.hpp"

namespace v1::network::generator {
namespace {}  // namespace

double longest_reach_um(const Model& model) {
  double wider = 1.0, shift_um = 0.0;
  for (const FrameKernel& kernel : model.frame_kernel) {
    wider = std::max({wider, kernel.elongation, 1.0 / kernel.elongation});
    shift_um = std::max(shift_um, std::fabs(kernel.shift_um));
  }
  double longest = 0.0;
  for (const ConnectionRule& rule : model.connections) {
    if (!(rule.peak > 0.0)) continue;
    longest = std::max(longest, model.reach_sigmas * rule.sigma_um * wider + shift_um);
  }
  return longest;
}

TargetGrid::TargetGrid(const Model& model, const Column& column, const Membership& members) {
  margin_ = static_cast<int>(std::ceil(longest_reach_um(model) / square_um)) + 1;
  const int inner = static_cast<int>(std::ceil(2.0 * model.outer_radius_um / square_um));
  side_ = inner + 2 * margin_;
  squares_ = static_cast<std::size_t>(side_) * static_cast<std::size_t>(side_);
  origin_um_ = -0.5 * square_um * side_;

  // Counting sort by (class, square); ids ascend within each.
  start_.assign(model.class_names.size() * squares_ + 1, 0);
  std::vector<std::uint32_t> bin(column.size());
  for (std::uint32_t id = 0; id < column.size(); ++id) {
    const std::size_t cls = model.populations[column.population[id]].class_index;
    const int square = place(column.x_um[id], column.z_um[id]).square;
    bin[id] = static_cast<std::uint32_t>(cls * squares_ + static_cast<std::size_t>(square));
    ++start_[bin[id] + 1];
  }
  for (std::size_t i = 1; i < start_.size(); ++i) start_[i] += start_[i - 1];
  cells_.resize(column.size());
  std::vector<std::uint32_t> next(start_.begin(), start_.end() - 1);
  std::vector<std::uint32_t> id_of_cell(column.size());
  for (std::uint32_t id = 0; id < column.size(); ++id) {
    id_of_cell[next[bin[id]]] = id;
    const float direction_deg = column.tuning_angle_deg[id];
    const double direction = direction_deg * kernels::radians_per_degree;
    cells_[next[bin[id]]++] = {column.x_um[id],
                               column.z_um[id],
                               direction_deg,
                               static_cast<float>(kernels::portable_cos(direction)),
                               static_cast<float>(kernels::portable_sin(direction)),
                               members.position_of[id],
                               column.type[id],
                               column.population[id]};
  }
  if (model.has_sizes) add_sizes(model, column, id_of_cell);
}

void TargetGrid::add_sizes(const Model& model, const Column& column,
                           const std::vector<std::uint32_t>& id_of_cell) {
  size_.resize(cells_.size());
  size_before_.assign(cells_.size() + 1, 0.0);
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const double mean = model.populations[cells_[i].population].mean_size;
    size_[i] = static_cast<float>(column.cell_size[id_of_cell[i]] / mean);
    size_before_[i + 1] = size_before_[i] + size_[i];
  }
  sized_.resize(start_.size() - 1);
  for (std::size_t bin = 0; bin < sized_.size(); ++bin) {
    const auto first = size_.begin() + start_[bin], last = size_.begin() + start_[bin + 1];
    const float largest = first == last ? 0.0f : *std::max_element(first, last);
    sized_[bin] = {size_before_[start_[bin]], size_before_[start_[bin + 1]], start_[bin],
                   start_[bin + 1], largest};
  }
}

TargetGrid::Place TargetGrid::place(double x_um, double z_um) const {
  const double part_um = square_um / subdivisions;
  const int fine_x = static_cast<int>(std::floor((x_um - origin_um_) / part_um));
  const int fine_z = static_cast<int>(std::floor((z_um - origin_um_) / part_um));
  return {fine_z / subdivisions * side_ + fine_x / subdivisions,
          fine_z % subdivisions * subdivisions + fine_x % subdivisions};
}

}  // namespace v1::network::generator
