#include <algorithm>
#include <cmath>

#include "plugins/analyses/synapses/synapses.hpp"

// Connections among the classes, and what they would be if the classified neurons had exchanged
// their classes: then only the sizes of the classes and the synapses themselves count.
namespace v1::analyses {
namespace {

/// Sums over the synapses from one class to another.
struct MatrixMeasure {
  const char *column, *unit;
  const char* title;
  double digits;
  double (*of)(double synapses, double weight_pa, double targets, double sources);
};
constexpr MatrixMeasure measures[] = {
    {"probability", "%", "Probability", 2,
     [](double n, double, double t, double s) { return 100.0 * n / (t * s); }},
    {"in_degree", "1", "Synapses per target", 1,
     [](double n, double, double t, double) { return n / t; }},
    {"weighted_in_degree", "pA", "Weight per target", 1,
     [](double, double w, double t, double) { return w / t; }},
    {"mean_weight", "pA", "Weight per synapse", 2,
     [](double n, double w, double, double) { return w / n; }}};

}  // namespace

AgainstChance Synapses::connection(std::size_t measure, ResponseClass target,
                                   ResponseClass source) const {
  const std::size_t cell =
      static_cast<std::size_t>(target) * class_count + static_cast<std::size_t>(source);
  const auto n_target = static_cast<double>(classes_.size(target));
  const auto n_source = static_cast<double>(classes_.size(source));
  std::vector<double> values;
  for (std::size_t k = 0; k < connections_.labellings(); ++k) {
    const std::size_t at = k * ClassConnections::cells + cell;
    values.push_back(measures[measure].of(sums_.among.synapses[at], sums_.among.weight_pa[at],
                                          n_target, n_source));
  }
  return against_chance(values);
}

// Of all shown pairs of classes, rows of targets.
std::vector<AgainstChance> Synapses::connections_of(std::size_t measure) const {
  std::vector<AgainstChance> out;
  for (const ResponseClass to : shown_classes()) {
    for (const ResponseClass from : shown_classes()) {
      out.push_back(connection(measure, to, from));
    }
  }
  return out;
}

// All synapses among the classified neurons, self-connections included.
void Synapses::write_matrices(v1e::Output& output) const {
  std::vector<std::string> target, source;
  std::vector<double> synapses;
  for (const ResponseClass to : shown_classes()) {
    for (const ResponseClass from : shown_classes()) {
      target.push_back(name_of(to));
      source.push_back(name_of(from));
      synapses.push_back(sums_.among.synapses[static_cast<std::size_t>(to) * class_count +
                                              static_cast<std::size_t>(from)]);
    }
  }
  v1e::Table table;
  table.column("target", "1", target).column("source", "1", source);
  table.column("synapses", "1", synapses);
  for (std::size_t m = 0; m < std::size(measures); ++m) {
    std::vector<double> found, expected, z;
    for (const AgainstChance& one : connections_of(m)) {
      found.push_back(one.found);
      expected.push_back(one.expected);
      z.push_back(one.z);
    }
    const std::string column = measures[m].column;
    table.column(column, measures[m].unit, found);
    table.column(column + "_expected", measures[m].unit, expected).column(column + "_z", "1", z);
  }
  output.table("class_matrices",
               "Connections among the classified neurons (probability: synapses over pairs); "
               "expected: mean over " +
                   std::to_string(realisations) +
                   " random exchanges of the classes among these neurons, z: distance from it in "
                   "standard deviations of the exchanges",
               table);
}

void Synapses::draw_matrices(v1e::Output& output) const {
  std::vector<std::string> names, short_names;
  for (const ResponseClass one : shown_classes()) {
    if (classes_.size(one) == 0) continue;
    names.push_back(name_of(one));
    short_names.push_back(one == ResponseClass::unclassified ? "uncl." : name_of(one));
  }
  v1e::Figure figure("Connections among the classes");
  figure.caption(
      "Rows: target, columns: source. Left: as found; probability: synapses over pairs of neurons. "
      "Middle: mean over " +
      std::to_string(realisations) +
      " random exchanges of the classes among the classified neurons. Right: how many standard "
      "deviations of the exchanges lie between the two. " +
      sample_text());
  figure.grid(static_cast<int>(std::size(measures)), 3).share("none", "none").letters();
  figure.size_mm(180.0, 190.0);
  const auto panel = [&](const std::string& column, const std::string& words,
                         double digits) -> v1e::Panel& {
    v1e::Panel& p = figure.panel();
    p.title(words);
    p.x_axis().label("Source").categories(names).category_labels(short_names).angle(0.0);
    p.y_axis().label("Target").categories(names).category_labels(short_names);
    p.color_axis().label("");
    p.heatmap("class_matrices", "source", "target", column).annotate(digits);
    return p;
  };
  double most_z = 3.0;  // one scale for all
  for (std::size_t m = 0; m < std::size(measures); ++m) {
    for (const AgainstChance& one : connections_of(m)) {
      if (std::isfinite(one.z)) most_z = std::max(most_z, std::fabs(one.z));
    }
  }
  for (std::size_t m = 0; m < std::size(measures); ++m) {
    const std::string column = measures[m].column, unit = measures[m].unit;
    double low = 0.0, high = 0.0;  // one scale for what was found and what was expected
    for (const AgainstChance& one : connections_of(m)) {
      for (const double value : {one.found, one.expected}) {
        if (std::isnan(value)) continue;
        low = std::min(low, value);
        high = std::max(high, value);
      }
    }
    if (low == high) high = 1.0;
    const std::string words = measures[m].title + (unit == "1" ? "" : " (" + unit + ")");
    const double digits = measures[m].digits;
    panel(column, words, digits).color_axis().range(low, high);
    panel(column + "_expected", "Expected", digits).color_axis().range(low, high);
    panel(column + "_z", "z", 1).color_axis().center(0.0).range(-most_z, most_z);
  }
  output.figure("class_matrices", figure.toml());
}

}  // namespace v1::analyses
