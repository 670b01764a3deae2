#include <algorithm>
#include <cmath>

#include "plugins/analyses/classification/report.hpp"
#include "plugins/analyses/shared/responses/perturbation_tuning.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"

namespace v1::analyses {
namespace {

bool any_finite(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

}  // namespace

void Report::draw_responses() {
  v1e::Figure figure = this->figure("Responses",
                                    "Neurons by response, 50 bins; dotted: thresholds "
                                    "in force, where all neurons share them.");
  std::vector<Variable> shown;
  for (const Variable k : {total, recurrent, bottom_up, after_spike_background, potential}) {
    if (a_.has(k)) shown.push_back(k);
  }
  if (shown.empty()) return;
  const int columns = shown.size() > 1 ? 2 : 1;
  figure.grid(static_cast<int>(shown.size() + 1) / columns, columns).legend("top");
  for (const Variable k : shown) {
    v1e::Panel& panel = figure.panel();
    const std::string column = "response_" + std::string(variables[k].name);
    panel.x_axis().label(std::string(variables[k].label) + ", change").unit(variables[k].unit);
    panel.y_axis().label("Neurons");
    v1e::Mark& mark = panel.histogram("neurons", column).bins(50.0);
    if (classified()) {
      mark.group("class").group_order(class_order()).colors("classes").stacked();
    }
    add_thresholds(panel, k, true);
  }
  out_.figure("response_histograms", figure.toml());
}

// As the classes by these criteria; the classes of the run may be by another one.
std::string Report::rate_shades() {
  return " Shaded: orange where rates fall as far as of hVf neurons by this criterion, teal where "
         "they rise as far as of dVf neurons.";
}

void Report::draw_rate_change() {
  if (!a_.has_spikes_) return;
  const NeuronTable& t = a_.table_;
  const auto undefined_ratios =
      std::count_if(t.ratio.begin(), t.ratio.end(), [](double v) { return std::isnan(v); });
  const auto zero_ratios = std::count(t.ratio.begin(), t.ratio.end(), 0.0);
  if (any_finite(t.ratio) &&
      std::any_of(t.ratio.begin(), t.ratio.end(), [](double v) { return v > 0.0; })) {
    std::vector<double> edges;
    for (int k = 0; k < 50; ++k) edges.push_back(0.01 * std::pow(5000.0, k / 49.0));
    v1e::Figure figure =
        this->figure("Firing-rate ratio",
                     "Response over baseline. Not shown: " + std::to_string(undefined_ratios) +
                         " neurons silent before and " + std::to_string(zero_ratios) +
                         " silenced by the response." + rate_shades());
    figure.size_mm(120.0, 80.0);
    v1e::Panel& panel = figure.panel();
    panel.x_axis().label("Response / baseline").scale("log").range(0.05, 50.0);
    panel.y_axis().label("Neurons");
    panel.shade_x(0.05, 1.0 / ratio_threshold).color("#F06233").alpha(0.15);
    panel.shade_x(1.0 / ratio_threshold, ratio_threshold).color("#9CB0AE").alpha(0.15);
    panel.shade_x(ratio_threshold, 50.0).color("#33ABA2").alpha(0.15);
    panel.vertical_line(1.0 / ratio_threshold).dash("dashed");
    panel.vertical_line(ratio_threshold).dash("dashed");
    panel.histogram("neurons", "firing_rate_ratio")
        .edges(edges)
        .where_between("firing_rate_ratio", 0.01, 50.0);
    out_.figure("firing_rate_ratio", figure.toml());
  } else {
    out_.note("No neuron has a firing-rate ratio above 0; its figure is left out.");
  }
  if (!any_finite(t.modulation)) return;
  v1e::Figure figure = this->figure("Modulation index",
                                    "(response - baseline) / (response + baseline) of the rates; "
                                    "neurons silent in both windows are left out." +
                                        rate_shades());
  figure.size_mm(120.0, 80.0);
  std::vector<double> edges;
  for (int k = 0; k <= 40; ++k) edges.push_back(-1.0 + 0.05 * k);
  v1e::Panel& panel = figure.panel();
  panel.x_axis().label("Modulation index").range(-1.0, 1.0);
  panel.y_axis().label("Neurons");
  panel.shade_x(-1.0, -modulation_threshold).color("#F06233").alpha(0.15);
  panel.shade_x(-modulation_threshold, modulation_threshold).color("#9CB0AE").alpha(0.15);
  panel.shade_x(modulation_threshold, 1.0).color("#33ABA2").alpha(0.15);
  panel.vertical_line(-modulation_threshold).dash("dashed");
  panel.vertical_line(modulation_threshold).dash("dashed");
  panel.histogram("neurons", "modulation_index").edges(edges);
  out_.figure("modulation_index", figure.toml());
}

void Report::draw_baselines() {
  v1e::Figure figure = this->figure("Baseline by class",
                                    "Distribution over neurons of the mean "
                                    "before the response.");
  std::vector<Variable> shown;
  for (const Variable k : {total, recurrent, bottom_up, after_spike_background, potential}) {
    if (a_.has(k)) shown.push_back(k);
  }
  if (!classified() || shown.empty()) return;
  figure.grid(2, 3).legend("none").size_mm(180.0, 120.0);
  for (const Variable k : shown) {
    v1e::Panel& panel = figure.panel();
    panel.title(variables[k].label);
    panel.x_axis().label("").categories(class_order());
    panel.y_axis().label("Baseline").unit(variables[k].unit);
    panel.violin("neurons", "class", "baseline_" + std::string(variables[k].name))
        .group("class")
        .group_order(class_order())
        .colors("classes")
        .quartiles();
  }
  out_.figure("baseline_distribution", figure.toml());

  for (const std::string& feature : significant_) {
    const bool deviation = feature != "baseline_input_current";
    const std::string label =
        deviation ? "Baseline input current, standard deviation" : "Baseline input current";
    v1e::Figure one = this->figure(
        label + " by class",
        std::string("Dots: neurons; boxes: quartiles; diamonds: means. Welch's tests, ") +
            (a_.frame_.reference ? "uncorrected" : "corrected by Holm's method") +
            " (* 0.05, ** 0.01, *** 0.001, **** 0.0001); differences with intervals and all p "
            "values are in the table welch.");
    one.size_mm(100.0, 90.0).legend("none");
    v1e::Panel& panel = one.panel();
    panel.x_axis().label("").categories(class_order());
    panel.y_axis().label(label).unit("pA");
    panel.swarm("neurons", "class", feature)
        .group("class")
        .group_order(class_order())
        .colors("classes");
    panel.box("neurons", "class", feature)
        .color("#FFFFFF")
        .alpha(0.3)
        .width(0.5)
        .fliers(false)
        .mean();
    for (const Comparison& comparison : comparisons_) {
      if (comparison.feature != feature) continue;
      panel.bracket(comparison.first, comparison.second, comparison.p).text(stars(comparison.p));
    }
    out_.figure(feature + "_by_class", one.toml());
  }
}

void Report::draw_preferred_angles() {
  if (!classified()) return;
  if (!any_finite(a_.angle_)) {
    out_.note("The population has no preferred direction; its figure is left out.");
    return;
  }
  v1e::Figure figure = this->figure("Preferred direction by class",
                                    "Tuning angle of the neurons, 40 bins, as densities; p: "
                                    "Rayleigh's test against uniform directions.");
  figure.grid(1, 3).legend("none").size_mm(180.0, 70.0);
  for (const ResponseClass c : all_classes) {
    const auto index = static_cast<std::size_t>(c);
    v1e::Panel& panel = figure.panel();
    std::vector<double> known;
    for (const double angle : of_class(a_.angle_, c)) {
      if (std::isfinite(angle)) known.push_back(angle);
    }
    panel.title(std::string(class_names[index]) + " (n = " + std::to_string(class_size(c)) +
                ", p = " + fixed(rayleigh_p(known), 3) + ")");
    panel.polar_histogram("neurons", "preferred_angle")
        .bins(40.0)
        .normalize("density")
        .where("class", class_names[index])
        .color(class_colors[index]);
  }
  out_.figure("preferred_angle_distribution", figure.toml());
}

// Bottom-up against recurrent response: neurons near the diagonal receive currents that cancel.
void Report::draw_competition() {
  if (!classified() || !a_.has(recurrent) || !a_.has(bottom_up)) return;
  v1e::Figure figure =
      this->figure("Bottom-up against recurrent response",
                   "Change from baseline of every neuron; dashed: both changes cancel.");
  figure.size_mm(120.0, 100.0);
  v1e::Panel& panel = figure.panel();
  panel.x_axis().label("Bottom-up current, change").unit("pA");
  panel.y_axis().label("Recurrent current, change").unit("pA");
  panel.diagonal(-1.0, 0.0).dash("dashed").color("#444444");
  panel.scatter("neurons", "response_bottom_up_current", "response_recurrent_current")
      .group("class")
      .group_order(class_order())
      .colors("classes")
      .size(0.6)
      .alpha(0.6);
  out_.figure("current_competition", figure.toml());
}

void Report::draw_sensitivity() {
  if (!classified() || !a_.criterion.is("input_current")) return;
  v1e::Figure figure = this->figure("Class shares against the threshold",
                                    "Share of neurons when another fraction of the rheobase is "
                                    "taken as threshold; dashed: the one in force.");
  figure.size_mm(120.0, 80.0);
  v1e::Panel& panel = figure.panel();
  panel.x_axis().label("Threshold / rheobase").range(0.0, 0.2);
  panel.y_axis().label("Share of neurons").range(0.0, 1.0);
  panel.vertical_line(rheobase_fraction).dash("dashed");
  panel.line("threshold_sensitivity", "rheobase_fraction", "fraction")
      .group("class")
      .group_order(class_order())
      .colors("classes");
  out_.figure("threshold_sensitivity", figure.toml());
}

}  // namespace v1::analyses
