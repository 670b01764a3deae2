#include <algorithm>

#include "plugins/analyses/shared/report/counted.hpp"
#include "plugins/analyses/tuning/cell_types.hpp"
#include "plugins/analyses/tuning/tuning.hpp"

namespace v1::analyses {

std::string Tuning::sample_text() const {
  const std::size_t least = *std::min_element(repetitions_.begin(), repetitions_.end());
  return std::to_string(neurons_.size()) + " neurons, " + std::to_string(directions_.size()) +
         (selective() ? " directions, " : " condition, ") + counted(least, "trial") + " of each.";
}

void Tuning::draw_rates(v1e::Output& output) const {
  v1e::Figure figure("Rates by cell type");
  figure.caption(
      "Boxes: quartiles of the mean rates of neurons, whiskers to 1.5 interquartile "
      "ranges; dots: means. " +
      sample_text());
  figure.grid(2, 1).share("none", "none").legend("none").size_mm(180.0, 130.0);
  for (const char* rate : {"evoked_rate", "spontaneous_rate"}) {
    v1e::Panel& panel = figure.panel();
    panel.title(std::string(rate) == "evoked_rate" ? "Evoked" : "Spontaneous");
    panel.x_axis().label("").categories(neurons_.groups).angle(45.0);
    panel.y_axis().label("Rate").unit("Hz").min(0.0);
    panel.box("neurons", "population", rate)
        .group("population")
        .colors("types")
        .fliers(false)
        .mean();
  }
  output.figure("rates", figure.toml());
}

void Tuning::draw_selectivity(v1e::Output& output) const {
  v1e::Figure figure("Selectivity by cell type");
  figure.caption(
      "Vector measures (one minus circular variance) of neurons whose best rate is at "
      "least " +
      std::to_string(least_rate).substr(0, 4) + " Hz; boxes: quartiles. " + sample_text());
  figure.grid(2, 1).share("none", "none").legend("none").size_mm(180.0, 130.0);
  for (const char* measure : {"osi", "dsi"}) {
    v1e::Panel& panel = figure.panel();
    const bool orientation = std::string(measure) == "osi";
    panel.title(orientation ? "Orientation selectivity" : "Direction selectivity");
    panel.x_axis().label("").categories(neurons_.groups).angle(45.0);
    panel.y_axis().label(orientation ? "OSI" : "DSI").range(0.0, 1.0);
    panel.box("neurons", "population", measure).group("population").colors("types").fliers(false);
  }
  output.figure("selectivity", figure.toml());
}

v1e::Figure small_panels(const std::string& title, std::size_t count, const PanelSize& size) {
  const int columns = std::min(static_cast<int>(count), size.most_columns);
  const int rows = (static_cast<int>(count) + columns - 1) / columns;
  v1e::Figure figure(title);
  figure.grid(rows, columns).share("none", "none").legend("none");
  figure.size_mm(size.width_mm * columns + size.margin_mm, size.height_mm * rows + 20.0);
  return figure;
}

// One small panel per population.
void Tuning::draw_curves(v1e::Output& output) const {
  const std::vector<std::string> shown = selective_populations(1);
  if (shown.empty()) {
    output.note("No neuron reaches `least_rate`, so there are no tuning curves.");
    return;
  }
  v1e::Figure figure = small_panels("Tuning curves", shown.size(), {5, 34.0, 36.0});
  figure.caption(
      std::string(
          "Mean rate against the distance from each neuron's best direction; band: standard "
          "error over neurons. The value at 0 is a maximum by construction. ") +
      (has_assigned_angles() ? "Gray: against the distance from the angle that the network assigns "
                               "to the neuron, which no noise has chosen. "
                             : "") +
      sample_text());
  for (const std::string& population : shown) {
    v1e::Panel& panel = figure.panel();
    panel.title(population);
    panel.x_axis().label("Offset").unit("deg").range(-190.0, 190.0).ticks({-180.0, 0.0, 180.0});
    panel.y_axis().label("Rate").unit("Hz").min(0.0);
    if (has_assigned_angles()) {
      panel.line("assigned_curves", "offset", "rate")
          .error("rate_sem")
          .where("population", population)
          .color("#888888");
    }
    panel.line("tuning_curves", "offset", "rate")
        .error("rate_sem")
        .where("population", population)
        .group("population")
        .colors("types");
  }
  output.figure("tuning_curves", figure.toml());
}

void Tuning::draw_comparison(v1e::Output& output) const {
  if (reference_.empty()) return;
  v1e::Figure figure("Beside reference data");
  figure.caption(
      "This run, the released model and recorded units by population, as far as the reference "
      "table has them. Left: means of rates, right: medians; below: medians of selectivity. " +
      sample_text());
  const bool three = selective();
  figure.grid(three ? 3 : 2, 2).share("columns", "none").legend("top");
  figure.size_mm(180.0, three ? 170.0 : 125.0);
  const auto panel_of = [&](const char* column, const char* title, const char* unit) {
    v1e::Panel& panel = figure.panel();
    panel.x_axis().label("").categories(neurons_.groups).angle(90.0);
    panel.y_axis().label(title).unit(unit).min(0.0);
    const auto mark = [&](const char* source, const char* color, const char* symbol) {
      panel.scatter("comparison", "population", column)
          .where("source", source)
          .label(source)
          .color(color)
          .symbol(symbol)
          .size(1.6);
    };
    mark("recorded", "#999999", "triangle");
    mark("released model", "#0072B2", "open");
    mark("this run", "#D55E00", "circle");
  };
  panel_of("evoked_mean", "Evoked rate, mean", "Hz");
  panel_of("evoked_median", "Evoked rate, median", "Hz");
  panel_of("spontaneous_mean", "Spontaneous rate, mean", "Hz");
  panel_of("spontaneous_median", "Spontaneous rate, median", "Hz");
  if (three) {
    panel_of("osi_median", "OSI, median", "1");
    panel_of("dsi_median", "DSI, median", "1");
  }
  output.figure("comparison", figure.toml());
}

}  // namespace v1::analyses
