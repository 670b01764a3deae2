#include <algorithm>

#include "plugins/analyses/perturbation_effect/perturbation_effect.hpp"
#include "plugins/analyses/shared/report/counted.hpp"
#include "plugins/analyses/shared/report/source_colors.hpp"
#include "plugins/analyses/shared/trials/run_conditions.hpp"

namespace v1::analyses {

std::string PerturbationEffect::caption(const std::string& what) const {
  const auto targeted = std::count(is_target_.begin(), is_target_.end(), true);
  return what + " " + std::to_string(neurons_.size()) + " neurons, " + std::to_string(targeted) +
         " of them targets; " + std::to_string(conditions_.size()) +
         (conditions_.size() == 1 ? " condition, " : " conditions, ") +
         counted(conditions_.fewest_trials(), "trial") + " or more of each; window " +
         plain_number(window.values()[0]) + " to " + plain_number(window.values()[1]) +
         " ms, seed " + std::to_string(datasets_.front().raw().seed) + ".";
}

std::vector<std::string> PerturbationEffect::cohort_labels() const {
  std::vector<std::string> out;
  for (const Cohort& cohort : cohorts_) out.push_back(cohort.label);
  return out;
}

std::string PerturbationEffect::strength_name() const {
  const std::string key = perturbation.str();
  return key.substr(key.rfind('.') == std::string::npos ? 0 : key.rfind('.') + 1);
}

std::string PerturbationEffect::unit_text() const {
  return strength_unit_ == "1" ? "" : " " + strength_unit_;
}

// Boxes of the change by group, a row per strength.
void PerturbationEffect::draw_changes(v1e::Output& output) const {
  v1e::Figure figure("Change of the rates");
  figure.caption(caption(
      "Rate with the perturbation minus that of the control. Boxes: quartiles over neurons, "
      "whiskers to 1.5 interquartile ranges; dots: means. (targets): clamped neurons."));
  const auto rows = static_cast<int>(levels_.size() - 1);
  figure.grid(rows, 1).share("columns", "none").legend("none").letters();
  figure.size_mm(180.0, 55.0 * rows + 32.0);
  for (std::size_t l = 1; l < levels_.size(); ++l) {
    v1e::Panel& panel = figure.panel();
    panel.title(perturbation.empty() ? levels_[l].label
                                     : strength_name() + " = " + levels_[l].label + unit_text());
    panel.x_axis().label("").categories(cohort_labels()).angle(45.0);
    panel.y_axis().label("Change").unit("Hz");
    panel.horizontal_line(0.0).color("#999999").width(0.5);
    panel.box("neurons", "group", "change")
        .where("level", levels_[l].label)
        .group("group")
        .colors("types")
        .fliers(false)
        .mean();
  }
  output.figure("rate_changes", figure.toml());
}

void PerturbationEffect::draw_rates(v1e::Output& output) const {
  v1e::Figure figure("Rates with and without the perturbation");
  figure.caption(caption(
      "Every neuron that is not silent in one of both; dashed: no change. Targets are open."));
  const auto count = static_cast<int>(levels_.size() - 1);
  const int columns = std::min(count, 3), rows = (count + columns - 1) / columns;
  figure.grid(rows, columns).share("none", "none").legend("right").letters();
  figure.size_mm(65.0 * columns + 35.0, 65.0 * rows + 20.0);
  for (std::size_t l = 1; l < levels_.size(); ++l) {
    v1e::Panel& panel = figure.panel();
    panel.title(perturbation.empty() ? levels_[l].label
                                     : strength_name() + " = " + levels_[l].label + unit_text());
    panel.x_axis().label("Control").unit("Hz").scale("log");
    panel.y_axis().label("Perturbed").unit("Hz").scale("log");
    panel.diagonal(1.0, 0.0).dash("dashed").color("#444444");
    for (const char* role : {"other", "target"}) {
      panel.scatter("neurons", "control_rate", "rate")
          .where("level", levels_[l].label)
          .where("role", role)
          .where_between("control_rate", 1e-6, 1e6)
          .where_between("rate", 1e-6, 1e6)
          .color(std::string(role) == "other" ? "#0072B2" : "#D55E00")
          .symbol(std::string(role) == "other" ? "circle" : "open")
          .label(std::string(role) == "other" ? "other neurons" : "targets")
          .size(0.8)
          .alpha(0.5);
    }
  }
  output.figure("rates", figure.toml());
}

void PerturbationEffect::draw_selectivity(v1e::Output& output) const {
  if (condition_of_direction_.empty()) return;
  v1e::Figure figure("Change of selectivity");
  figure.caption(caption(
      "OSI and DSI with the perturbation minus those of the control, of neurons whose best rate is "
      "at least " +
      plain_number(least_rate) +
      " Hz in both; the strongest perturbation. Boxes: quartiles over neurons."));
  figure.grid(2, 1).share("columns", "none").legend("none").letters().size_mm(180.0, 130.0);
  for (const char* column : {"osi_change", "dsi_change"}) {
    v1e::Panel& panel = figure.panel();
    panel.x_axis().label("").categories(cohort_labels()).angle(45.0);
    panel.y_axis().label(std::string(column) == "osi_change" ? "OSI, change" : "DSI, change");
    panel.horizontal_line(0.0).color("#999999").width(0.5);
    panel.box("neurons", "group", column)
        .where("level", strongest().label)
        .group("group")
        .colors("types")
        .fliers(false);
  }
  output.figure("selectivity_changes", figure.toml());
}

void PerturbationEffect::draw_slopes(v1e::Output& output) const {
  if (perturbation.empty() || levels_.size() < 3) return;
  v1e::Figure figure("Rates against the strength of the perturbation");
  figure.caption(caption("Mean change by group and standard error over neurons; dashed: targets."));
  figure.legend("right").size_mm(150.0, 90.0);
  v1e::Panel& panel = figure.panel();
  panel.x_axis().label(strength_name()).unit(strength_unit_);
  panel.y_axis().label("Change").unit("Hz");
  panel.horizontal_line(0.0).color("#999999").width(0.5);
  const auto colors = source_colors(cohort_labels());
  for (const char* role : {"other", "target"}) {
    v1e::Mark& line = panel.line("strengths", "strength", "change");
    line.where("role", role).group("group").colors_of(colors).error("change_error");
    if (std::string(role) == "target") line.dash("dashed");
  }
  panel.scatter("strengths", "strength", "change")
      .y_error("change_error")
      .group("group")
      .colors_of(colors)
      .legend(false);
  output.figure("strength", figure.toml());
}

}  // namespace v1::analyses
