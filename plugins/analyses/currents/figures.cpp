#include <algorithm>
#include <cmath>

#include "plugins/analyses/currents/currents.hpp"

namespace v1::analyses {
namespace {

// As in the scheme "currents" where the names agree.
const std::vector<std::pair<std::string, std::string>> part_colors = {
    {"LGN", "#1E90FF"},
    {"recurrent excitation", "#D55E00"},
    {"recurrent inhibition", "#0B3C8C"},
    {"background", "#7F7F7F"},
    {"after-spike", "#B59A00"}};

const std::vector<std::pair<std::string, std::string>> component_colors = {
    {"total", "#FF0000"},      {"recurrent", "#808000"},   {"bottom_up", "#1E90FF"},
    {"background", "#7F7F7F"}, {"after_spike", "#CC79A7"}, {"after_spike_background", "#7F7F7F"}};

}  // namespace

std::string Currents::sample_text() const {
  std::string out = "Neurons:";
  if (groups_.size() > 4) {
    out +=
        " " + std::to_string(neurons_.size()) + " in " + std::to_string(groups_.size()) + " groups";
  } else {
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      out += (g ? ", " : " ") + groups_[g] + " " + std::to_string(group_size_[g]);
    }
  }
  return out + "; " + std::to_string(dataset_.trials() - first_trial_) + " trials, run " +
         dataset_.label() + ".";
}

v1e::Figure Currents::group_grid(const std::string& title, const std::string& caption) const {
  const std::size_t columns = std::min<std::size_t>(groups_.size(), groups_.size() > 6 ? 4 : 3);
  const std::size_t rows = (groups_.size() + columns - 1) / columns;
  v1e::Figure figure(title);
  figure.caption(caption + " " + sample_text());
  figure.grid(static_cast<int>(rows), static_cast<int>(columns)).legend("top");
  figure.size_mm(180.0, 30.0 + (rows == 1 ? 55.0 : 36.0) * static_cast<double>(rows));
  if (groups_.size() <= 4) figure.letters();
  return figure;
}

void Currents::draw_traces(v1e::Output& output) const {
  v1e::Figure figure = group_grid(
      "Currents of the groups",
      "Recorded currents minus each neuron's baseline; mean over trials and neurons, band: "
      "standard error over neurons.");
  figure.share("columns", "rows").markers({stimulus.values()[0], stimulus.values()[1]});
  std::vector<std::string> order;
  for (const auto& [word, color] : component_colors) {
    if (component(word) >= 0) order.push_back(word);
  }
  for (const std::string& group : groups_) {
    v1e::Panel& panel = figure.panel();
    panel.title(group);
    panel.x_axis().label("Time").unit("ms").time();
    panel.y_axis().label("Change of current").unit("pA");
    panel.horizontal_line(0.0).color("#888888");
    panel.line("traces", "time", "change")
        .error("change_sem")
        .where("group", group)
        .group("current")
        .group_order(order)
        .colors_of(component_colors)
        .labels_of({{"bottom_up", "bottom-up"},
                    {"after_spike", "after-spike"},
                    {"after_spike_background", "after-spike + background"}})
        .width(0.8);
  }
  output.figure("traces", figure.toml());
}

void Currents::draw_parts(v1e::Output& output) const {
  v1e::Figure figure = group_grid(
      "Excitation and inhibition of the groups",
      "Parts of the input, minus the baseline, as means over trials and neurons; computed from "
      "spikes and synapses (after-spike currents: as recorded).");
  figure.share("columns", "rows").markers({stimulus.values()[0], stimulus.values()[1]});
  std::vector<std::string> order;
  for (std::size_t p = 0; p < part_names.size(); ++p) {
    if (has_part(p)) order.emplace_back(part_names[p]);
  }
  for (const std::string& group : groups_) {
    v1e::Panel& panel = figure.panel();
    panel.title(group);
    panel.x_axis().label("Time").unit("ms").time();
    panel.y_axis().label("Change of current").unit("pA");
    panel.horizontal_line(0.0).color("#888888");
    panel.line("part_traces", "time", "change")
        .where("group", group)
        .group("part")
        .group_order(order)
        .colors_of(part_colors)
        .width(0.8);
  }
  output.figure("excitation_inhibition", figure.toml());
}

// Sources by their largest mean change in any group.
std::vector<std::string> Currents::strongest_sources(std::size_t most, bool with_background) const {
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t k = 0; k < kinds_.size(); ++k) {
    if (!with_background && origin_of_kind_[k] == Origin::background) continue;
    double largest = 0.0;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      double change = 0.0;
      for (std::size_t n = 0; n < neurons_.size(); ++n) {
        if (group_of_[n] == g) change += by_source(n, k, 1) - by_source(n, k, 0);
      }
      largest = std::max(largest, std::fabs(change / static_cast<double>(group_size_[g])));
    }
    if (largest > 0.0) order.emplace_back(-largest, k);
  }
  std::sort(order.begin(), order.end());
  if (order.size() > most) order.resize(most);
  std::sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
    return laminar_key(kinds_[a.second]) < laminar_key(kinds_[b.second]);
  });
  std::vector<std::string> out;
  for (const auto& [change, k] : order) out.push_back(kinds_[k]);
  return out;
}

