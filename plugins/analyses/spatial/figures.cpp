#include <algorithm>
#include <cmath>

#include "plugins/analyses/spatial/spatial.hpp"

namespace v1::analyses {

void Spatial::ripley_panel(v1e::Panel& panel, const std::string& title) const {
  panel.title(title);
  panel.x_axis().label("Distance").unit("um").scale("log").range(10.0, disc_radius_);
  if (reference()) {
    panel.y_axis().label("K / A").unit("").scale("log");
    return;
  }
  panel.y_axis().label("L(r) - r").unit("um");
  panel.horizontal_line(0.0).color("#888888").dash("dotted");
}

void Spatial::draw_ripley(v1e::Output& output) const {
  v1e::Figure figure("Clustering of the classes");
  figure.caption(
      std::string("Ripley's function in the plane of the layer, corrected for the edge of the "
                  "disc. Bands: 2.5 to 97.5 % of ") +
      std::to_string(realisations) +
      (reference() ? " uniform arrangements of as many points as there are neurons. "
                   : " exchanges of the labels. Above its band a class is clustered. ") +
      (crossed() ? "Last panel: neighbours of the other class; above the band dVf and hVf neurons "
                   "mix, below it they keep apart. "
                 : "") +
      sample_text());
  const auto panels = static_cast<int>(shown_.size()) + (crossed() ? 1 : 0);
  const int columns = panels == 4 ? 2 : panels, rows = panels == 4 ? 2 : 1;
  figure.grid(rows, columns).share("none", reference() ? "all" : "none").letters().legend("none");
  figure.size_mm(columns == 1 ? 85.0 : columns == 2 ? 140.0 : 180.0, rows == 2 ? 125.0 : 65.0);
  const std::string low = reference() ? "null_low" : "l_low";
  const std::string high = reference() ? "null_high" : "l_high";
  for (const std::string& shown : shown_) {
    v1e::Panel& panel = figure.panel();
    ripley_panel(panel, shown);
    panel.band("ripley", "radius", low, high).where("class", shown).color("#BBBBBB").alpha(0.6);
    panel.line("ripley", "radius", reference() ? "k" : "l")
        .where("class", shown)
        .group("class")
        .colors("classes")
        .width(1.5);
  }
  if (crossed()) {
    v1e::Panel& panel = figure.panel();
    ripley_panel(panel, "dVf and hVf");
    panel.band("ripley_cross", "radius", low, high).color("#BBBBBB").alpha(0.6);
    panel.line("ripley_cross", "radius", "l").color("#222222").width(1.5);
  }
  output.figure("ripley", figure.toml());
}

void Spatial::draw_densities(v1e::Output& output) const {
  v1e::Figure figure("Radius and depth of the classes");
  figure.caption(
      std::string("Kernel densities over the neurons of each class (Scott's bandwidth)") +
      (reference() ? ". " : "; radius: per area of the ring. ") + sample_text());
  figure.grid(1, 2).share("none", "none").letters().legend("top").size_mm(150.0, 75.0);
  v1e::Panel& radial = figure.panel();
  radial.x_axis().label("Distance from the axis").unit("um").range(0.0, disc_radius_);
  radial.y_axis().label("Density").min(0.0);
  radial.line("radius_density", "radius", "density")
      .group("class")
      .group_order(shown_)
      .colors("classes");
  v1e::Panel& depth = figure.panel();
  depth.x_axis().label("Depth").unit("um");
  depth.y_axis().label("Density").min(0.0);
  depth.line("depth_density", "depth", "density")
      .group("class")
      .group_order(shown_)
      .colors("classes");
  output.figure("densities", figure.toml());
}

void Spatial::draw_arrangement(v1e::Output& output) const {
  v1e::Figure figure("Arrangement of the classes");
  figure.caption(
      "Positions of the classified neurons from above (left) and from the side (right). " +
      sample_text());
  figure.grid(1, 2).share("none", "none").letters().legend("top").size_mm(180.0, 95.0);
  const double size = std::clamp(40.0 / std::sqrt(static_cast<double>(neurons_.size())), 0.35, 1.2);
  const auto mark = [&](v1e::Panel& panel, const char* y) {
    panel.x_axis()
        .label("x")
        .unit("um")
        .range(-disc_radius_, disc_radius_)
        .tick_step(disc_radius_ > 200.0 ? 200.0 : 50.0);
    panel.scatter("neurons", "x", y)
        .group("class")
        .group_order({"unclassified", "dVf", "hVf"})  // those drawn last are on top
        .colors("classes")
        .alpha(0.8)
        .size(size);
  };
  v1e::Panel& top = figure.panel();
  top.title("Top view").equal_aspect();
  top.y_axis()
      .label("z")
      .unit("um")
      .range(-disc_radius_, disc_radius_)
      .tick_step(disc_radius_ > 200.0 ? 200.0 : 50.0);
  mark(top, "z");
  v1e::Panel& side = figure.panel();
  side.title("Side view");
  side.y_axis().label("Depth").unit("um").reverse();
  mark(side, "depth");
  output.figure("arrangement", figure.toml());
}

}  // namespace v1::analyses
