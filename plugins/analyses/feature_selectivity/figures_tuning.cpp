#include <cmath>
#include <cstdio>

#include "plugins/analyses/feature_selectivity/feature_selectivity.hpp"

namespace v1::analyses {
namespace {

std::string uniformity(const std::vector<double>& angles) {
  if (angles.empty()) return "";
  char text[32];
  std::snprintf(text, sizeof text, ", Rayleigh p = %.2g", rayleigh_p(angles));
  return text;
}

}  // namespace

// Polar histograms of the visual and of the perturbation direction, and of their distance.
void FeatureSelectivity::draw_preferred(v1e::Output& output) const {
  const auto chosen = [&](const std::vector<double>& values, const DirectionRole* role) {
    std::vector<double> out;
    for (std::size_t i = 0; i < size(); ++i) {
      if ((!role || role_[i] == *role) && std::isfinite(values[i])) out.push_back(values[i]);
    }
    return out;
  };
  std::vector<double> angles;
  for (const PerturbationDirection& one : preferred_) angles.push_back(one.angle_deg);
  struct Row {
    std::string label, color;
    const DirectionRole* role;
  };
  std::vector<Row> rows = {{"all neurons", "#666666", nullptr}};
  for (std::size_t g = 0; g < pure_roles.size(); ++g) {
    if (role_size(pure_roles[g]) == 0) continue;
    rows.push_back({g == 0 ? "dVf in all" : "hVf in all", pure_colors[g], &pure_roles[g]});
  }
  std::vector<std::pair<const char*, const char*>> columns = {
      {"perturbation_direction", "Perturbation direction"}};
  if (has_angles()) {
    columns = {{"preferred_angle", "Visual direction"},
               {"perturbation_direction", "Perturbation direction"},
               {"delta", "Difference"}};
  }
  std::string tests;
  v1e::Figure figure("Preferred directions");
  const auto row_count = static_cast<int>(rows.size()),
             column_count = static_cast<int>(columns.size());
  figure.grid(row_count, column_count).share("none", "none").legend("none").letters();
  figure.size_mm(60.0 * column_count, 58.0 * row_count + 22.0);
  for (const Row& row : rows) {
    tests += (tests.empty() ? "" : "; ") + row.label + uniformity(chosen(delta_, row.role));
    for (const auto& [column, title] : columns) {
      v1e::Panel& panel = figure.panel();
      panel.title(std::string(title) + ", " + row.label);
      v1e::Mark& mark = panel.polar_histogram("neurons", column);
      mark.bins(20.0).normalize("density").color(row.color);
      if (row.role) mark.where("role", role_names[static_cast<std::size_t>(*row.role)]);
    }
  }
  figure.caption(caption(
      "Densities of the preferred visual direction of the model's neurons, of the preferred "
      "perturbation direction (vector sum of |response| over directions) and of their difference" +
      (has_angles() ? " (" + tests + ")." : std::string("."))));
  output.figure("preferred_directions", figure.toml());
}

void FeatureSelectivity::draw_direction_tuning(v1e::Output& output) const {
  if (pure_.empty()) return;
  v1e::Figure figure("Strength of the response over directions");
  figure.caption(caption(
      "|Response| of the neurons with one class in all directions, mean and standard error over "
      "neurons: against the direction (left), and against its distance from the strongest "
      "direction of each neuron (right), where 0 is the largest value by construction."));
  figure.grid(1, 2).share("none", "all").legend("top").letters().size_mm(180.0, 75.0);
  const auto panel = [&](const char* table, const char* x, const char* label) {
    v1e::Panel& p = figure.panel();
    p.x_axis().label(label).unit("deg").tick_step(90.0);
    p.y_axis().label("|Response|").unit("pA").min(0.0);
    for (std::size_t g = 0; g < pure_roles.size(); ++g) {
      if (role_size(pure_roles[g]) == 0) continue;
      p.line(table, x, "mean")
          .error("error")
          .where("role", role_label(pure_roles[g]))
          .color(pure_colors[g])
          .label(role_label(pure_roles[g]));
    }
  };
  panel("direction_tuning", "direction", "Direction");
  panel("aligned_tuning", "offset", "From the strongest direction");
  output.figure("direction_tuning", figure.toml());
}

void FeatureSelectivity::draw_frequencies(v1e::Output& output) const {
  if (by_frequency_.empty()) return;
  v1e::Figure figure("Temporal frequency");
  figure.caption(caption(
      "Left: neurons with one class in all directions by the temporal frequency of their strongest "
      "response" +
      std::string(reference() ? "; the last bin holds its right edge" : "") +
      ". Right: |response| against the temporal frequency at " + plain_number(frequency_direction) +
      " deg, mean and standard error over neurons."));
  figure.grid(1, 2).share("none", "none").legend("top").letters().size_mm(180.0, 75.0);
  v1e::Panel& counts = figure.panel();
  counts.x_axis().label("Preferred temporal frequency").unit("Hz").tick_step(1.0);
  counts.y_axis().label("Density of neurons").unit("1/Hz").min(0.0);
  v1e::Panel& curves = figure.panel();
  curves.x_axis().label("Temporal frequency").unit("Hz").tick_step(1.0);
  curves.y_axis().label("|Response|").unit("pA").min(0.0);
  for (std::size_t g = 0; g < pure_roles.size(); ++g) {
    if (role_size(pure_roles[g]) == 0) continue;
    const std::string label = role_label(pure_roles[g]);
    counts.binned_histogram("preferred_frequencies", "low", "high", "density")
        .where("role", label)
        .color(pure_colors[g])
        .style("step")
        .label(label);
    curves.line("frequency_tuning", "temporal_frequency", "mean")
        .error("error")
        .where("role", label)
        .color(pure_colors[g])
        .label(label);
  }
  curves.line("frequency_tuning", "temporal_frequency", "mean")
      .error("error")
      .where("role", "all neurons")
      .color("#666666")
      .label("all neurons");
  output.figure("temporal_frequency", figure.toml());
}

}  // namespace v1::analyses
