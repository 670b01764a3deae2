#include "engine/network/generator/lgn_field.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/network/generator/connection_rules.hpp"
#include "engine/network/generator/draws.hpp"
#include "kernels/angles.hpp"
#include "kernels/portable_math.hpp"

namespace v1::network::generator {
double positive_poisson(double mean, DrawSequence& draws) {
  while (true) {
    const double u = draws.uniform();
    double term = kernels::portable_exp(-mean), sum = term;
    int k = 0;
    while (sum < u && k < 1000) {
      ++k;
      term *= mean / k;
      sum += term;
    }
    if (k > 0) return k;
  }
}

double frequency_match(const LgnRules& rules, const LgnUnitClass& unit, double frequency_hz) {
  double sum = 0.0;
  int members = 0;
  for (const LgnUnitClass& other : rules.classes) {
    if (other.family != unit.family) continue;
    sum += std::fabs(frequency_hz - other.frequency_hz);
    ++members;
  }
  if (members < 2 || sum == 0.0) return 1.0;
  return (1.0 - std::fabs(frequency_hz - unit.frequency_hz) / sum) / (members - 1);
}

bool aligned(double axis_deg, double direction_deg, double tolerance_deg) {
  const double difference = direction_difference_deg(axis_deg, direction_deg);
  return std::min(difference, 180.0 - difference) <= tolerance_deg;
}

namespace {

/// The receptive field drawn for one neuron.
struct Field {
  FieldPoint centre;
  double half_distance_deg;  // of the ON and OFF centres
  double major_deg, minor_deg;
  bool on;  // sustained family
  double frequency_hz;
  double cosine, sine;  // of minus the axis angle
};

Field draw_field(const Model& model, const LgnField& rule, const LgnTarget& target,
                 DrawSequence& draws) {
  Field field;
  field.centre = retinotopic_centre(model, target.x_um, target.z_um);
  field.half_distance_deg = 0.5 * draws.uniform(rule.centers_min_deg, rule.centers_max_deg);
  field.minor_deg = 0.5 * draws.uniform(rule.width_min_deg, rule.width_max_deg);
  field.major_deg = field.minor_deg * draws.uniform(rule.aspect_min, rule.aspect_max);
  field.on = draws.uniform() < rule.on_fraction;
  field.frequency_hz = positive_poisson(rule.mean_frequency_hz, draws);
  const double axis =
      -(target.direction_deg + model.lgn.axis_offset_deg) * kernels::radians_per_degree;
  field.cosine = kernels::portable_cos(axis);
  field.sine = kernels::portable_sin(axis);
  return field;
}

/// Is the unit inside the ellipse around the field's centre shifted by `shift` half distances?
bool inside(const Field& field, double shift_deg, double along_deg, double across_deg, double x_deg,
            double y_deg) {
  const double dx = x_deg - (field.centre.x_deg + shift_deg * field.sine);
  const double dy = y_deg - (field.centre.y_deg + shift_deg * field.cosine);
  const double along = (dx * field.cosine - dy * field.sine) / along_deg;
  const double across = (dx * field.sine + dy * field.cosine) / across_deg;
  return along * along + across * across <= 1.0;
}

bool in_field(const Field& field, LgnFamily family, double x_deg, double y_deg) {
  switch (family) {
    case LgnFamily::composite:
      return inside(field, 0.0, field.minor_deg, field.half_distance_deg / 2.0, x_deg, y_deg);
    case LgnFamily::transient_off:
      return inside(field, field.half_distance_deg, field.major_deg, field.minor_deg, x_deg, y_deg);
    case LgnFamily::sustained_on:
    case LgnFamily::sustained_off:
      return (family == LgnFamily::sustained_on) == field.on &&
             inside(field, -field.half_distance_deg, field.major_deg, field.minor_deg, x_deg,
                    y_deg);
  }
  return false;
}

}  // namespace

int LgnMap::bin(double position_deg, int bins) {
  return std::clamp(static_cast<int>(std::floor(position_deg / bin_deg_)), 0, bins - 1);
}

LgnMap::LgnMap(const LgnRules& rules, const LgnMosaic& mosaic)
    : bins_x_(static_cast<int>(std::ceil(rules.field_width_deg / bin_deg_))),
      bins_y_(static_cast<int>(std::ceil(rules.field_height_deg / bin_deg_))) {
  std::vector<std::uint32_t> bin_of(mosaic.size());
  start_.assign(static_cast<std::size_t>(bins_x_ * bins_y_) + 1, 0);
  for (std::size_t u = 0; u < mosaic.size(); ++u) {
    bin_of[u] = static_cast<std::uint32_t>(bin(mosaic.y_deg[u], bins_y_) * bins_x_ +
                                           bin(mosaic.x_deg[u], bins_x_));
    ++start_[bin_of[u] + 1];
  }
  std::partial_sum(start_.begin(), start_.end(), start_.begin());
  units_.resize(mosaic.size());
  std::vector<std::uint32_t> next(start_.begin(), start_.end() - 1);
  for (std::uint32_t u = 0; u < mosaic.size(); ++u) {
    units_[next[bin_of[u]]++] = {mosaic.x_deg[u], mosaic.y_deg[u], u,
                                 rules.classes[mosaic.unit_class[u]].family};
  }
}

std::vector<LgnMap::Bin> LgnMap::bins_near(double x_deg, double y_deg, double reach_deg) const {
  std::vector<Bin> bins;
  const auto gap = [](double position, int index) {
    const double low = index * bin_deg_, high = low + bin_deg_;
    return std::max({0.0, low - position, position - high});
  };
  for (int y = 0; y < bins_y_; ++y) {
    for (int x = 0; x < bins_x_; ++x) {
      const double dx = gap(x_deg, x), dy = gap(y_deg, y);
      const double distance = kernels::portable_sqrt(dx * dx + dy * dy);
      const std::size_t b = static_cast<std::size_t>(y * bins_x_ + x);
      if (distance >= reach_deg || start_[b] == start_[b + 1]) continue;
      bins.push_back({start_[b], start_[b + 1], distance});
    }
  }
  std::sort(bins.begin(), bins.end(), [](const Bin& a, const Bin& b) {
    return a.distance_deg != b.distance_deg ? a.distance_deg < b.distance_deg : a.first < b.first;
  });
  return bins;
}

FieldPoint retinotopic_centre(const Model& model, double x_um, double z_um) {
  const auto tangent_deg = [&](double angle_deg) {
    if (!model.retinotopy.tangent) return angle_deg;
    return kernels::portable_tan(angle_deg * kernels::radians_per_degree) *
           kernels::degrees_per_radian;
  };
  return {
      model.lgn.field_width_deg / 2.0 + tangent_deg(model.retinotopy.azimuth_deg_per_um * x_um),
      model.lgn.field_height_deg / 2.0 + tangent_deg(model.retinotopy.elevation_deg_per_um * z_um)};
}

std::vector<LgnInput> lgn_inputs(const Model& model, const LgnField& rule, const LgnMosaic& mosaic,
                                 const LgnMap& map, const LgnTarget& target, std::uint64_t seed) {
  std::vector<LgnInput> units;
  const auto synapses = static_cast<std::uint32_t>(rule.synapses);
  DrawSequence draws(seed, stream::lgn_fields, target.id);
  if (draws.uniform() >= rule.probability) return units;
  const Field field = draw_field(model, rule, target, draws);
  const double reach = field.half_distance_deg + std::max(field.major_deg, field.minor_deg);
  map.near(field.centre.x_deg, field.centre.y_deg, reach, [&](const LgnMap::Unit& near) {
    if (!in_field(field, near.family, near.x_deg, near.y_deg)) return;
    const std::uint32_t unit = near.index;
    if (near.family == LgnFamily::composite) {
      if (aligned(mosaic.tuning_angle_deg[unit], target.direction_deg,
                  model.lgn.axis_tolerance_deg)) {
        units.push_back({unit, synapses});
      }
      return;
    }
    const LgnUnitClass& kind = model.lgn.classes[mosaic.unit_class[unit]];
    const kernels::PhiloxWords words =
        kernels::philox4(seed, stream::lgn_connections, target.id, unit, 0);
    if (kernels::uniform_open(words.word[0], words.word[1]) <
        frequency_match(model.lgn, kind, field.frequency_hz)) {
      units.push_back({unit, synapses});
    }
  });
  std::sort(units.begin(), units.end(),
            [](const LgnInput& a, const LgnInput& b) { return a.unit < b.unit; });
  return units;
}

}  // namespace v1::network::generator