void Currents::draw_sources(v1e::Output& output) const {
  v1e::Figure figure("Change of current by source");
  const std::vector<std::string> shown = strongest_sources(kinds_.size(), true);
  if (shown.empty()) return;
  const std::string caption =
      "Mean current during the stimulus minus before, by kind of source, from spikes and "
      "synapses. ";
  v1e::Panel& panel = figure.panel();
  if (groups_.size() <= 4) {
    figure.caption(caption + "Bars: standard error over neurons. " + sample_text());
    figure.legend("top").size_mm(180.0, 85.0);
    panel.x_axis().label("").categories(shown).angle(90.0);
    panel.y_axis().label("Change of current").unit("pA");
    panel.horizontal_line(0.0).color("#444444");
    v1e::Mark& bars = panel.bar("sources", "source", "change").error("change_sem").group("group");
    bars.group_order(groups_).colors(classification.empty() ? "types" : "classes");
  } else {
    figure.caption(caption + sample_text());
    figure.size_mm(180.0, 120.0);
    panel.x_axis().label("Source").categories(shown).angle(90.0);
    panel.y_axis().label("Target").categories(groups_);
    panel.color_axis().label("Change of current").unit("pA").center(0.0);
    panel.heatmap("sources", "source", "group", "change");
  }
  output.figure("sources", figure.toml());
}

void Currents::draw_source_traces(v1e::Output& output) const {
  const std::vector<std::string> shown = strongest_sources(8, false);
  if (shown.empty()) return;
  v1e::Figure figure = group_grid("Currents by source over time",
                                  "The kinds of sources (but the background) whose current changes "
                                  "most, minus the baseline; means over trials and "
                                  "neurons, from spikes and synapses.");
  figure.share("columns", "rows").markers({stimulus.values()[0], stimulus.values()[1]});
  for (const std::string& group : groups_) {
    v1e::Panel& panel = figure.panel();
    panel.title(group);
    panel.x_axis().label("Time").unit("ms").time();
    panel.y_axis().label("Change of current").unit("pA");
    panel.horizontal_line(0.0).color("#888888");
    panel.line("source_traces", "time", "change")
        .where("group", group)
        .group("source")
        .group_order(shown)
        .width(0.8);
  }
  output.figure("source_traces", figure.toml());
}

void Currents::draw_budget(v1e::Output& output) const {
  std::vector<std::string> order;
  for (std::size_t p = 0; p < part_names.size(); ++p) {
    if (has_part(p)) order.emplace_back(part_names[p]);
  }
  if (order.empty()) return;
  v1e::Figure figure("Current budget");
  figure.caption(
      "Mean currents before and during the stimulus; error bars: standard error over "
      "neurons. " +
      sample_text());
  const bool wide = groups_.size() > 4;
  figure.legend("top").letters();
  figure.grid(wide ? 2 : 1, wide ? 1 : 2).size_mm(180.0, wide ? 150.0 : 80.0);
  figure.share("none", "all");
  for (const char* window : {"baseline", "stimulus"}) {
    v1e::Panel& panel = figure.panel();
    panel.title(std::string(window) == "baseline" ? "Before the stimulus" : "During the stimulus");
    panel.x_axis().label("").categories(groups_).angle(wide ? 45.0 : 0.0);
    panel.y_axis().label("Mean current").unit("pA");
    panel.horizontal_line(0.0).color("#444444");
    panel.bar("budget", "group", window)
        .error(std::string(window) + "_sem")
        .group("part")
        .group_order(order)
        .colors_of(part_colors);
  }
  output.figure("budget", figure.toml());
}

void Currents::draw_receptors(v1e::Output& output) const {
  if (strongest_sources(1, true).empty()) return;  // nothing fired
  v1e::Figure figure("Current by receptor");
  figure.caption(
      "Mean current during the stimulus by origin and receptor, from spikes and "
      "synapses; error bars: standard error over neurons. " +
      sample_text());
  v1e::Panel& panel = figure.panel();
  if (groups_.size() <= 4) {
    figure.legend("top").size_mm(150.0, 80.0);
    panel.x_axis().label("Origin and receptor").angle(45.0);
    panel.y_axis().label("Mean current").unit("pA");
    panel.horizontal_line(0.0).color("#444444");
    panel.bar("receptors", "label", "stimulus")
        .error("stimulus_sem")
        .group("group")
        .group_order(groups_)
        .colors(classification.empty() ? "types" : "classes");
  } else {
    figure.size_mm(150.0, 110.0);
    panel.x_axis().label("Origin and receptor").angle(45.0);
    panel.y_axis().label("Target").categories(groups_);
    panel.color_axis().label("Mean current").unit("pA").center(0.0);
    panel.heatmap("receptors", "label", "group", "stimulus");
  }
  output.figure("receptors", figure.toml());
}

void Currents::draw_check(v1e::Output& output) const {
  std::vector<std::string> shown;
  const bool recurrent = component("recurrent") >= 0 && has_part(1);
  if (recurrent) shown.emplace_back("recurrent");
  if (component("bottom_up") >= 0 && has_part(0)) shown.emplace_back("bottom_up");
  if (component("total") >= 0 && has_part(0) && has_part(1) && has_part(3) && has_part(4)) {
    shown.emplace_back("total");
  }
  if (shown.empty()) return;
  v1e::Figure figure("Parts against recordings");
  figure.caption(
      "Mean currents of single neurons during the stimulus: the sum of the parts, "
      "against what was recorded; line: equality. " +
      sample_text());
  figure.grid(1, static_cast<int>(shown.size())).legend("none").letters();
  figure.size_mm(60.0 * static_cast<double>(shown.size()), 65.0);
  for (const std::string& one : shown) {
    v1e::Panel& panel = figure.panel();
    panel.title(one == "bottom_up" ? "bottom-up" : one);
    panel.x_axis().label("Recorded").unit("pA");
    panel.y_axis().label("Sum of parts").unit("pA");
    panel.diagonal(1.0, 0.0).color("#888888");
    panel.scatter("check_neurons", "recorded", "computed")
        .where("current", one)
        .size(0.5)
        .alpha(0.5);
  }
  output.figure("check", figure.toml());
}

}  // namespace v1::analyses
