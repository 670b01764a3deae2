#pragma once
#include <cstdint>
#include <vector>

#include "engine/network/generator/draws.hpp"
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

  /// Units [first, last) of the map in one bin, and the bin's distance from a point.
  struct Bin {
    std::uint32_t first, last;
    double distance_deg;
  };
  /// The bins closer than `reach_deg`, nearest first.
  std::vector<Bin> bins_near(double x_deg, double y_deg, double reach_deg) const;
  const Unit& unit(std::uint32_t place) const { return units_[place]; }

 private:
  static int bin(double position_deg, int bins);

  static constexpr double bin_deg_ = 4.0;
  int bins_x_ = 0, bins_y_ = 0;
  std::vector<std::uint32_t> start_;
  std::vector<Unit> units_;
};

/// Poisson by inversion, redrawn while zero.
double positive_poisson(double mean, DrawSequence& draws);

/// How well a unit's preferred frequency fits: (1 - |TF - f| / sum_k |TF - f_k|) / (K - 1) over the
/// K frequencies of the unit's family.
double frequency_match(const LgnRules& rules, const LgnUnitClass& unit, double frequency_hz);

/// Does a composite unit's axis lie along the neuron's orientation?
bool aligned(double axis_deg, double direction_deg, double tolerance_deg);

/// A connection from a unit.
struct LgnInput {
  std::uint32_t unit;
  std::uint32_t synapses;
};

/// A neuron as the LGN projection sees it.
struct LgnTarget {
  std::uint32_t id = 0;
  double x_um = 0.0, z_um = 0.0;
  double direction_deg = 0.0;
  double size = 0.0;  // LgnRule::synapse_budget
};

/// Retinotopic centre of a column position: field centre + tan(angle), the tangent in degrees, or
/// + angle.
struct FieldPoint {
  double x_deg, y_deg;
};
FieldPoint retinotopic_centre(const Model& model, double x_um, double z_um);

/// LgnRule::subfields: units connected to one neuron, ascending. Draws belong to the neuron's id
/// and, for the acceptance of a unit, to the pair of ids.
std::vector<LgnInput> lgn_inputs(const Model& model, const LgnField& field, const LgnMosaic& mosaic,
                                 const LgnMap& map, const LgnTarget& target, std::uint64_t seed);

}  // namespace v1::network::generator
