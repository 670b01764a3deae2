#include "engine/network/generator/lgn_units.hpp"

#include <limits>

#include "engine/network/generator/draws.hpp"
#include "kernels/portable_math.hpp"

namespace v1::network::generator {
namespace {

double triangular(double low, double mode, double high, double u) {
  if (!(high > low)) return low;
  const double below_mode = (mode - low) / (high - low);
  if (u < below_mode) return low + kernels::portable_sqrt(u * (high - low) * (mode - low));
  return high - kernels::portable_sqrt((1.0 - u) * (high - low) * (high - mode));
}

class UnitMaker {
 public:
  UnitMaker(const LgnRules& rules, std::uint64_t seed, LgnMosaic& mosaic)
      : rules_(rules), seed_(seed), mosaic_(mosaic) {}

  void make(std::size_t class_index, std::uint32_t tile_x, std::uint32_t tile_y) {
    const LgnUnitClass& unit = rules_.classes[class_index];
    const bool composite = unit.family == LgnFamily::composite;
    const auto id = static_cast<std::uint32_t>(mosaic_.id.size());
    DrawSequence draws(seed_, stream::lgn_units, id);
    mosaic_.id.push_back(id);
    mosaic_.unit_class.push_back(static_cast<std::uint8_t>(class_index));
    mosaic_.x_deg.push_back((tile_x + draws.uniform()) * rules_.field_width_deg / rules_.tiles_x);
    mosaic_.y_deg.push_back((tile_y + draws.uniform()) * rules_.field_height_deg / rules_.tiles_y);
    mosaic_.spatial_size_deg.push_back(
        triangular(unit.size_min_deg, unit.size_mode_deg, unit.size_max_deg, draws.uniform()));
    mosaic_.dominant.push_back(kernel(unit.kpeak_ms, unit.weight, unit.delay_ms, draws));
    mosaic_.non_dominant.push_back(
        composite ? kernel(unit.on_kpeak_ms, unit.on_weight, unit.on_delay_ms, draws)
                  : TemporalKernelParameters{});
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    mosaic_.tuning_angle_deg.push_back(composite ? 360.0 * draws.uniform() : none);
    mosaic_.sf_sep_deg.push_back(composite ? jittered(unit.separation_deg, draws) : none);
    mosaic_.spontaneous_hz.push_back(unit.spontaneous_hz);
  }

 private:
  double jittered(double centre, DrawSequence& draws) const {
    return centre * draws.uniform(1.0 - rules_.jitter, 1.0 + rules_.jitter);
  }

  TemporalKernelParameters kernel(const double (&kpeak_ms)[2], const double (&weight)[2],
                                  const double (&delay_ms)[2], DrawSequence& draws) const {
    TemporalKernelParameters out;
    for (int i = 0; i < 2; ++i) {
      out.kpeak_ms[i] = jittered(kpeak_ms[i], draws);
      out.weight[i] = jittered(weight[i], draws);
      out.delay_ms[i] = jittered(delay_ms[i], draws);
    }
    return out;
  }

  const LgnRules& rules_;
  std::uint64_t seed_;
  LgnMosaic& mosaic_;
};

}  // namespace

LgnMosaic make_lgn_units(const LgnRules& rules, std::uint64_t seed) {
  LgnMosaic mosaic;
  mosaic.field_width_deg = rules.field_width_deg;
  mosaic.field_height_deg = rules.field_height_deg;
  UnitMaker maker(rules, seed, mosaic);
  for (std::size_t c = 0; c < rules.classes.size(); ++c) {
    mosaic.class_names.push_back(rules.classes[c].name);
    for (std::uint32_t x = 0; x < rules.tiles_x; ++x) {
      for (std::uint32_t y = 0; y < rules.tiles_y; ++y) {
        for (std::uint32_t i = 0; i < rules.classes[c].n_per_tile; ++i) maker.make(c, x, y);
      }
    }
  }
  return mosaic;
}

}  // namespace v1::network::generator
