#include <algorithm>
#include <cmath>
#include <map>

#include "plugins/analyses/shared/report/layers.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/responses/perturbation_tuning.hpp"
#include "plugins/analyses/shared/statistics/bands.hpp"
#include "plugins/analyses/tuning/tuning.hpp"

// Measured preferences beside the angle that the network assigns to every neuron.
namespace v1::analyses {
namespace {

constexpr std::size_t mapped_neurons = 20;  // of a population, so that a map of it says something

}  // namespace

bool Tuning::has_assigned_angles() const {
  return selective() && std::any_of(tuning_angle_.begin(), tuning_angle_.end(),
                                    [](double angle) { return !std::isnan(angle); });
}

// How far preferences lie from the assigned angle, and how closely they gather there.
void Tuning::write_preference(v1e::Output& output) const {
  if (!has_assigned_angles()) return;
  RowTable<std::string, std::int64_t, double, double, double, double> table(
      {{"population", "1"},
       {"n", "1"},
       {"orientation_shift", "deg"},
       {"orientation_concentration", "1"},
       {"direction_shift", "deg"},
       {"direction_concentration", "1"}});
  for (std::size_t p = 0; p < neurons_.groups.size(); ++p) {
    std::vector<double> doubled, single;  // of the neurons that have one
    for (std::size_t i = 0; i < neurons_.size(); ++i) {
      if (neurons_.group_of[i] != p) continue;
      const Selectivity& s = result_.selectivity[i];
      const double axis = 2.0 * (s.preferred_orientation - tuning_angle_[i]);
      if (!std::isnan(axis)) doubled.push_back(axis);
      const double sense = s.preferred_direction - tuning_angle_[i];
      if (!std::isnan(sense)) single.push_back(sense);
    }
    const CircularMean axis = circular_mean(doubled), sense = circular_mean(single);
    table.add(neurons_.groups[p], static_cast<std::int64_t>(doubled.size()),
              0.5 * wrap_180(axis.angle_deg), axis.length, wrap_180(sense.angle_deg), sense.length);
  }
  output.table("preference",
               "Preferred orientation and direction minus the assigned angle: circular mean, and "
               "length of the mean vector (1: the same for all neurons, 0: no relation)",
               table);
}

// Rates against the distance from the assigned angle, in bins as wide as directions are apart.
// Unlike the best direction, that angle does not depend on the rates.
void Tuning::write_assigned_curves(v1e::Output& output) const {
  if (!has_assigned_angles()) return;
  const std::size_t n = neurons_.size(), directions = directions_.size();
  const double step = 360.0 / static_cast<double>(directions);
  RowTable<std::string, double, double, double> table(
      {{"population", "1"}, {"offset", "deg"}, {"rate", "Hz"}, {"rate_sem", "Hz"}});
  for (std::size_t p = 0; p < neurons_.groups.size(); ++p) {
    std::map<long, Moments> bins;
    std::map<long, std::size_t> counts;
    for (std::size_t i = 0; i < n; ++i) {
      if (neurons_.group_of[i] != p || std::isnan(tuning_angle_[i])) continue;
      if (std::isnan(result_.selectivity[i].osi)) continue;
      for (std::size_t d = 0; d < directions; ++d) {
        const double folded = wrap_180(directions_.degrees(d) - tuning_angle_[i]);
        long bin = std::lround(folded / step);
        if (2 * bin == static_cast<long>(directions)) bin = -bin;  // the same place of the circle
        bins[bin].add(result_.rates[d * n + i]);
        ++counts[bin];
      }
    }
    const long opposite = static_cast<long>(directions) / 2;
    if (directions % 2 == 0 && bins.contains(-opposite)) {  // close the circle
      bins[opposite] = bins[-opposite];
      counts[opposite] = counts[-opposite];
    }
    for (const auto& [bin, moments] : bins) {
      table.add(neurons_.groups[p], static_cast<double>(bin) * step, moments.mean(counts[bin]),
                standard_error(moments, counts[bin]));
    }
  }
  output.table("assigned_curves",
               "Mean rate of the selective neurons against the distance from the angle that the "
               "network assigns to each, in bins",
               table);
}

// A panel per population: every neuron's preferred direction against its assigned angle.
void Tuning::draw_preference(v1e::Output& output) const {
  const std::vector<std::string> shown = selective_populations(1);
  if (!has_assigned_angles() || shown.empty()) return;
  v1e::Figure figure =
      small_panels("Preferred direction against the assigned angle", shown.size(), {5, 36.0, 40.0});
  figure.caption(
      "Each dot is a neuron; lines: the assigned angle (solid) and the opposite direction "
      "(dashed). " +
      sample_text());
  for (const std::string& population : shown) {
    v1e::Panel& panel = figure.panel();
    panel.title(population);
    panel.x_axis().label("Assigned").unit("deg").range(0.0, 360.0).ticks({0.0, 180.0, 360.0});
    panel.y_axis().label("Preferred").unit("deg").range(0.0, 360.0).ticks({0.0, 180.0, 360.0});
    panel.diagonal(1.0, 0.0).color("#999999").width(0.5);
    panel.diagonal(1.0, 180.0).color("#999999").width(0.5).dash("dashed");
    panel.diagonal(1.0, -180.0).color("#999999").width(0.5).dash("dashed");
    panel.scatter("neurons", "tuning_angle", "preferred_direction")
        .where("population", population)
        .group("population")
        .colors("types")
        .size(0.7)
        .alpha(0.6);
  }
  output.figure("preference", figure.toml());
}

// The plane of the layer from above, in colours that go round with the orientation.
void Tuning::draw_map(v1e::Output& output) const {
  const std::vector<std::string> shown = excitatory_groups(selective_populations(mapped_neurons));
  if (x_.empty() || !selective() || shown.empty()) return;
  v1e::Figure figure =
      small_panels("Map of preferred orientation", shown.size(), {3, 58.0, 58.0, 25.0});
  figure.caption(
      "Neurons from above in the colour of their preferred orientation, pale gray without one; "
      "excitatory populations with at least " +
      std::to_string(mapped_neurons) + " selective neurons, or others where there are none. " +
      sample_text());
  for (std::size_t k = 0; k < shown.size(); ++k) {
    v1e::Panel& panel = figure.panel();
    panel.title(shown[k]).equal_aspect();
    panel.x_axis().label("x").unit("um");
    panel.y_axis().label("z").unit("um");
    v1e::Axis& color = panel.color_axis();
    color.label("Preferred orientation")
        .unit("deg")
        .range(0.0, 180.0)
        .ticks({0.0, 45.0, 90.0, 135.0, 180.0});
    color.map_colors({"#D55E00", "#E6B000", "#009E73", "#3C78C8", "#8E44AD", "#D55E00"});
    color.bar(k + 1 == shown.size());
    panel.scatter("neurons", "x", "z")
        .where("population", shown[k])
        .color_by("preferred_orientation")
        .size(1.0);
  }
  output.figure("map", figure.toml());
}

std::vector<std::string> Tuning::selective_populations(std::size_t least) const {
  std::vector<std::string> shown;
  for (const CellType& type : cell_types_) {
    if (type.selective >= least) shown.push_back(type.population);
  }
  return shown;
}

}  // namespace v1::analyses
