#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/network/generator/column.hpp"
#include "engine/network/generator/membership.hpp"
#include "engine/network/generator/model.hpp"

namespace v1::network::generator {

/// All cells of the column sorted by class and by square of a lateral grid, with an empty margin
/// wider than any connection, so that a square plus an offset is always inside.
class TargetGrid {
 public:
  /// One cell with all that a connection needs to know of its target, side by side in memory.
  struct Cell {
    float x_um, z_um;
    float direction_deg, direction_cos, direction_sin;
    std::uint32_t position;  // among the members, or not_a_member
    std::uint16_t type;
    std::uint16_t population;
  };
  struct Range {
    const Cell* begin;
    std::uint32_t count;
  };
  /// The cells of a class in a square with their sizes, as multiples of their population's mean.
  struct SizedRange {
    double before, after;  // sums of the sizes of all cells up to the first, and up to the last
    std::uint32_t first, last;  // cells [first, last)
    float largest;              // of the sizes
  };

  static constexpr double square_um = 50.0;
  static constexpr int subdivisions = 4;  // of a square, to bound distances from a source closely

  TargetGrid(const Model& model, const Column& column, const Membership& members);

  int side() const { return side_; }
  int margin() const { return margin_; }

  /// Square of a point, and the subdivision of the square it lies in.
  struct Place {
    int square;
    int subdivision;
  };
  Place place(double x_um, double z_um) const;

  /// Cells of one class in one square, ids ascending.
  Range cells(std::uint32_t class_index, int square) const {
    const std::uint32_t* first = &start_[class_index * squares_ + static_cast<std::size_t>(square)];
    return {cells_.data() + first[0], first[1] - first[0]};
  }

  /// Models with sizes only.
  const SizedRange& sized(std::uint32_t class_index, int square) const {
    return sized_[class_index * squares_ + static_cast<std::size_t>(square)];
  }
  const Cell& cell(std::uint32_t index) const { return cells_[index]; }
  /// Sum of the sizes of all cells before `index`.
  double size_before(std::uint32_t index) const { return size_before_[index]; }
  /// The cell of [first, last) at which the running sum of sizes passes `sum`.
  std::uint32_t at_size(double sum, std::uint32_t first, std::uint32_t last) const {
    // Sizes are much alike, so the place is near where it would be if they were equal.
    const double before = size_before_[first];
    const double share = (sum - before) / (size_before_[last] - before);
    std::uint32_t index =
        std::min(last - 1, first + static_cast<std::uint32_t>(share * (last - first)));
    while (index + 1 < last && size_before_[index + 1] <= sum) ++index;
    while (index > first && size_before_[index] > sum) --index;
    return index;
  }
  double size(std::uint32_t index) const { return size_[index]; }

 private:
  void add_sizes(const Model& model, const Column& column,
                 const std::vector<std::uint32_t>& id_of_cell);

  int side_ = 0, margin_ = 0;
  std::size_t squares_ = 0;
  double origin_um_ = 0.0;
  std::vector<std::uint32_t> start_;  // [class][square], one past the end at the end
  std::vector<Cell> cells_;
  std::vector<SizedRange> sized_;    // [class][square]
  std::vector<float> size_;          // by cell
  std::vector<double> size_before_;  // by cell, the total at the end
};

/// Largest distance any connection of the model spans.
double longest_reach_um(const Model& model);

}  // namespace v1::network::generator
