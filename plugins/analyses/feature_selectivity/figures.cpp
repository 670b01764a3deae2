#include <algorithm>
#include <cmath>

#include "plugins/analyses/feature_selectivity/feature_selectivity.hpp"

namespace v1::analyses {

void FeatureSelectivity::draw_class_shares(v1e::Output& output) const {
  v1e::Figure figure("Classes by direction and temporal frequency");
  figure.caption(
      caption("Share of the neurons in each class: by direction of flow" +
              std::string(by_frequency_.empty()
                              ? "."
                              : " (left), and by temporal frequency at " +
                                    plain_number(frequency_direction) + " deg (right).")));
  const int columns = by_frequency_.empty() ? 1 : 2;
  figure.grid(1, columns).share("none", "all").legend("top").letters();
  figure.size_mm(85.0 * columns + 10.0, 75.0);
  const auto panel = [&](const char* feature, const char* label, const char* unit) {
    v1e::Panel& p = figure.panel();
    p.x_axis().label(label).unit(unit).angle(0.0);
    p.y_axis().label("Share of neurons").range(0.0, 1.0);
    p.bar("class_shares", "value", "fraction")
        .where("feature", feature)
        .group("class")
        .group_order(class_order())
        .colors("classes")
        .stacked();
  };
  panel("direction", "Direction", "deg");
  if (!by_frequency_.empty()) panel("temporal_frequency", "Temporal frequency", "Hz");
  output.figure("class_shares", figure.toml());
}

// Boxes of the pure neurons by direction: the response, and its difference from the first one.
void FeatureSelectivity::draw_responses(v1e::Output& output) const {
  if (pure_.empty()) return;
  v1e::Figure figure("Responses over directions");
  figure.caption(caption(
      "Boxes: quartiles over the neurons with one class in all directions, whiskers to 1.5 "
      "interquartile ranges. Left: change of the input current. Right: how much stronger the "
      "response is than that at " +
      plain_number(by_direction_.front().direction_deg) + " deg."));
  figure.grid(2, 2).share("none", "none").letters().legend("none").size_mm(180.0, 120.0);
  const std::string stronger =
      "|R| - |R(" + plain_number(by_direction_.front().direction_deg) + " deg)|";
  for (std::size_t g = 0; g < pure_roles.size(); ++g) {
    const std::string label = role_label(pure_roles[g]);
    for (const char* column : {"response", "differential"}) {
      const bool plain = std::string(column) == "response";
      v1e::Panel& panel = figure.panel();
      panel.title(label);
      panel.x_axis().label("Direction").unit("deg").angle(0.0);
      panel.y_axis().label(plain ? "Response" : stronger).unit("pA");
      panel.horizontal_line(0.0).color("#999999").width(0.5);
      v1e::Mark& box = panel.box("responses", "direction", column);
      box.where("role", label).color(pure_colors[g]).fliers(false).alpha(0.6);
    }
  }
  output.figure("responses", figure.toml());
}

// Small multiples: a row per class, a column per axis of motion with its two directions.
void FeatureSelectivity::draw_traces(v1e::Output& output) const {
  if (traces_.empty()) return;
  std::vector<std::vector<double>> axes;  // directions that differ by 180 degrees
  for (const RunCondition& run : by_direction_) {
    auto opposite = std::find_if(axes.begin(), axes.end(), [&](const std::vector<double>& axis) {
      return std::fabs(std::fabs(wrap_180(axis.front() - run.direction_deg)) - 180.0) < 1e-6;
    });
    if (opposite == axes.end()) {
      axes.push_back({run.direction_deg});
    } else {
      opposite->push_back(run.direction_deg);
    }
  }
  std::vector<std::size_t> rows;
  for (std::size_t g = 0; g < pure_roles.size(); ++g) {
    if (role_size(pure_roles[g]) > 0) rows.push_back(g);
  }
  v1e::Figure figure("Input current by direction of flow");
  figure.caption(caption(std::string(reference() ? "Input current" : "Change from baseline") +
                         ", mean over the neurons with one class in all directions; bands: "
                         "standard error over neurons of trial means."));
  const auto columns = static_cast<int>(axes.size());
  figure.grid(static_cast<int>(rows.size()), columns).share("columns", "rows").letters();
  figure.legend("none").size_mm(41.0 * columns + 16.0,
                                52.0 * static_cast<double>(rows.size()) + 22.0);
  const v1e::Dataset& first_run = datasets_[by_direction_.front().dataset];
  figure.markers(first_run.marker_times_ms());
  for (const std::size_t g : rows) {
    const std::string label = role_label(pure_roles[g]);
    for (std::size_t a = 0; a < axes.size(); ++a) {
      v1e::Panel& panel = figure.panel();
      std::string title = plain_number(axes[a].front()) + " deg";
      if (axes[a].size() > 1) title += " (dark: " + plain_number(axes[a].back()) + " deg)";
      panel.title((a == 0 ? std::string(g == 0 ? "dVf, " : "hVf, ") : "") + title);
      panel.x_axis().label("Time").unit("ms").range(0.0, first_run.duration_ms()).time();
      panel.y_axis()
          .label(a == 0 ? (reference() ? "Current" : "Change") : "")
          .unit(a == 0 ? "pA" : "");
      if (!reference()) panel.horizontal_line(0.0).color("#999999").width(0.5);
      for (std::size_t k = 0; k < axes[a].size(); ++k) {
        panel.line("traces", "time", "input_current")
            .error("error")
            .where("role", label)
            .where("direction", axes[a][k])
            .color(k == 0 ? pure_colors[g] : "#444444")
            .width(0.6);
      }
    }
  }
  output.figure("traces", figure.toml());
}

}  // namespace v1::analyses
