#include <algorithm>
#include <limits>

#include "plugins/analyses/correlations/correlations.hpp"
#include "plugins/analyses/shared/report/counted.hpp"

namespace v1::analyses {
namespace {

std::string panel_title(const std::string& measure) {
  return (measure == "signal" ? "Signal" : (measure == "noise" ? "Noise" : "Response")) +
         std::string(" correlation");
}

const std::vector<std::pair<std::string, std::string>> kind_colors = {
    {"E-E", "#D62728"}, {"E-I", "#7F7F7F"}, {"I-I", "#0072B2"}};

}  // namespace

std::string Correlations::sample_text() const {
  return std::to_string(pairs_.size()) + " pairs of " + std::to_string(chosen_.size()) +
         " neurons, " + std::to_string(conditions_.size()) + " stimuli, at least " +
         counted(conditions_.fewest_trials(), "trial") + " of each.";
}

void Correlations::draw_matrices(v1e::Output& output) const {
  const auto all = measures();
  v1e::Figure figure("Correlations by type");
  figure.caption("Mean correlation of the pairs of two groups. " + sample_text());
  const auto panels = static_cast<int>(all.size());
  figure.grid((panels + 1) / 2, std::min(panels, 2)).letters().legend("none");
  figure.size_mm(panels > 1 ? 180.0 : 95.0, 15.0 + 85.0 * ((panels + 1) / 2));
  for (const auto& [title, field] : all) {
    v1e::Panel& panel = figure.panel();
    panel.title(panel_title(title));
    panel.x_axis().label("").categories(chosen_.groups).angle(90.0);
    panel.y_axis().label("").categories(chosen_.groups);
    panel.color_axis().label("Mean r").unit("").center(0.0);
    panel.heatmap("matrix", "group_a", "group_b", "correlation").where("measure", title);
  }
  output.figure("matrices", figure.toml());
}

void Correlations::draw_distributions(v1e::Output& output) const {
  const auto all = measures();
  v1e::Figure figure("Distributions of correlations");
  figure.caption("All drawn pairs, of excitatory (E) and inhibitory (I) neurons. " + sample_text());
  figure.grid(1, static_cast<int>(all.size())).share("none", "none").letters().legend("top");
  figure.size_mm(60.0 * static_cast<double>(all.size()), 65.0);
  for (const auto& [title, field] : all) {
    v1e::Panel& panel = figure.panel();
    panel.x_axis().label(panel_title(title)).unit("").range(-1.0, 1.0);
    panel.y_axis().label("Density").unit("");
    panel.vertical_line(0.0).color("#888888");
    panel.histogram("pairs", title)
        .group("kind")
        .group_order({"E-E", "E-I", "I-I"})
        .colors_of(kind_colors)
        .style("step")
        .bins(50.0)
        .normalize("density");
  }
  output.figure("distributions", figure.toml());
}

void Correlations::draw_binned(v1e::Output& output, const char* table, const char* axis,
                               const char* label, const char* unit) const {
  const auto all = measures();
  v1e::Figure figure(std::string("Correlations against the ") +
                     (std::string(axis) == "distance" ? "distance" : "difference of preference"));
  figure.caption(
      "Means over pairs of excitatory (E) and inhibitory (I) neurons, of bins with 10 or more; "
      "band: "
      "standard error over pairs. " +
      sample_text());
  figure.grid(1, static_cast<int>(all.size())).letters().legend("top");
  figure.size_mm(60.0 * static_cast<double>(all.size()), 65.0);
  for (const auto& [title, field] : all) {
    v1e::Panel& panel = figure.panel();
    panel.title(panel_title(title));
    panel.x_axis().label(label).unit(unit);
    if (std::string(unit) == "deg") panel.x_axis().range(0.0, 180.0).tick_step(45.0);
    panel.y_axis().label("Mean r").unit("");
    panel.horizontal_line(0.0).color("#888888");
    panel.line(table, axis, "correlation")
        .error("sem")
        .where("measure", title)
        .where_between("n", 10.0, std::numeric_limits<double>::max())
        .group("kind")
        .group_order({"E-E", "E-I", "I-I"})
        .colors_of(kind_colors);
  }
  output.figure(table, figure.toml());
}

}  // namespace v1::analyses
