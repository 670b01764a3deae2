#include "plugins/analyses/shared/report/class_strip.hpp"
#include "plugins/analyses/stimulus_comparison/stimulus_comparison.hpp"

namespace v1::analyses {
namespace {

const std::vector<std::string> short_order = {"dVf", "uncl.", "hVf"};

}  // namespace

void StimulusComparison::draw_confusion(v1e::Output& output) const {
  const auto count = static_cast<int>(drawn_.size() - 1);
  v1e::Figure figure("Classes with other stimuli");
  figure.caption(caption(
      "Share of the neurons of a class with the base stimulus (row) that have each class with "
      "another one (column); rows add up to 1."));
  const int columns = std::min(count, 4), rows = (count + columns - 1) / columns;
  figure.grid(rows, columns).share("none", "none").letters();
  figure.size_mm(columns == 4 ? 180.0 : 45.0 * columns + 30.0, 46.0 * rows + 20.0);
  for (int k = 0; k < count; ++k) {
    const RunCondition& run = drawn_[static_cast<std::size_t>(k) + 1];
    v1e::Panel& panel = figure.panel();
    panel.title(run.name());
    panel.x_axis().label("Class").categories(class_order()).category_labels(short_order).angle(0.0);
    panel.y_axis()
        .label(k % columns == 0 ? "Class, " + base_.name() : "")
        .categories(class_order())
        .category_labels(short_order);
    panel.color_axis().label("Share of the row").map("gray").range(0.0, 1.0).bar(k + 1 == count);
    panel.heatmap("confusion", "class", "base_class", "share")
        .where("stimulus", run.name())
        .annotate(2.0);
  }
  output.figure("confusion_matrices", figure.toml());
}

void StimulusComparison::draw_agreement(v1e::Output& output) const {
  v1e::Figure figure("How classes keep over stimuli");
  figure.caption(caption(
      "Left: share of the neurons of a class with the base stimulus that keep it. Right: Cohen's "
      "kappa over all three classes, 0 where agreement is that of chance."));
  const double height = 24.0 + 5.0 * static_cast<double>(compared_.size());
  figure.grid(1, 2).share("none", "rows").letters().legend("top");
  figure.size_mm(180.0, std::max(height, 60.0));
  std::vector<std::string> order;
  for (const Compared& one : compared_) order.push_back(one.run.name());
  v1e::Panel& kept = figure.panel();
  kept.y_axis().label("").categories(order);
  kept.x_axis().label("Share that keeps its class").range(0.0, 1.0);
  for (const auto& [column, word, color] :
       {std::tuple{"dVf_kept", "dVf", "#33ABA2"}, std::tuple{"hVf_kept", "hVf", "#F06233"},
        std::tuple{"same_class", "all neurons", "#444444"}}) {
    kept.scatter("agreement", column, "stimulus").color(color).label(word).size(1.8);
  }
  v1e::Panel& kappa = figure.panel();
  kappa.y_axis().label("").categories(order);
  kappa.x_axis().label("Cohen's kappa").max(1.0);
  kappa.vertical_line(0.0).color("#999999").width(0.5);
  kappa.scatter("agreement", "kappa", "stimulus").color("#444444").symbol("diamond").size(1.8);
  output.figure("agreement", figure.toml());
}

void StimulusComparison::draw_heatmaps(v1e::Output& output) const {
  if (sample_.empty() || with_maps_.empty()) return;
  v1e::Figure figure("Sampled neurons with other stimuli");
  figure.caption(caption(
      "Change of the input current of " + std::to_string(sample_.size()) +
      " neurons from the baseline of each run, trial means. The order of the rows is that of the "
      "base stimulus, most negative response on top; strips: class with the stimulus shown."));
  const auto count = static_cast<int>(with_maps_.size());
  const int columns = std::min(count, 3), rows = (count + columns - 1) / columns;
  figure.grid(rows, columns).share("none", "none").letters().legend("top");
  figure.size_mm(columns == 3 ? 180.0 : 60.0 * columns + 20.0, 62.0 * rows + 20.0);
  for (int k = 0; k < count; ++k) {
    const RunCondition& run = with_maps_[static_cast<std::size_t>(k)];
    const v1e::Dataset& dataset = datasets_[run.dataset];
    const double duration_ms = dataset.duration_ms();
    v1e::Panel& panel = figure.panel();
    panel.title(run.name());
    panel.x_axis()
        .label("Time")
        .unit("ms")
        .range(class_strip_begin_ms(duration_ms), duration_ms)
        .time();
    panel.y_axis()
        .label(k % columns == 0 ? "Neuron, by response" : "")
        .reverse()
        .range(-0.5, static_cast<double>(sample_.size()) - 0.5);
    panel.color_axis().label("Change").unit("pA").map("diverging").center(0.0).range(-50.0, 50.0);
    panel.color_axis().bar(k % columns == columns - 1 || k + 1 == count);
    panel.markers(dataset.marker_times_ms());
    panel.heatmap("heatmaps", "time", "row", "input_current").where("stimulus", run.name());
    draw_class_strip(panel, "heatmap_rows", "class", class_order()).where("stimulus", run.name());
    const auto strip = strip_of_.find(run.dataset);
    if (strip == strip_of_.end()) continue;
    panel.strip("stimuli", "time", "value")
        .label(strip->second)
        .unit(strip_unit_)
        .key("where", "{ stimulus = \"" + run.name() + "\" }");
  }
  output.figure("heatmaps", figure.toml());
}

}  // namespace v1::analyses
