#include <algorithm>

#include "plugins/analyses/synapses/synapses.hpp"

// Do dVf and hVf neurons get different input from a source? Welch's tests, one per source, of the
// number of synapses and of their summed weight; p values are corrected over the sources of each.
namespace v1::analyses {

void Synapses::compare_sources() {
  std::vector<double> p_count, p_weight;
  for (std::size_t s = 0; s < sources_.size(); ++s) {
    const Sample d = sample(s, ResponseClass::dvf), h = sample(s, ResponseClass::hvf);
    Difference& one = differences_.emplace_back();
    one.source = sources_[s];
    one.count = {mean(d.count), mean(h.count), welch_test(d.count, h.count)};
    one.weight = {mean(d.weight), mean(h.weight), welch_test(d.weight, h.weight)};
    p_count.push_back(one.count.welch.p);
    p_weight.push_back(one.weight.welch.p);
  }
  const std::vector<double> holm_count = holm(p_count), holm_weight = holm(p_weight);
  for (std::size_t s = 0; s < sources_.size(); ++s) {
    differences_[s].count.p_holm = holm_count[s];
    differences_[s].weight.p_holm = holm_weight[s];
    bool any = false;
    for (std::size_t i = 0; i < targets(); ++i) any |= sums_.count[i * sources_.size() + s] > 0.0;
    if (any) shown_.push_back(sources_[s]);
  }
  std::sort(shown_.begin(), shown_.end(), [](const std::string& a, const std::string& b) {
    return laminar_key(a) < laminar_key(b);
  });
}

void Synapses::write_differences(v1e::Output& output) const {
  v1e::Table table;
  std::vector<std::string> source;
  for (const Difference& one : differences_) source.push_back(one.source);
  table.column("source", "1", source);
  const auto columns = [&](const std::string& what, const std::string& unit,
                           Comparison Difference::*measure) {
    const auto add = [&](const std::string& column, const std::string& of_unit, auto value) {
      std::vector<double> values;
      for (const Difference& one : differences_) values.push_back(value(one.*measure));
      table.column(column, of_unit, values);
    };
    add("dvf_" + what, unit, [](const Comparison& c) { return c.dvf; });
    add("hvf_" + what, unit, [](const Comparison& c) { return c.hvf; });
    add(what + "_difference", unit, [](const Comparison& c) { return c.dvf - c.hvf; });
    add(what + "_reach_95", unit, [](const Comparison& c) { return c.reach_95(); });
    add(what + "_t", "1", [](const Comparison& c) { return c.welch.t; });
    add(what + "_df", "1", [](const Comparison& c) { return c.welch.df; });
    add(what + "_p", "1", [](const Comparison& c) { return c.welch.p; });
    add(what + "_p_holm", "1", [](const Comparison& c) { return c.p_holm; });
  };
  columns("synapses", "1", &Difference::count);
  columns("weight", "pA", &Difference::weight);
  output.table("differences",
               "dVf minus hVf by source, with half the width of the 95 % interval; Welch's tests, "
               "p_holm: corrected over the sources by Holm's method",
               table);
}

// Names of the shown sources, with stars where the classes differ.
std::vector<std::string> Synapses::starred_sources(bool weighted) const {
  std::vector<std::string> out;
  for (const std::string& source : shown_) {
    const auto found = std::find_if(differences_.begin(), differences_.end(),
                                    [&](const Difference& d) { return d.source == source; });
    const Comparison& c = weighted ? found->weight : found->count;
    const double p = reference() ? c.welch.p : c.p_holm;
    out.push_back(p <= 0.05 ? source + " " + std::string(stars(p)) : source);
  }
  return out;
}

std::string Synapses::test_text() const {
  return std::string("Stars: Welch's test of dVf against hVf ") +
         (reference() ? "without correction" : "corrected over the sources by Holm's method") +
         " (* 0.05, ** 0.01, *** 0.001, **** 0.0001). ";
}

void Synapses::draw_differences(v1e::Output& output) const {
  if (classes_.size(ResponseClass::dvf) == 0 || classes_.size(ResponseClass::hvf) == 0) return;
  v1e::Figure figure("Difference of the input by source");
  figure.caption("Mean of dVf minus mean of hVf neurons with its 95 % interval (Welch). " +
                 test_text() + sample_text());
  figure.grid(2, 1).share("none", "none").letters().legend("none").size_mm(180.0, 130.0);
  for (const bool weighted : {false, true}) {
    const std::string what = weighted ? "weight" : "synapses";
    v1e::Panel& panel = figure.panel();
    panel.x_axis().label("").categories(shown_).category_labels(starred_sources(weighted));
    panel.x_axis().angle(90.0);
    panel.y_axis()
        .label(weighted ? "Weight, dVf - hVf" : "Synapses, dVf - hVf")
        .unit(weighted ? "pA" : "");
    if (weighted) panel.y_axis().scale("symlog").linear_width(10.0);
    panel.horizontal_line(0.0).color("#999999").width(0.5);
    panel.scatter("differences", "source", what + "_difference")
        .y_error(what + "_reach_95")
        .color("#222222")
        .size(1.4);
  }
  output.figure("differences", figure.toml());
}

}  // namespace v1::analyses
