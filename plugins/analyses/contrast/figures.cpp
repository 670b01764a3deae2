#include <algorithm>
#include <cmath>

#include "plugins/analyses/contrast/contrast.hpp"
#include "plugins/analyses/shared/report/counted.hpp"
#include "plugins/analyses/shared/report/layers.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/report/source_colors.hpp"
#include "plugins/analyses/shared/report/type_names.hpp"

namespace v1::analyses {
namespace {

// 0.05 of 0.0500001.
std::string short_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

}  // namespace

std::string Contrast::sample_text() const {
  return std::to_string(chosen_.size()) + " neurons, " + std::to_string(contrasts_.size()) +
         " contrasts, " +
         (has_directions() ? std::to_string(directions_.size()) + " directions, " : "") +
         "at least " + counted(conditions_.fewest_trials(), "trial") + " of each, " +
         std::to_string(blanks_.size()) + " blank trials.";
}

void Contrast::draw_rates(v1e::Output& output) const {
  const auto layers = by_layer(chosen_.groups);
  v1e::Figure figure("Rates against contrast");
  figure.caption(
      "Means over directions, trials and the neurons of a type; bars: standard error "
      "over neurons; lines: fitted contrast curves. " +
      sample_text());
  const auto columns = std::min<std::size_t>(layers.size(), 3);
  const std::size_t grid_rows = (layers.size() + columns - 1) / columns;
  figure.grid(static_cast<int>(grid_rows), static_cast<int>(columns)).legend("right").letters();
  figure.size_mm(180.0, 20.0 + 55.0 * static_cast<double>(grid_rows));
  std::vector<std::string> labels;
  for (const double c : contrasts_) labels.push_back(short_text(c));
  for (const auto& [layer, members] : layers) {
    v1e::Panel& panel = figure.panel();
    panel.title(layer);
    panel.x_axis().label("Contrast").unit("").scale("log").ticks(contrasts_).tick_labels(labels);
    panel.x_axis().range(contrasts_.front() / 1.2, contrasts_.back() * 1.2);
    panel.y_axis().label("Rate").unit("Hz").min(0.0);
    panel.scatter("groups", "contrast", "rate")
        .y_error("rate_sem")
        .where_any("group", members)
        .group("group")
        .group_order(members)
        .colors("types")
        .labels_of(type_names(members))
        .size(1.0);
    panel.line("fitted_lines", "contrast", "rate")
        .where_any("group", members)
        .group("group")
        .group_order(members)
        .colors("types")
        .width(0.8)
        .legend(false);
  }
  output.figure("rates", figure.toml());
}

void Contrast::draw_measures(v1e::Output& output) const {
  v1e::Figure figure("Selectivity and reliability against contrast");
  figure.caption(
      "Means over the neurons of a type that have a value, bars: standard error over "
      "neurons. Reliability: correlation over directions of the mean responses of both "
      "halves of the trials. " +
      sample_text());
  const std::vector<std::string> measures = has_directions()
                                                ? std::vector<std::string>{"osi", "reliability"}
                                                : std::vector<std::string>{"reliability"};
  figure.grid(1, static_cast<int>(measures.size())).legend("right").letters();
  figure.size_mm(90.0 * static_cast<double>(measures.size()), 75.0);
  std::vector<std::string> labels;
  for (const double c : contrasts_) labels.push_back(short_text(c));
  const std::vector<std::string> shown = excitatory_groups(chosen_.groups);
  for (const std::string& measure : measures) {
    v1e::Panel& panel = figure.panel();
    panel.title(measure == "osi" ? "Orientation selectivity" : "Reliability");
    panel.x_axis().label("Contrast").unit("").scale("log").ticks(contrasts_).tick_labels(labels);
    panel.y_axis().label(measure == "osi" ? "OSI" : "Split-half r").unit("");
    panel.line("groups", "contrast", measure)
        .where_any("group", shown)
        .group("group")
        .group_order(shown)
        .colors_of(source_colors(shown))
        .error(measure + "_sem");
  }
  output.figure("selectivity", figure.toml());
}

void Contrast::draw_responsive(v1e::Output& output) const {
  v1e::Figure figure("Responsive neurons against contrast");
  figure.caption(
      "Share of neurons whose counts are above (below) the spontaneous ones, one-sided "
      "quasi-Poisson test, p < " +
      short_text(level) + ", not corrected. " + sample_text());
  figure.grid(1, 2).share("none", "all").letters().legend("none").size_mm(180.0, 95.0);
  std::vector<double> places;  // contrasts side by side
  std::vector<std::string> labels;
  for (std::size_t c = 0; c < contrasts_.size(); ++c) {
    places.push_back(static_cast<double>(c));
    labels.push_back(short_text(contrasts_[c]));
  }
  for (const char* share : {"responsive", "suppressed"}) {
    v1e::Panel& panel = figure.panel();
    panel.title(std::string(share) == "responsive" ? "Above spontaneous" : "Below spontaneous");
    panel.x_axis().label("Contrast").unit("").ticks(places).tick_labels(labels);
    panel.y_axis().label("").categories(chosen_.groups);
    panel.color_axis().label("Share of neurons").unit("").range(0.0, 1.0);
    panel.heatmap("responsive", "place", "group", share).annotate(2.0);
  }
  RowTable<std::string, double, double, double, double> table({{"group", "1"},
                                                               {"contrast", "1"},
                                                               {"place", "1"},
                                                               {"responsive", "1"},
                                                               {"suppressed", "1"}});
  for (const Row& row : rows_) {
    table.add(chosen_.groups[row.group], contrasts_[row.contrast],
              static_cast<double>(row.contrast), row.positive, row.negative);
  }
  output.table("responsive", "Shares of responsive neurons; place: of the contrast", table);
  output.figure("responsive", figure.toml());
}

void Contrast::draw_heatmap(v1e::Output& output) const {
  if (shown_.empty()) return;
  v1e::Figure figure("Responses of single neurons");
  figure.caption("(rate - spontaneous) / (mean rate over all stimuli + spontaneous) of " +
                 std::to_string(shown_.size()) +
                 " excitatory neurons, sorted by their tuning angle, lowest on top; inside a "
                 "contrast the direction ascends. Gray rows: neurons that never fired. " +
                 sample_text());
  figure.size_mm(150.0, 110.0);
  v1e::Panel& panel = figure.panel();
  std::vector<double> ticks;
  std::vector<std::string> labels;
  double at = -0.5;
  for (std::size_t c = 0; c < contrasts_.size(); ++c) {
    const auto width = static_cast<double>(condition_of_[c].size());
    ticks.push_back(at + 0.5 * width);
    labels.push_back(short_text(contrasts_[c]));
    at += width;
    if (c + 1 < contrasts_.size()) panel.vertical_line(at).color("#444444").width(0.4);
  }
  panel.x_axis()
      .label("Contrast (directions side by side)")
      .unit("")
      .ticks(ticks)
      .tick_labels(labels);
  panel.y_axis().label("Neuron").unit("").reverse();
  panel.color_axis().label("Normalised response").unit("").range(-3.0, 3.0).center(0.0);
  panel.heatmap("heatmap", "column", "row", "response");
  output.figure("heatmap", figure.toml());
}

}  // namespace v1::analyses
