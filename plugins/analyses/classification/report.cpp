#include "plugins/analyses/classification/report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "plugins/analyses/shared/report/class_strip.hpp"
#include "plugins/analyses/shared/report/counted.hpp"
#include "plugins/analyses/shared/report/time_context.hpp"

namespace v1::analyses {

std::string fixed(double value, int digits) {
  if (std::isnan(value)) return "--";
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

void Classification::finish(v1e::Output& output) {
  for (const std::string& text : notes_) output.note(text);
  baseline.report(output);
  response.report(output);
  for (const std::string& text : warnings_) output.warn(text);
  Report(*this, output).write();
}

// "2 of 3 trials (without the first)".
std::string Report::trials_text() const {
  const auto used = a_.frame_.trials(), all = static_cast<std::size_t>(a_.dataset_.trials());
  if (used == all) return counted(used, "trial");
  return std::to_string(used) + " of " + counted(all, "trial") +
         (a_.frame_.trial_begin > 0 ? " (without the first)" : "");
}

void Report::write() {
  out_.note("Mode **" + a_.mode.text() + "**, population **" + a_.population.text() + "** (" +
            counted(a_.neurons_.size(), "neuron") + "), " + trials_text() +
            ". dVf: depolarised, hVf: hyperpolarised by visual flow. Labels compare the response "
            "window with the baseline and belong to this stimulus and criterion, not to the neuron "
            "alone.");
  write_stimulus(out_, a_.dataset_);
  write_neurons();
  if (classified()) {
    write_class_counts();
    write_class_means();
    write_tests();
    write_sensitivity();
    write_halves();
  }
  write_traces();
  write_heatmap();
  write_rates();
  write_rate_map();
  write_other_rates();
  write_singles();
  draw_composite();
  draw_class_traces();
  draw_currents_by_class();
  draw_voltage();
  draw_current_heatmaps();
  draw_responses();
  draw_rate_change();
  draw_rates();
  draw_rate_map();
  draw_other_rates();
  draw_baselines();
  draw_preferred_angles();
  draw_competition();
  draw_sensitivity();
  draw_halves();
  draw_singles();
  draw_spike_removal();
}

std::size_t Report::class_size(ResponseClass c) const {
  return static_cast<std::size_t>(
      std::count(a_.table_.classes.begin(), a_.table_.classes.end(), c));
}

std::vector<double> Report::of_class(const std::vector<double>& values, ResponseClass c) const {
  std::vector<double> out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (a_.table_.classes[i] == c) out.push_back(values[i]);
  }
  return out;
}

const char* Report::criterion_unit() const {
  if (a_.criterion.is("input_current")) return "pA";
  return a_.criterion.is("v") ? "mV" : "1";
}

std::vector<std::string> Report::class_labels() const {
  std::vector<std::string> out;
  for (const ResponseClass c : a_.table_.classes) {
    out.push_back(name_of(c));
  }
  return out;
}

std::vector<double> Report::common_thresholds() const {
  const std::vector<double>& all = a_.table_.threshold;
  const bool same = !all.empty() && std::all_of(all.begin(), all.end(), [&](double threshold) {
    return threshold == all.front();
  });
  return same ? std::vector<double>{all.front()} : std::vector<double>{};
}

std::string Report::band_definition() const {
  return a_.frame_.reference
             ? "bands: deviation pooled over trials and neurons over the root of the neurons"
             : "bands: standard error over neurons of the trial means";
}

std::string Report::caption(const std::string& what) const {
  std::string sizes;
  if (classified()) {
    for (const ResponseClass c : all_classes) {
      sizes += (sizes.empty() ? "" : ", ") + name_of(c) + " " + std::to_string(class_size(c));
    }
    sizes = " (" + sizes + ")";
  }
  return what + " Population " + a_.population.text() + ", " +
         counted(a_.neurons_.size(), "neuron") + sizes + ", " +
         counted(a_.frame_.trials(), "trial") + "; mode " + a_.mode.text() + ", criterion " +
         a_.criterion.text() + ", run " + a_.dataset_.label() + ", seed " +
         std::to_string(a_.dataset_.raw().seed) + ".";
}

v1e::Figure Report::figure(const std::string& title, const std::string& text) const {
  v1e::Figure figure(title);
  figure.caption(caption(text));
  return figure;
}

void Report::add_time_context(v1e::Figure& figure) const {
  analyses::add_time_context(figure, a_.dataset_, a_.response.values());
}

void Report::add_thresholds(v1e::Panel& panel, Variable variable, bool vertical) const {
  if (!classified()) return;
  const bool concerned = (variable == potential && a_.criterion.is("v")) ||
                         (variable == total && a_.criterion.is("input_current"));
  if (!concerned) return;
  for (const double threshold : common_thresholds()) {
    for (const double sign : {-1.0, 1.0}) {
      v1e::Note& line = vertical ? panel.vertical_line(sign * threshold)
                                 : panel.horizontal_line(sign * threshold);
      line.dash("dotted").color("#444444");
    }
  }
}

double Report::left_of_heatmap_ms() const {
  return classified() ? class_strip_begin_ms(a_.frame_.trial_ms()) : 0.0;
}

void Report::class_lines(v1e::Panel& panel, Variable variable, bool below_heatmap) const {
  const std::string column(variables[variable].name);
  const double left = below_heatmap ? left_of_heatmap_ms() : 0.0;
  panel.x_axis().label("Time").unit("ms").range(left, a_.frame_.trial_ms()).time();
  panel.y_axis().label("Change").unit(variables[variable].unit);
  panel.horizontal_line(0.0).color("#999999").width(0.5);
  add_thresholds(panel, variable, false);
  panel.line("traces", "time", column)
      .error(column + "_error")
      .group("class")
      .group_order(class_order())
      .colors("classes")
      .width(trace_width_pt);
}

void Report::heatmap_panel(v1e::Panel& panel, Variable variable, bool with_legend) const {
  const VariableInfo& info = variables[variable];
  const double duration_ms = a_.frame_.trial_ms();
  panel.title(info.label);
  panel.x_axis().label("Time").unit("ms").range(left_of_heatmap_ms(), duration_ms).time();
  panel.y_axis()
      .label("Neuron, by response")
      .reverse()
      .range(-0.5, static_cast<double>(a_.sample_.size()) - 0.5);
  panel.color_axis()
      .label("Change")
      .unit(info.unit)
      .map("diverging")
      .center(0.0)
      .range(-info.heatmap_range, info.heatmap_range);
  panel.heatmap("heatmap", "time", "row", info.name);
  if (!classified()) return;
  draw_class_strip(panel, "heatmap_rows", "class", class_order()).legend(with_legend);
}

}  // namespace v1::analyses
