#pragma once
#include <cstdint>
#include <vector>

#include "engine/network/generator/model.hpp"
#include "engine/network/lgn_mosaic.hpp"

namespace v1::network::generator {

/// LGN units binned by position, to find those near a point of the visual field.
class LgnMap {
 public:
  struct Unit {
    double x_deg, y_deg;
    std::uint32_t index;
    LgnFamily family;
  };

  LgnMap(const LgnRules& rules, const LgnMosaic& mosaic);

  /// Calls visit(unit) for every unit of the bins that meet the square of half-width `reach_deg`
  /// around (x, y).
  template <class Visit>
  void near(double x_deg, double y_deg, double reach_deg, const Visit& visit) const {
    const int x0 = bin(x_deg - reach_deg, bins_x_), x1 = bin(x_deg + reach_deg, bins_x_);
    const int y0 = bin(y_deg - reach_deg, bins_y_), y1 = bin(y_deg + reach_deg, bins_y_);
    for (int y = y0; y <= y1; ++y) {
      for (int x = x0; x <= x1; ++x) {
        const std::size_t b = static_cast<std::size_t>(y * bins_x_ + x);
        for (std::uint32_t i = start_[b]; i < start_[b + 1]; ++i) visit(units_[i]);
      }
    }
  }

 private:
  static int bin(double position_deg, int bins);

  static constexpr double bin_deg_ = 4.0;
  int bins_x_ = 0, bins_y_ = 0;
  std::vector<std::uint32_t> start_;
  std::vector<Unit> units_;
};

/// A neuron as the LGN projection sees it.
struct LgnTarget {
  std::uint32_t id = 0;
  double x_um = 0.0, z_um = 0.0;
  double direction_deg = 0.0;
};

/// Retinotopic centre of a column position: field centre + tan(angle), the tangent in degrees.
struct FieldPoint {
  double x_deg, y_deg;
};
FieldPoint retinotopic_centre(const Model& model, double x_um, double z_um);

/// Units connected to one neuron, ascending. Draws belong to the neuron's id and, for the
/// acceptance of a unit, to the pair of ids.
std::vector<std::uint32_t> lgn_inputs(const Model& model, const LgnField& field,
                                      const LgnMosaic& mosaic, const LgnMap& map,
                                      const LgnTarget& target, std::uint64_t seed);

}  // namespace v1::network::generator
