#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/spatial/spatial.hpp"

namespace v1::analyses {

void Spatial::add_curves(v1e::Table& table, const std::vector<const Curve*>& curves,
                         const RipleyCounts& counts) {
  std::vector<double> distance, k, null_mean, null_sem, low, high, l, l_low, l_high;
  const double area = counts.disc_area();
  for (const Curve* curve : curves) {
    for (std::size_t r = 0; r < counts.radii(); ++r) {
      const double at = counts.radius(r);
      distance.push_back(at);
      k.push_back(curve->k[r]);
      null_mean.push_back(curve->null_mean[r]);
      null_sem.push_back(curve->null_sem[r]);
      low.push_back(curve->null_low[r]);
      high.push_back(curve->null_high[r]);
      l.push_back(l_minus_r(k.back(), area, at));
      l_low.push_back(l_minus_r(low.back(), area, at));
      l_high.push_back(l_minus_r(high.back(), area, at));
    }
  }
  table.column("radius", "um", distance);
  table.column("k", "1", k).column("null_mean", "1", null_mean);
  table.column("null_sem", "1", null_sem).column("null_low", "1", low);
  table.column("null_high", "1", high).column("l", "um", l);
  table.column("l_low", "um", l_low).column("l_high", "um", l_high);
}

void Spatial::write_ripley(v1e::Output& output, const std::vector<Curve>& curves,
                           const RipleyCounts& counts) const {
  std::vector<std::string> label;
  std::vector<std::int64_t> size;
  std::vector<const Curve*> pointers;
  for (const Curve& curve : curves) {
    label.insert(label.end(), counts.radii(), curve.label);
    size.insert(size.end(), counts.radii(), static_cast<std::int64_t>(curve.n));
    pointers.push_back(&curve);
  }
  v1e::Table table;
  table.column("class", "1", label).column("n", "1", size);
  add_curves(table, pointers, counts);
  output.table("ripley",
               "K: Ripley's K over the area of the disc; l: L(r) - r; low, high: 2.5 and 97.5 % of "
               "the null model",
               table);
}

void Spatial::write_cross(v1e::Output& output, const Curve& curve,
                          const RipleyCounts& counts) const {
  const auto all = [&](auto value) { return std::vector(counts.radii(), value); };
  v1e::Table table;
  table.column("first", "1", all(std::string("dVf")))
      .column("second", "1", all(std::string("hVf")));
  table.column("n_first", "1", all(static_cast<std::int64_t>(size(ResponseClass::dvf))));
  table.column("n_second", "1", all(static_cast<std::int64_t>(size(ResponseClass::hvf))));
  add_curves(table, {&curve}, counts);
  output.table("ripley_cross",
               "K between two classes over the area of the disc, the mean of the neighbours of the "
               "first in the second and the other way round; columns as in ripley",
               table);
}

void Spatial::write_neurons(v1e::Output& output) const {
  RowTable<std::int64_t, std::int64_t, std::string, double, double, double, double> table(
      {{"neuron", "1"},
       {"id", "1"},
       {"class", "1"},
       {"x", "um"},
       {"z", "um"},
       {"depth", "um"},
       {"radius", "um"}});
  for (std::size_t i = 0; i < neurons_.size(); ++i) {
    table.add(neurons_[i], dataset_.raw().network->neuron_id[neurons_[i]], class_names[labels_[i]],
              points_[i].x, points_[i].z, depth_um_[i], std::hypot(points_[i].x, points_[i].z));
  }
  output.table("neurons", "Positions of the classified neurons; depth below the pia", table);
}

// Kernel densities of radius and depth by class. In clean mode the radial one is per area: the
// density of the radius over 2 pi r.
void Spatial::write_densities(v1e::Output& output) const {
  const auto range = std::minmax_element(depth_um_.begin(), depth_um_.end());
  const double innermost = std::min(20.0, 0.1 * disc_radius_);  // hardly any area inside
  const std::vector<std::string> names = {"radius", "depth"};
  for (const std::string& what : names) {
    const bool radial = what == "radius";
    std::vector<double> at;
    const double low = radial ? 0.0 : *range.first - 30.0;
    const double high = radial ? disc_radius_ : *range.second + 30.0;
    for (int k = 0; k <= 200; ++k) at.push_back(low + (high - low) * k / 200.0);
    const bool per_area = radial && !reference();
    RowTable<std::string, double, double> table(
        {{"class", "1"}, {what, "um"}, {"density", per_area ? "1/mm^2" : "1/um"}});
    for (const std::string& shown : shown_) {
      std::vector<double> values;
      for (std::size_t i = 0; i < labels_.size(); ++i) {
        if (class_names[labels_[i]] != shown) continue;
        values.push_back(radial ? std::hypot(points_[i].x, points_[i].z) : depth_um_[i]);
      }
      const std::vector<double> estimate = kernel_density(values, at);
      for (std::size_t k = 0; k < estimate.size(); ++k) {
        if (per_area && at[k] < innermost) continue;
        table.add(shown, at[k],
                  per_area ? 1e6 * estimate[k] / (2.0 * std::numbers::pi * at[k]) : estimate[k]);
      }
    }
    output.table(what + "_density",
                 "Kernel density over the neurons of a class, each class with "
                 "the integral 1",
                 table);
  }
}

// Depths of the layers that hold classified neurons.
void Spatial::write_layers(v1e::Output& output) const {
  const std::vector<std::string> layer = v1e::texts(dataset_.neuron_column("layer"));
  if (layer.empty()) return;
  std::map<std::string, std::pair<double, double>> extent;
  for (std::size_t i = 0; i < neurons_.size(); ++i) {
    const auto [at, fresh] =
        extent.try_emplace(layer[neurons_[i]], std::pair(depth_um_[i], depth_um_[i]));
    if (fresh) continue;
    at->second.first = std::min(at->second.first, depth_um_[i]);
    at->second.second = std::max(at->second.second, depth_um_[i]);
  }
  RowTable<std::string, double, double> table({{"layer", "1"}, {"low", "um"}, {"high", "um"}});
  for (const auto& [text, depths] : extent) {
    table.add("L" + text, depths.first, depths.second);
  }
  output.table("layers", "Depths of the classified neurons by layer", table);
}

}  // namespace v1::analyses
