#include <cmath>

#include "plugins/analyses/shared/report/counted.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/variability/variability.hpp"

namespace v1::analyses {
namespace {

double median_of(const std::vector<double>& values) {
  std::vector<double> defined = without_nan(values);
  return defined.empty() ? std::numeric_limits<double>::quiet_NaN()
                         : quantile(std::move(defined), 0.5);
}

}  // namespace

void Variability::write_neurons(v1e::Output& output) const {
  RowTable<std::int64_t, std::string, double, double, double, double, double, double> table(
      {{"id", "1"},
       {"group", "1"},
       {"intervals", "1"},
       {"mean_interval", "ms"},
       {"cv", "1"},
       {"cv2", "1"},
       {"lv", "1"},
       {"fano", "1"}});
  for (std::size_t i = 0; i < chosen_.size(); ++i) {
    table.add(chosen_.ids[i], chosen_.groups[chosen_.group_of[i]], rows_[i].intervals,
              rows_[i].mean_interval, rows_[i].cv, rows_[i].cv2, rows_[i].lv, rows_[i].fano);
  }
  output.table("neurons",
               "Intervals between spikes of a trial, and the Fano factor of counts over trials",
               table);
}

void Variability::write_groups(v1e::Output& output) const {
  RowTable<std::string, double, double, double, double, double, double, double, double, double>
      table({{"group", "1"},
             {"neurons", "1"},
             {"n_intervals", "1"},
             {"cv_median", "1"},
             {"cv2_median", "1"},
             {"lv_median", "1"},
             {"n_fano", "1"},
             {"fano_median", "1"},
             {"synchrony", "1"},
             {"synchrony_if_independent", "1"}});
  for (std::size_t g = 0; g < chosen_.groups.size(); ++g) {
    std::vector<double> cvs, cv2s, lvs, fanos, variances;
    for (std::size_t i = 0; i < chosen_.size(); ++i) {
      if (chosen_.group_of[i] != g) continue;
      cvs.push_back(rows_[i].cv);
      cv2s.push_back(rows_[i].cv2);
      lvs.push_back(rows_[i].lv);
      fanos.push_back(rows_[i].fano);
      variances.push_back(rows_[i].variance);
    }
    const auto size = static_cast<double>(chosen_.group_size[g]);
    table.add(chosen_.groups[g], size, without_nan(cvs).size(), median_of(cvs), median_of(cv2s),
              median_of(lvs), without_nan(fanos).size(), median_of(fanos),
              synchrony(variance_of_mean_[g], variances), 1.0 / std::sqrt(size));
  }
  output.table("groups",
               "Medians over the neurons with enough spikes; synchrony chi over all neurons, and "
               "what as many independent neurons would have",
               table);
}

void Variability::write_curve(v1e::Output& output) const {
  RowTable<double, double, double, double> table(
      {{"bin", "ms"}, {"fano", "1"}, {"fano_sem", "1"}, {"draws", "1"}});
  for (const FanoPoint& point : curve_) {
    table.add(point.bin_ms, point.mean, point.sem, point.used);
  }
  output.table("population_fano",
               "Fano factor of the summed spikes of small random populations of excitatory "
               "neurons, mean over draws",
               table);
}

void Variability::draw_curve(v1e::Output& output) const {
  v1e::Figure figure("Variability of small populations");
  figure.caption("Fano factor over time of the summed spikes of " + std::to_string(draws_.size()) +
                 " random groups of about " + std::to_string(std::lround(draw_mean)) +
                 " excitatory neurons, each in one trial; mean and standard error over groups. "
                 "Dashed: Poisson.");
  figure.size_mm(95.0, 75.0);
  v1e::Panel& panel = figure.panel();
  panel.x_axis().label("Bin").unit("ms").scale("log");
  panel.y_axis().label("Fano factor").unit("").min(0.0);
  panel.horizontal_line(1.0).color("#7F7F7F").dash("dashed");
  panel.line("population_fano", "bin", "fano").error("fano_sem").color("#D9241D");
  output.figure("population_fano", figure.toml());
}

void Variability::draw_irregularity(v1e::Output& output) const {
  v1e::Figure figure("Irregularity and variability by cell type");
  figure.caption(
      "Boxes: quartiles over neurons, whiskers to 1.5 interquartile ranges. CV, CV2 and LV: "
      "neurons with at least " +
      std::to_string(static_cast<std::int64_t>(least_intervals)) +
      " intervals (1 for a Poisson process, 0 for a clock). Fano factor: counts of equal trials in "
      "windows of " +
      std::to_string(std::lround(count_window)) +
      " ms (1 for a Poisson process). Synchrony: chi of all neurons; open: as many independent "
      "neurons.");
  figure.grid(5, 1).share("columns", "none").legend("none").size_mm(180.0, 220.0);
  const auto boxes = [&](const char* column, const char* label) {
    v1e::Panel& panel = figure.panel();
    panel.x_axis().label("").categories(chosen_.groups).angle(45.0);
    panel.y_axis().label(label).unit("").min(0.0);
    panel.horizontal_line(1.0).color("#7F7F7F").dash("dashed");
    panel.box("neurons", "group", column).group("group").colors("types").fliers(false);
  };
  boxes("cv", "CV");
  boxes("cv2", "CV2");
  boxes("lv", "LV");
  boxes("fano", "Fano factor");
  v1e::Panel& panel = figure.panel();
  panel.x_axis().label("").categories(chosen_.groups).angle(45.0);
  panel.y_axis().label("Synchrony").unit("").scale("log");
  panel.scatter("groups", "group", "synchrony").group("group").colors("types").size(2.0);
  panel.scatter("groups", "group", "synchrony_if_independent").color("#7F7F7F").symbol("open");
  output.figure("irregularity", figure.toml());
}

void Variability::finish(v1e::Output& output) {
  window.report(output);
  for (const std::string& note : chosen_.notes) output.note(note);
  if (const std::string text = conditions_.warning(); !text.empty()) output.warn(text);
  if (!conditions_.note.empty()) output.note(conditions_.note);
  std::string about = counted(chosen_.size(), "neuron") + ", " + counted(trial_count(), "trial") +
                      ", " + counted(conditions_.size(), "condition") + ".";
  if (conditions_.fewest_trials() < 2) {
    about += " Conditions with a single trial have no Fano factor over trials.";
  }
  output.note(about);
  write_neurons(output);
  write_groups(output);
  write_curve(output);
  draw_curve(output);
  draw_irregularity(output);
}

}  // namespace v1::analyses
