#include "plugins/analyses/synapses/synapses.hpp"

namespace v1::analyses {
void Synapses::draw_degrees(v1e::Output& output) const {
  v1e::Figure figure("Degrees by class");
  figure.caption(
      "Distributions over neurons in 30 bins common to the classes, each class summing to one; "
      "partners (left), summed weights (right). " +
      sample_text());
  figure.grid(4, 2).share("none", "none").letters().legend("top").size_mm(180.0, 200.0);
  const auto panel = [&](const char* column, const char* title, bool weighted) {
    v1e::Panel& p = figure.panel();
    p.title(title);
    p.x_axis().label(weighted ? "Summed weight" : "Partners").unit(weighted ? "pA" : "");
    p.y_axis().label("Share of neurons").min(0.0);
    p.histogram("neurons", column)
        .bins(30.0)
        .style("step")
        .normalize("probability")
        .group("class")
        .group_order(classes_.present())
        .colors("classes");
  };
  panel("k_in", "Recurrent in", false);
  panel("w_in", "Recurrent in", true);
  panel("lgn_k_in", "From the LGN", false);
  panel("lgn_w_in", "From the LGN", true);
  panel("total_k_in", "Total in", false);
  panel("total_w_in", "Total in", true);
  panel("k_out", "Recurrent out", false);
  panel("w_out", "Recurrent out", true);
  output.figure("degrees", figure.toml());
}

void Synapses::draw_sources(v1e::Output& output) const {
  v1e::Figure figure("Synapses by source");
  figure.caption(
      "Mean number of synapses (top) and mean summed weight (bottom) that one neuron of a class "
      "receives from each type; e23: excitatory neurons of layer 2/3 that were not classified. " +
      sample_text());
  figure.grid(2, 1).share("columns", "none").letters().legend("top").size_mm(180.0, 130.0);
  for (const bool weighted : {false, true}) {
    v1e::Panel& panel = figure.panel();
    panel.x_axis().label("").categories(shown_).angle(90.0);
    panel.y_axis()
        .label(weighted ? "Weight per neuron" : "Synapses per neuron")
        .unit(weighted ? "pA" : "");
    panel.bar("sources", "source", weighted ? "weight_per_neuron" : "synapses_per_neuron")
        .group("class")
        .group_order(classes_.present())
        .colors("classes");
    if (weighted) panel.horizontal_line(0.0).color("#444444");
  }
  output.figure("sources", figure.toml());
}

// Boxes over target neurons; stars say whether the two classes differ.
void Synapses::draw_targets(v1e::Output& output) const {
  v1e::Figure figure("Input of single neurons by source");
  figure.caption(
      "Boxes: quartiles over the neurons of a class, whiskers to 1.5 interquartile ranges. " +
      test_text() + sample_text());
  figure.grid(2, 1).share("none", "none").letters().legend("top").size_mm(180.0, 150.0);
  for (const bool weighted : {false, true}) {
    v1e::Panel& panel = figure.panel();
    panel.x_axis()
        .label("")
        .categories(shown_)
        .category_labels(starred_sources(weighted))
        .angle(90.0);
    if (weighted) {
      panel.y_axis().label("Summed weight").unit("pA");
      panel.horizontal_line(0.0).color("#444444");
    } else {
      panel.y_axis().label("Synapses").min(0.0);
    }
    panel.box("targets", "source", weighted ? "weight" : "synapses")
        .where_any("class", {"dVf", "hVf"})
        .group("class")
        .group_order({"dVf", "hVf"})
        .colors("classes")
        .fliers(false);
  }
  output.figure("targets", figure.toml());
}

}  // namespace v1::analyses
