#include <v1e_sdk/figure.hpp>

#include "tests/unit/figures/sample.hpp"

namespace v1::figures::sample {
namespace {

v1e::Panel& single(v1e::Figure& figure) {
  figure.size_mm(85, 62);
  return figure.panel();
}

NamedSpec line() {
  v1e::Figure figure("Class responses");
  figure.markers({500, 1500}).caption("Mean over neurons of the class; band: standard error.");
  v1e::Panel& panel = single(figure);
  panel.x_axis().label("Time").time();
  panel.y_axis().label("Membrane potential change").unit("mV");
  panel.line("traces", "time", "v").error("sem").group("class").colors("classes");
  panel.horizontal_line(0).dash("solid").color("#999999").width(0.5);
  panel.horizontal_line(1).dash("dotted").label("threshold");
  return {"line", figure.toml()};
}

NamedSpec step() {
  v1e::Figure figure;
  v1e::Panel& panel = single(figure);
  panel.x_axis().range(0, 2500);
  panel.step("stimulus", "time", "tf").fill().color("#2f8a4f").label("temporal frequency");
  return {"step", figure.toml()};
}

NamedSpec band() {
  v1e::Figure figure;
  v1e::Panel& panel = single(figure);
  panel.y_axis().label("Rate or its error");
  panel.band("activity", "time", "rate_sem", "rate")
      .where("population", "e4")
      .color("#0072B2")
      .label("e4");
  return {"band", figure.toml()};
}

NamedSpec scatter() {
  v1e::Figure figure("Competition of inputs");
  figure.size_mm(95, 70);
  v1e::Panel& panel = figure.panel();
  panel.x_axis().label("Bottom-up current");
  panel.y_axis().label("Recurrent current");
  panel.scatter("neurons", "bottom_up", "recurrent")
      .group("class")
      .colors("classes")
      .group_order({"dVf", "hVf", "unclassified"});
  panel.diagonal(-1, 0).label("zero sum");
  return {"scatter", figure.toml()};
}

NamedSpec scatter_colored() {
  v1e::Figure figure;
  v1e::Panel& panel = single(figure);
  panel.equal_aspect();
  panel.color_axis().center(0).label("Response");
  panel.scatter("neurons", "x", "z").color_by("response").size(0.9);
  return {"scatter_colored", figure.toml()};
}

NamedSpec raster() {
  v1e::Figure figure;
  v1e::Panel& panel = single(figure);
  panel.raster("spikes", "time", "position").group("type").colors("types");
  return {"raster", figure.toml()};
}

NamedSpec density() {
  v1e::Figure figure;
  v1e::Panel& panel = single(figure);
  panel.density("spikes", "time", "position").bins({100, 60});
  panel.color_axis().map("heat").label("Spikes");
  return {"density", figure.toml()};
}

NamedSpec heatmap() {
  v1e::Figure figure("Input current by neuron");
  figure.markers({500, 1500}).size_mm(100, 75);
  figure.strip("stimulus", "time", "tf").label("Temporal frequency");
  v1e::Panel& panel = figure.panel();
  panel.x_axis().label("Time").time().range(0, 2500);
  panel.y_axis().label("Neuron").reverse().ticks({0, 29}).tick_labels({"1", "30"});
  panel.color_axis().label("Current").range(-50, 50).center(0);
  panel.heatmap("currents", "time", "neuron", "current");
  return {"heatmap", figure.toml()};
}

NamedSpec matrix() {
  v1e::Figure figure("Class changes");
  v1e::Panel& panel = single(figure);
  panel.x_axis().label("45 deg");
  panel.y_axis().label("0 deg");
  panel.color_axis().label("Fraction").range(0, 1);
  panel.heatmap("confusion", "other", "base", "fraction").annotate(2);
  return {"matrix", figure.toml()};
}

NamedSpec histogram() {
  v1e::Figure figure("Response to the grating");
  v1e::Panel& panel = single(figure);
  panel.x_axis().label("Response");
  panel.y_axis().label("Neurons");
  panel.histogram("neurons", "response").bins(50).group("class").colors("classes").stacked();
  panel.vertical_line(-3).label("-3 mV");
  panel.vertical_line(3).label("3 mV");
  return {"histogram", figure.toml()};
}

NamedSpec histogram_log() {
  v1e::Figure figure("Firing ratio");
  v1e::Panel& panel = single(figure);
  panel.x_axis().label("Rate ratio").scale("log").range(0.02, 50);
  panel.y_axis().label("Neurons");
  panel.histogram("neurons", "rate_ratio").log_bins().bins(49).color("#7F7F7F");
  panel.shade_x(0.02, 0.5).color("#F06233");
  panel.shade_x(2, 50).color("#33ABA2");
  panel.vertical_line(0.5);
  panel.vertical_line(2);
  return {"histogram_log", figure.toml()};
}

NamedSpec histogram_step() {
  v1e::Figure figure;
  v1e::Panel& panel = single(figure);
  panel.histogram("neurons", "bottom_up")
      .bins(30)
      .group("class")
      .colors("classes")
      .style("step")
      .normalize("density");
  return {"histogram_step", figure.toml()};
}

NamedSpec bar() {
  v1e::Figure figure("Input weight by source");
  figure.size_mm(100, 65);
  v1e::Panel& panel = figure.panel();
  panel.x_axis().label("");
  panel.y_axis().label("Summed weight");
  panel.bar("weights", "source", "weight").error("sem").group("target").colors("classes");
  panel.horizontal_line(0).dash("solid").color("#262626").width(0.6);
  return {"bar", figure.toml()};
}

v1e::Panel& class_panel(v1e::Figure& figure) {
  v1e::Panel& panel = single(figure);
  panel.x_axis().label("").categories({"dVf", "unclassified", "hVf"});
  panel.y_axis().label("Recurrent current");
  panel.bracket("dVf", "unclassified", 0.02);
  panel.bracket("dVf", "hVf", 0.0001);
  return panel;
}

NamedSpec box() {
  v1e::Figure figure;
  class_panel(figure).box("neurons", "class", "recurrent").group("class").colors("classes").mean();
  return {"box", figure.toml()};
}

NamedSpec violin() {
  v1e::Figure figure;
  class_panel(figure).violin("neurons", "class", "recurrent").group("class").colors("classes");
  return {"violin", figure.toml()};
}

NamedSpec swarm() {
  v1e::Figure figure;
  class_panel(figure).swarm("neurons", "class", "recurrent").group("class").colors("classes");
  return {"swarm", figure.toml()};
}

NamedSpec polar() {
  v1e::Figure figure("Tuning");
  figure.size_mm(140, 70).grid(1, 2).legend("bottom");
  v1e::Panel& curves = figure.panel();
  curves.y_axis().label("Firing rate");
  curves.polar("tuning", "direction", "rate").error("rate_sem").group("population").colors("types");
  v1e::Panel& counts = figure.panel();
  counts.y_axis().label("Neurons");
  counts.polar_histogram("neurons", "preferred_angle")
      .bins(24)
      .group("class")
      .group_order({"dVf", "hVf"})
      .colors("classes");
  return {"polar", figure.toml()};
}

NamedSpec points3d() {
  v1e::Figure figure("Positions");
  figure.size_mm(95, 62);
  figure.panel()
      .points3d("neurons", "x", "y", "z")
      .up("y")
      .scale_bar(100)
      .view(15, -60)
      .group("class")
      .colors("classes");
  return {"points3d", figure.toml()};
}

NamedSpec laminar_raster() {
  v1e::Figure figure("One trial");
  figure.size_mm(180, 150).grid(3, 1).heights({3, 6, 1}).share("all", "none").markers({500, 1500});
  v1e::Panel& lgn = figure.panel();
  lgn.x_axis().time().range(0, 2500).label("Time");
  lgn.y_axis().label("LGN unit").ticks({0, 1740});
  lgn.raster("lgn_spikes", "time", "unit").color("#C81E1E").alpha(0.25);
  v1e::Panel& cortex = figure.panel();
  cortex.x_axis().time().label("Time");
  cortex.y_axis().label("V1 neuron").ticks({0, 5000}).range(0, 5001);
  cortex.shades_from("layers", "begin", "end", "layer").alternate();
  cortex.raster("spikes", "time", "position")
      .group("type")
      .colors("types")
      .group_order({"Htr3a", "Sst", "Pvalb", "excitatory"});
  v1e::Panel& strip = figure.panel();
  strip.x_axis().time().label("Time");
  strip.y_axis().label("TF").min(0).ticks({0, 2});
  strip.step("stimulus", "time", "tf").color("#2f8a4f").width(1.5);
  return {"laminar_raster", figure.toml()};
}

NamedSpec population_activity() {
  v1e::Figure figure("Population activity");
  figure.size_mm(180, 200).grid(5, 2).share("all", "columns").markers({500, 1500}).legend("top");
  figure.strip("stimulus", "time", "tf").label("Temporal frequency");
  const auto add = [&](const char* name, int row, int column, int span) {
    v1e::Panel& panel = figure.panel();
    panel.at(row, column).span(1, span).title(name);
    panel.x_axis().label("Time").time();
    panel.y_axis().label("Rate");
    panel.line("activity", "time", "rate")
        .error("rate_sem")
        .where("population", name)
        .group("kind")
        .colors_of({{"inhibitory", "#1F45E0"}, {"excitatory", "#C81E1E"}});
  };
  add("i1", 0, 0, 2);
  int row = 1;
  for (const char* layer : {"23", "4", "5", "6"}) {
    add((std::string("i") + layer).c_str(), row, 0, 1);
    add((std::string("e") + layer).c_str(), row, 1, 1);
    ++row;
  }
  return {"population_activity", figure.toml()};
}

NamedSpec composite() {
  v1e::Figure figure("Responses and their distribution");
  figure.size_mm(180, 110).grid(2, 2).widths({2, 1}).letters().legend("bottom");
  v1e::Panel& map = figure.panel();
  map.x_axis().label("Time").time().range(0, 2500);
  map.y_axis().label("Neuron").reverse().ticks({0, 29}).tick_labels({"1", "30"});
  map.color_axis().label("Current").range(-50, 50).center(0);
  map.heatmap("currents", "time", "neuron", "current");
  v1e::Panel& histogram = figure.panel();
  histogram.x_axis().label("Response");
  histogram.y_axis().label("Neurons");
  histogram.histogram("neurons", "response").bins(40).group("class").colors("classes").stacked();
  v1e::Panel& traces = figure.panel();
  traces.id("traces").x_axis().label("Time").time().range(0, 2500);
  traces.y_axis().label("Potential change");
  traces.line("traces", "time", "v").error("sem").group("class").colors("classes");
  v1e::Panel& violins = figure.panel();
  violins.x_axis()
      .label("")
      .categories({"dVf", "unclassified", "hVf"})
      .category_labels({"dVf", "unc.", "hVf"});
  violins.y_axis().label("Recurrent current");
  violins.violin("neurons", "class", "recurrent").group("class").colors("classes");
  violins.bracket("dVf", "hVf", 0.0004);
  v1e::Panel& inset = figure.panel();
  inset.inset_of("traces", 0.74, 0.62, 0.24, 0.36)
      .legend(false)
      .x_axis()
      .label("")
      .ticks({500, 600})
      .range(480, 620);
  inset.y_axis().label("");
  inset.line("traces", "time", "v").group("class").colors("classes");
  return {"composite", figure.toml()};
}

}  // namespace

std::vector<NamedSpec> mark_gallery() {
  return {line(),    step(),    band(),   scatter(),   scatter_colored(), raster(),
          density(), heatmap(), matrix(), histogram(), histogram_log(),   histogram_step(),
          bar(),     box(),     violin(), swarm(),     polar(),           points3d()};
}

std::vector<NamedSpec> page_gallery() {
  return {laminar_raster(), population_activity(), composite()};
}

}  // namespace v1::figures::sample
