#include <cmath>

#include "plugins/analyses/math/report/counted.hpp"
#include "plugins/analyses/math/report/row_table.hpp"
#include "plugins/analyses/math/statistics/statistics.hpp"
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
  std::vector<std::string> group_names;
  std::vector<double> intervals, interval, cv, cv2, lv, fano;
  for (std::size_t i = 0; i < chosen_.size(); ++i) {
    group_names.push_back(chosen_.groups[chosen_.group_of[i]]);
    intervals.push_back(rows_[i].intervals);
    interval.push_back(rows_[i].mean_interval);
    cv.push_back(rows_[i].cv);
    cv2.push_back(rows_[i].cv2);
    lv.push_back(rows_[i].lv);
    fano.push_back(rows_[i].fano);
  }
  v1e::Table table;
  table.column("id", "1", chosen_.ids).column("group", "1", group_names);
  table.column("intervals", "1", intervals).column("mean_interval", "ms", interval);
  table.column("cv", "1", cv).column("cv2", "1", cv2).column("lv", "1", lv);
  table.column("fano", "1", fano);
  output.table("neurons",
               "Intervals between spikes of a trial, and the Fano factor of counts over trials",
               table);
}

void Variability::write_groups(v1e::Output& output) const {
  std::vector<double> size, with_intervals, cv, cv2, lv, with_fano, fano, chi, independent;
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
    size.push_back(static_cast<double>(chosen_.group_size[g]));
    with_intervals.push_back(static_cast<double>(without_nan(cvs).size()));
    cv.push_back(median_of(cvs));
    cv2.push_back(median_of(cv2s));
    lv.push_back(median_of(lvs));
    with_fano.push_back(static_cast<double>(without_nan(fanos).size()));
    fano.push_back(median_of(fanos));
    chi.push_back(synchrony(variance_of_mean_[g], variances));
    independent.push_back(1.0 / std::sqrt(size.back()));
  }
  v1e::Table table;
  table.column("group", "1", chosen_.groups).column("neurons", "1", size);
  table.column("n_intervals", "1", with_intervals);
  table.column("cv_median", "1", cv).column("cv2_median", "1", cv2).column("lv_median", "1", lv);
  table.column("n_fano", "1", with_fano).column("fano_median", "1", fano);
  table.column("synchrony", "1", chi).column("synchrony_if_independent", "1", independent);
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
