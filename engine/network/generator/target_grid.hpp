#pragma once
#include <cstdint>
#include <vector>

#include "engine/network/generator/column.hpp"
#include "engine/network/generator/model.hpp"

namespace v1::network::generator {

/// All cells of the column sorted by class and by square of a lateral grid, with an empty margin
/// wider than any connection, so that a square plus an offset is always inside.
class TargetGrid {
 public:
  struct Member {
    float x_um, z_um, tuning_angle_deg;
    std::uint32_t id;
  };
  struct Range {
    const Member* begin;
    std::uint32_t count;
  };

  static constexpr double cell_um = 50.0;
  static constexpr int subdivisions = 4;  // of a square, to bound distances from a source closely

  TargetGrid(const Model& model, const Column& column);

  int side() const { return side_; }
  int margin() const { return margin_; }

  /// Square of a point, and the subdivision of the square it lies in.
  struct Place {
    int cell;
    int subcell;
  };
  Place place(double x_um, double z_um) const;

  /// Cells of one class in one square, ids ascending.
  Range members(std::uint32_t class_index, int cell) const {
    const std::uint32_t* first = &start_[class_index * cells_ + static_cast<std::size_t>(cell)];
    return {members_.data() + first[0], first[1] - first[0]};
  }

 private:
  int side_ = 0, margin_ = 0;
  std::size_t cells_ = 0;
  double origin_um_ = 0.0;
  std::vector<std::uint32_t> start_;  // [class][square], one past the end at the end
  std::vector<Member> members_;
};

/// Largest distance any connection of the model spans.
double longest_reach_um(const Model& model);

}  // namespace v1::network::generator
