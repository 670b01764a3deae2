#include <algorithm>
#include <cmath>
#include <cstdio>

#include "plugins/analyses/classification/report.hpp"
#include "plugins/analyses/shared/report/counted.hpp"
#include "plugins/analyses/shared/report/source_colors.hpp"
#include "plugins/analyses/shared/report/trial_ticks.hpp"

namespace v1::analyses {
namespace {

std::string signed_text(double value, const char* unit) {
  char text[48];
  std::snprintf(text, sizeof text, "%+.2f %s", value, unit);
  return text;
}

}  // namespace

void Report::draw_singles() {
  if (a_.singles_.empty()) return;
  for (std::size_t k = 0; k < a_.single_.size(); ++k) draw_single(k);
}

// Configs and spike files know the id, tables and file names the place in the network.
std::string Report::named_neuron(std::uint32_t position) const {
  const std::uint32_t id = a_.dataset_.raw().network->neuron_id[position];
  const std::string name = "Neuron " + std::to_string(position);
  return id == position ? name : name + " (id " + std::to_string(id) + ")";
}

std::string Report::single_title(const SingleNeuron& one) const {
  const std::vector<std::string> population = v1e::texts(a_.dataset_.neuron_column("population"));
  std::string title = named_neuron(one.position);
  if (!population.empty()) title += ", " + population[one.position];
  if (one.index < 0 || !classified()) return title;
  const auto i = static_cast<std::size_t>(one.index);
  const bool current = a_.criterion.is("input_current");
  const char* unit = current ? "pA" : a_.criterion.is("v") ? "mV" : "";
  const double value = a_.criterion_values()[i];
  return title + ": " + class_labels()[i] + " (" +
         (std::isnan(value) ? "no value" : signed_text(value, unit)) + ", threshold " +
         fixed(a_.table_.threshold[i], 2) + (*unit ? " " : "") + unit + ")";
}

v1e::Panel& Report::add_trial_panel(v1e::Figure& figure) const {
  v1e::Panel& panel = figure.panel();
  panel.x_axis().label("Time").unit("ms").range(0.0, a_.frame_.trial_ms()).time();
  return panel;
}

// Panels of the recorded potential and currents; returns how many.
int Report::draw_single_traces(v1e::Figure& figure, const SingleNeuron& one) const {
  struct Row {
    const char* label;
    const char* unit;
    std::vector<std::pair<Variable, const char*>> lines;
  };
  const Row rows[] = {{"Potential", "mV", {{potential, "#009E73"}}},
                      {"Current",
                       "pA",
                       {{total, "#FF0000"},
                        {recurrent, "#808000"},
                        {bottom_up, "#1E90FF"},
                        {after_spike_background, "#808080"}}}};
  const bool member = one.index >= 0;
  int panels = 0;
  for (const Row& row : rows) {
    const bool any = std::any_of(row.lines.begin(), row.lines.end(),
                                 [&](const auto& line) { return a_.has(line.first); });
    if (!any) continue;
    ++panels;
    v1e::Panel& panel = add_trial_panel(figure);
    panel.y_axis().label(row.label + std::string(member ? ", change" : "")).unit(row.unit);
    if (member) panel.horizontal_line(0.0).color("#999999").width(0.5);
    for (const auto& [variable, color] : row.lines) {
      if (!a_.has(variable)) continue;
      const std::string column(variables[variable].name);
      panel.line("single_traces", "time", column)
          .error(column + "_error")
          .where("neuron", static_cast<double>(one.position))
          .color(color)
          .label(variables[variable].label);
    }
  }
  return panels;
}

// Two panels: the smoothed rate, and the spikes of every trial.
void Report::draw_single_spikes(v1e::Figure& figure, const SingleNeuron& one) const {
  const auto position = static_cast<double>(one.position);
  v1e::Panel& rate = add_trial_panel(figure);
  rate.y_axis().label("Rate").unit("Hz").min(0.0);
  rate.line("single_rates", "time", "rate")
      .error("error")
      .where("neuron", position)
      .color("#0000CC")
      .label("Firing rate");
  v1e::Panel& raster = add_trial_panel(figure);
  raster.y_axis()
      .label("Trial")
      .reverse()
      .range(static_cast<double>(a_.frame_.trial_begin) - 0.5,
             static_cast<double>(a_.frame_.trial_end) - 0.5)
      .tick_step(trial_tick_step(a_.frame_.trials()));
  raster.raster("single_spikes", "time", "trial")
      .where("neuron", position)
      .color("#000000")
      .size(0.8);
}

// Potential, currents, rate and all spikes of one neuron.
void Report::draw_single(std::size_t k) {
  const SingleNeuron& one = a_.single_[k];
  const std::size_t trials = a_.frame_.trials();
  v1e::Figure figure(single_title(one));
  figure.caption("Chosen as: " + one.reason + ". " +
                 (trials == 1 ? std::string("One trial")
                              : "Mean and standard error over " + counted(trials, "trial")) +
                 (one.index >= 0 ? ", change from baseline" : "") +
                 "; bottom: spikes of every trial. Run " + a_.dataset_.label() + ", mode " +
                 a_.mode.text() + ".");
  std::vector<double> heights(static_cast<std::size_t>(draw_single_traces(figure, one)), 1.0);
  if (a_.has_spikes_) {
    draw_single_spikes(figure, one);
    heights.insert(heights.end(), {0.8, 0.8});
  }
  const auto count = static_cast<int>(heights.size());
  figure.grid(count, 1).heights(heights).share("columns", "none").legend("right");
  figure.size_mm(180.0, 38.0 * count + 25.0);
  add_time_context(figure);
  out_.figure("neuron_" + std::to_string(one.position), figure.toml());
}

// Around the first, the middle and the last spike of the first trial.
void Report::draw_spike_removal() {
  if (!a_.has(potential) || !a_.frame_.correct_voltage || a_.singles_.empty()) return;
  for (std::size_t k = 0; k < a_.single_.size(); ++k) {
    const SingleNeuron& one = a_.single_[k];
    if (!one.spikes_shown) continue;
    std::vector<double> times;
    for (const auto& [trial, step] : a_.singles_[k].spikes) {
      if (trial == a_.frame_.trial_begin) {
        times.push_back(static_cast<double>(step) * a_.frame_.dt_ms);
      }
    }
    if (times.empty()) {
      out_.note(named_neuron(one.position) +
                " did not fire in the first trial; the figure of the removal of its spikes is left "
                "out.");
      continue;
    }
    std::vector<double> shown = {times.front()};
    if (times.size() > 2) shown.push_back(times[times.size() / 2]);
    if (times.size() > 1) shown.push_back(times.back());
    v1e::Figure figure("Removal of spikes, neuron " + std::to_string(one.position));
    figure.caption(
        "Membrane potential of trial " + std::to_string(a_.frame_.trial_begin) +
        " as recorded, and with spikes replaced by straight lines from 2 steps before to "
        "3 after each; around up to three of its " +
        counted(times.size(), "spike") + " (dotted).");
    const auto columns = static_cast<int>(shown.size());
    figure.grid(1, columns).share("none", "all").legend("top");
    if (columns > 1) figure.letters();
    figure.size_mm(55.0 * columns + 15.0, 75.0);
    for (const double at : shown) {
      v1e::Panel& panel = figure.panel();
      const double from = std::max(at - 30.0, 0.0), to = std::min(at + 30.0, a_.frame_.trial_ms());
      panel.x_axis().label("Time").unit("ms").range(from, to);
      panel.y_axis().label("Membrane potential").unit("mV");
      for (const double spike : times) {
        if (spike >= from && spike <= to) {
          panel.vertical_line(spike).dash("dotted").color("#999999").width(0.5);
        }
      }
      for (const auto& [column, word, color] :
           {std::tuple{"v", "recorded", "#999999"},
            std::tuple{"corrected", "without spikes", "#D55E00"}}) {
        panel.line("spike_removal", "time", column)
            .where("neuron", static_cast<double>(one.position))
            .where_between("time", from, to)
            .color(color)
            .label(word);
      }
    }
    out_.figure("spike_removal_" + std::to_string(one.position), figure.toml());
  }
}

void Report::draw_other_rates() {
  if (!has_other_rates_ || !a_.has_spikes_) return;
  v1e::Figure figure = this->figure(
      "Firing rates beside other populations",
      "Mean and standard error over neurons; left: spiking neurons, each relative to its own "
      "maximum; right: all neurons. Dashed: other populations.");
  figure.grid(1, 2).share("none", "none").legend("top").letters().size_mm(180.0, 85.0);
  add_time_context(figure);
  for (const char* column : {"normalised", "rate"}) {
    const bool raw = std::string(column) == "rate";
    v1e::Panel& panel = figure.panel();
    panel.x_axis().label("Time").unit("ms").range(0.0, a_.frame_.trial_ms()).time();
    panel.y_axis().label(raw ? "Firing rate" : "Relative rate").unit(raw ? "Hz" : "").min(0.0);
    panel.line("rates", "time", column)
        .error(std::string(column) + "_error")
        .group("class")
        .group_order({"dVf", "hVf"})
        .colors("classes");
    for (std::size_t p = 0; p < a_.others_.names().size(); ++p) {
      const std::string& name = a_.others_.names()[p];
      panel.line("other_rates", "time", column)
          .error(std::string(column) + "_error")
          .where("population", name)
          .color(source_color(name))
          .dash("dashed")
          .label(name + " (n = " + std::to_string(a_.others_.size(p)) + ")");
    }
  }
  out_.figure("other_populations_rates", figure.toml());
}

}  // namespace v1::analyses
