#include "plugins/analyses/classification/report.hpp"
#include "plugins/analyses/shared/report/class_strip.hpp"

namespace v1::analyses {

// Heat maps of the currents above the class traces: the central figure of the paper.
void Report::draw_composite() {
  if (!classified() || a_.samples_.empty() || !a_.has(after_spike_background)) return;
  v1e::Figure figure = this->figure(
      "Competition of currents",
      "Top: change from baseline of sampled neurons, most negative total response on top. Bottom: "
      "mean by class; " +
          band_definition() + ".");
  figure.grid(2, 3).heights({1.2, 1.0}).share("columns", "none").legend("top").letters();
  figure.size_mm(180.0, 140.0);
  add_time_context(figure);
  for (const Variable k : {recurrent, bottom_up, total}) {
    v1e::Panel& panel = figure.panel();
    heatmap_panel(panel, k, false);
    if (k != total) panel.color_axis().bar(false);  // all three share the scale
  }
  for (const Variable k : {recurrent, bottom_up, total}) class_lines(figure.panel(), k, true);
  out_.figure("composite_currents_heatmap", figure.toml());
}

void Report::draw_class_traces() {
  if (!classified()) return;
  v1e::Figure figure = this->figure(
      "Response by class", "Change from baseline, mean by class; " + band_definition() + ".");
  std::vector<Variable> shown;
  for (const Variable k : {potential, total, recurrent, bottom_up}) {
    if (a_.has(k)) shown.push_back(k);
  }
  if (shown.empty()) return;
  const int columns = shown.size() > 1 ? 2 : 1;
  figure.grid(static_cast<int>(shown.size() + 1) / columns, columns)
      .share("columns", "none")
      .legend("top");
  add_time_context(figure);
  for (const Variable k : shown) {
    v1e::Panel& panel = figure.panel();
    panel.title(variables[k].label);
    class_lines(panel, k);
  }
  out_.figure("response_per_class", figure.toml());
}

// Top: a panel per class with its currents; bottom: a panel per current with the classes.
void Report::draw_currents_by_class() {
  if (!classified() || !a_.has(after_spike_background)) return;
  v1e::Figure figure = this->figure(
      "Currents by class",
      "Change from baseline, mean over the class; " + band_definition() +
          ". Top: the currents of each class. Bottom: the classes in each current; dotted: the "
          "threshold, where all neurons share it. Each panel has its own scale.");
  figure.grid(2, 3).share("columns", "none").legend("top").letters();
  figure.size_mm(180.0, 140.0);
  add_time_context(figure);
  // What covers most is drawn first.
  static constexpr std::pair<Variable, const char*> lines[] = {{after_spike_background, "#808080"},
                                                               {total, "#FF0000"},
                                                               {recurrent, "#808000"},
                                                               {bottom_up, "#1E90FF"}};
  const auto class_panel = [&](v1e::Figure& of, ResponseClass c) {
    const std::string name = name_of(c);
    v1e::Panel& panel = of.panel();
    panel.title(name + " (n = " + std::to_string(class_size(c)) + ")");
    panel.x_axis().label("Time").unit("ms").range(0.0, a_.frame_.trial_ms()).time();
    panel.y_axis().label("Change").unit("pA");
    panel.horizontal_line(0.0).color("#999999").width(0.5);
    for (const auto& [variable, color] : lines) {
      const std::string column(variables[variable].name);
      panel.line("traces", "time", column)
          .error(column + "_error")
          .where("class", name)
          .color(color)
          .width(trace_width_pt)
          .label(variables[variable].label);
    }
  };
  for (const ResponseClass c : all_classes) class_panel(figure, c);
  for (const Variable k : {recurrent, bottom_up, total}) {
    v1e::Panel& panel = figure.panel();
    panel.title(variables[k].label);
    if (k == recurrent) {
      panel.legend_inside("lower right");  // the currents have the figure's
    } else {
      panel.legend(false);
    }
    class_lines(panel, k);
  }
  out_.figure("average_currents_of_classes", figure.toml());
  for (const ResponseClass c : all_classes) {
    if (class_size(c) == 0) continue;
    const std::string name = name_of(c);
    v1e::Figure one =
        this->figure("Currents of " + name + " neurons",
                     "Change from baseline, mean over the class; " + band_definition() + ".");
    one.size_mm(130.0, 85.0).legend("top");
    add_time_context(one);
    class_panel(one, c);
    out_.figure("average_" + name + "_neuron_current_response", one.toml());
  }
}

void Report::draw_voltage() {
  if (!a_.has(potential) || a_.samples_.empty()) return;
  v1e::Figure figure =
      this->figure("Membrane potential",
                   "Top: sampled neurons, trial means without baseline, most negative "
                   "response on top. Bottom: mean by class; " +
                       band_definition() + ".");
  figure.grid(classified() ? 2 : 1, 1).share("columns", "none").legend("top");
  add_time_context(figure);
  heatmap_panel(figure.panel(), potential, !classified());
  if (classified()) class_lines(figure.panel(), potential, true);
  out_.figure("voltage", figure.toml());
}

void Report::draw_current_heatmaps() {
  if (a_.samples_.empty()) return;
  std::vector<Variable> shown;
  for (const Variable k : {total, recurrent, bottom_up, after_spike_background}) {
    if (a_.has(k)) shown.push_back(k);
  }
  if (shown.empty()) return;
  v1e::Figure figure =
      this->figure("Currents of sampled neurons",
                   "Change from baseline, trial means; most negative response on top.");
  const int columns = shown.size() > 1 ? 2 : 1;
  figure.grid(static_cast<int>(shown.size() + 1) / columns, columns)
      .share("columns", "none")
      .legend("top");
  add_time_context(figure);
  for (const Variable k : shown) heatmap_panel(figure.panel(), k, true);
  out_.figure("current_heatmaps", figure.toml());
}

// The rates of all spiking neurons, with their classes at the left.
void Report::rate_map_panel(v1e::Panel& panel, const char* column, bool with_legend) const {
  const bool raw = std::string(column) == "rate";
  panel.x_axis().label("Time").unit("ms").range(left_of_heatmap_ms(), a_.frame_.trial_ms()).time();
  panel.y_axis().label("Neuron, by rate").reverse();
  panel.color_axis().label(raw ? "Firing rate" : "Relative rate").unit(raw ? "Hz" : "").min(0.0);
  if (!raw) panel.color_axis().max(1.0);
  panel.heatmap("rate_map", "time", "row", column);
  if (!classified()) return;
  draw_class_strip(panel, "rate_map_classes", "class", class_order()).legend(with_legend);
}

// The map above the rates of the classes.
void Report::draw_rates() {
  if (!classified() || !a_.has_spikes_) return;
  bool any = false;
  for (const double rate : a_.rates_) any = any || rate > 0.0;
  if (!any) return;
  v1e::Figure figure =
      this->figure("Firing rates",
                   "Top: rates relative to each neuron's maximum, highest response first, with the "
                   "classes of the neurons at the left; silent neurons left out. Below: mean by "
                   "class and standard error over neurons, relative and in Hz.");
  figure.grid(3, 1)
      .heights({2.0, 1.0, 1.0})
      .share("columns", "none")
      .legend("top")
      .size_mm(160.0, 190.0);
  add_time_context(figure);
  rate_map_panel(figure.panel(), "normalised", false);
  for (const char* column : {"normalised", "rate"}) {
    const bool raw = std::string(column) == "rate";
    v1e::Panel& panel = figure.panel();
    panel.x_axis().label("Time").unit("ms");
    panel.x_axis().range(left_of_heatmap_ms(), a_.frame_.trial_ms()).time();
    panel.y_axis().label(raw ? "Firing rate" : "Relative rate").unit(raw ? "Hz" : "").min(0.0);
    panel.line("rates", "time", column)
        .error(std::string(column) + "_error")
        .group("class")
        .group_order(class_order())
        .colors("classes");
  }
  out_.figure("firing_rates", figure.toml());
}

void Report::draw_rate_map() {
  if (!a_.has_spikes_) return;
  bool any = false;
  for (const double rate : a_.rates_) any = any || rate > 0.0;
  if (!any) return;
  v1e::Figure figure = this->figure(
      "Firing rates of all neurons",
      std::string("Smoothed rates by descending response; left in Hz, right relative to each "
                  "neuron's maximum; silent neurons left out.") +
          (classified() ? " Strips: classes of the neurons of a row." : ""));
  figure.grid(1, 2).share("none", "all").legend("top").size_mm(180.0, 105.0);
  add_time_context(figure);
  for (const char* column : {"rate", "normalised"}) rate_map_panel(figure.panel(), column, true);
  out_.figure("firing_rates_heatmap", figure.toml());
}

}  // namespace v1::analyses
