#include <algorithm>

#include "plugins/analyses/math/undefined.hpp"
#include "plugins/analyses/synapses/synapses.hpp"

namespace v1::analyses {
namespace {

constexpr std::array<ResponseClass, 3> matrix_order = {ResponseClass::dvf, ResponseClass::hvf,
                                                       ResponseClass::unclassified};

std::string name_of(ResponseClass c) {
  return std::string(class_names[static_cast<std::size_t>(c)]);
}

}  // namespace

// All synapses among the classified neurons, self-connections included.
void Synapses::write_matrices(v1e::Output& output) const {
  std::vector<std::string> target, source;
  std::vector<double> synapses, probability, in_degree, weighted, mean_weight;
  const std::size_t shown = reference() ? 2 : 3;
  for (std::size_t t = 0; t < shown; ++t) {
    for (std::size_t s = 0; s < shown; ++s) {
      const auto n_target = static_cast<double>(classes_.size(matrix_order[t]));
      const auto n_source = static_cast<double>(classes_.size(matrix_order[s]));
      const auto column =
          std::find(sources_.begin(), sources_.end(), name_of(matrix_order[s])) - sources_.begin();
      double count = 0.0, weight = 0.0;
      for (std::size_t i = 0; i < targets() && n_source > 0.0; ++i) {
        if (class_of(i) != matrix_order[t]) continue;
        const std::size_t at = i * sources_.size() + static_cast<std::size_t>(column);
        count += sums_.count[at];
        weight += sums_.weight[at];
      }
      target.push_back(name_of(matrix_order[t]));
      source.push_back(name_of(matrix_order[s]));
      synapses.push_back(count);
      probability.push_back(100.0 * count / (n_source * n_target));
      in_degree.push_back(count / n_target);
      weighted.push_back(weight / n_target);
      mean_weight.push_back(count > 0.0 ? weight / count : undefined);
    }
  }
  v1e::Table table;
  table.column("target", "1", target).column("source", "1", source);
  table.column("synapses", "1", synapses).column("probability", "%", probability);
  table.column("in_degree", "1", in_degree).column("weighted_in_degree", "pA", weighted);
  table.column("mean_weight", "pA", mean_weight);
  output.table("class_matrices",
               "Connections among the classified neurons; probability: synapses over pairs", table);
}

void Synapses::draw_matrices(v1e::Output& output) const {
  std::vector<std::string> names;
  for (std::size_t c = 0; c < (reference() ? 2u : 3u); ++c) {
    if (classes_.size(matrix_order[c]) > 0) names.push_back(name_of(matrix_order[c]));
  }
  v1e::Figure figure("Connections among the classes");
  figure.caption(
      "Rows: target, columns: source. Probability: synapses over pairs of neurons; in-degrees per "
      "target neuron; mean weight per synapse. " +
      sample_text());
  figure.grid(2, 2).share("none", "none").letters().size_mm(180.0, 140.0);
  const auto panel = [&](const char* column, const char* title, const char* label, const char* unit,
                         double digits) {
    v1e::Panel& p = figure.panel();
    p.title(title);
    p.x_axis().label("Source").categories(names).angle(0.0);
    p.y_axis().label("Target").categories(names);
    p.color_axis().label(label).unit(unit).min(0.0);
    p.heatmap("class_matrices", "source", "target", column).annotate(digits);
  };
  panel("probability", "Connection probability", "Probability", "%", 2);
  panel("in_degree", "Synapses per target", "Synapses", "", 1);
  panel("weighted_in_degree", "Weight per target", "Summed weight", "pA", 1);
  panel("mean_weight", "Mean weight", "Weight", "pA", 2);
  output.figure("class_matrices", figure.toml());
}

}  // namespace v1::analyses
