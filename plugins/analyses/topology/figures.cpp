#include "plugins/analyses/topology/topology.hpp"

namespace v1::analyses {
namespace {

constexpr const char* recurrent_color = "#808000";  // as in figures of currents
constexpr const char* total_color = "#C81E1E";
constexpr const char* out_color = "#444444";

// Recurrent and total in-degrees, or out-degrees, of one type or of all.
void distribution(v1e::Panel& panel, const std::string& table, const std::string& type, bool out) {
  const auto mark = [&](const char* quantity, const char* color) {
    panel.binned_histogram(table, "low", "high", "neurons")
        .where("type", type)
        .where("quantity", quantity)
        .style("step")
        .color(color)
        .label(quantity);
  };
  if (out) {
    mark("out", out_color);
  } else {
    mark("total in", total_color);
    mark("recurrent in", recurrent_color);
  }
}

void label_x(v1e::Panel& panel, bool weighted) {
  panel.x_axis().label(weighted ? "Summed weight" : "Partners").unit(weighted ? "pA" : "");
  if (!weighted) panel.x_axis().min(0.0);
}

}  // namespace

std::string Topology::sample_text() const {
  return "Run " + dataset_.label() + ", " + std::to_string(dataset_.neurons()) + " neurons; mode " +
         mode.text() + ".";
}

void Topology::draw_degrees(v1e::Output& output) const {
  v1e::Figure figure("Degree distributions");
  figure.caption(
      "Distinct partners (left) and summed weights (right) of all neurons; total: recurrent, LGN "
      "and background together. " +
      sample_text());
  figure.grid(2, 2).share("columns", "none").letters().legend("top").size_mm(180.0, 110.0);
  for (const bool out : {false, true}) {
    for (const bool weighted : {false, true}) {
      v1e::Panel& panel = figure.panel();
      panel.title(out ? "Out" : "In");
      label_x(panel, weighted);
      panel.y_axis().label("Neurons").min(0.0);
      distribution(panel, weighted ? "weight_histogram" : "degree_histogram", "all", out);
    }
  }
  output.figure("degrees", figure.toml());
}

// In-degree and summed weight by type, so that types are compared on common axes.
void Topology::draw_degrees_by_type(v1e::Output& output) const {
  v1e::Figure figure("Degrees by type");
  figure.caption(
      "Boxes: quartiles over the neurons of a type, whiskers to 1.5 interquartile ranges. "
      "Excitatory and inhibitory: recurrent weight by sign. " +
      sample_text());
  figure.grid(3, 2).share("none", "none").letters().legend("none").size_mm(180.0, 190.0);
  const auto panel = [&](const char* column, const char* title, const char* label,
                         const char* unit) {
    v1e::Panel& p = figure.panel();
    p.title(title);
    p.x_axis().label("").categories(types_.names).angle(90.0);
    p.y_axis().label(label).unit(unit);
    p.box("neurons", "type", column).group("type").colors("types").fliers(false);
  };
  panel("k_in", "Recurrent in", "Partners", "");
  panel("k_out", "Recurrent out", "Partners", "");
  panel("lgn_k_in", "From the LGN", "Partners", "");
  panel("lgn_w_in", "From the LGN", "Summed weight", "pA");
  panel("excitatory_w_in", "Recurrent, excitatory", "Summed weight", "pA");
  panel("inhibitory_w_in", "Recurrent, inhibitory", "Summed weight", "pA");
  output.figure("degrees_by_type", figure.toml());
}

void Topology::draw_type_pairs(v1e::Output& output) const {
  v1e::Figure figure("Connections between types");
  figure.caption(
      "Connected pairs over possible pairs within the simulated network, and size of the summed "
      "weight that one target neuron receives (negative for sources i...; gray: none). " +
      sample_text());
  figure.grid(1, 2).share("none", "none").letters().size_mm(180.0, 95.0);
  std::vector<std::string> sources;
  for (std::size_t s = 0; s < sources_.size(); ++s) {
    if (sources_[s] == "background") continue;  // one to one
    if (source_count(s) > 0.0) sources.push_back(sources_[s]);
  }
  for (const bool weighted : {false, true}) {
    v1e::Panel& panel = figure.panel();
    panel.title(weighted ? "Weight per target neuron" : "Connection probability");
    panel.x_axis().label("Source").categories(sources).angle(90.0);
    panel.y_axis().label("Target").categories(types_.names);
    if (weighted) {
      panel.color_axis().label("Size of the weight").unit("pA").scale("log");
    } else {
      panel.color_axis().label("Probability").unit("%").min(0.0);
    }
    panel.heatmap("type_pairs", "source", "target", weighted ? "weight_size" : "probability")
        .where_any("source", sources);
  }
  output.figure("type_pairs", figure.toml());
}

// Does a neuron with much excitation get much inhibition?
void Topology::draw_balance(v1e::Output& output) const {
  v1e::Figure figure("Balance of recurrent weights");
  figure.caption(
      "Each dot is a neuron: summed excitatory against summed inhibitory recurrent "
      "weight. Neurons without excitatory synapses are not shown. " +
      sample_text());
  figure.size_mm(110.0, 80.0);
  v1e::Panel& panel = figure.panel();
  panel.x_axis().label("Excitatory weight").unit("pA").scale("log");
  panel.y_axis().label("Inhibitory weight").unit("pA").max(0.0);
  panel.scatter("neurons", "excitatory_w_in", "inhibitory_w_in")
      .group("subclass")
      .group_order({"e", "Pvalb", "Sst", "Htr3a", "Vip", ""})
      .colors("types")
      .labels_of({{"e", "Excitatory"}, {"", "other"}})
      .alpha(0.5)
      .size(0.6);
  output.figure("balance", figure.toml());
}

}  // namespace v1::analyses
