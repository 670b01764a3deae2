#include <algorithm>
#include <cmath>

#include "plugins/analyses/currents/currents.hpp"
#include "plugins/analyses/shared/report/counted.hpp"
#include "plugins/analyses/shared/report/source_colors.hpp"
#include "plugins/analyses/shared/report/time_context.hpp"

namespace v1::analyses {
namespace {

using Colors = std::vector<std::pair<std::string, std::string>>;

// As in the scheme "currents" where the names agree. Lines are drawn in this order: what covers
// most, first.
const Colors part_colors = {{"background", "#A8A8A8"},
                            {"after-spike", "#B59A00"},
                            {"recurrent inhibition", "#0B3C8C"},
                            {"recurrent excitation", "#D55E00"},
                            {"LGN", "#1E90FF"}};

const Colors component_colors = {{"after_spike_background", "#A8A8A8"},
                                 {"background", "#A8A8A8"},
                                 {"after_spike", "#B59A00"},
                                 {"total", "#FF0000"},
                                 {"recurrent", "#808000"},
                                 {"bottom_up", "#1E90FF"}};

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
  return out + "; " + counted(dataset_.trials() - first_trial_, "trial") + ", run " +
         dataset_.label() + ".";
}

// A panel for every group.
v1e::Figure Currents::group_grid(const std::string& title, const std::string& caption) const {
  const std::size_t columns = std::min<std::size_t>(groups_.size(), groups_.size() > 6 ? 4 : 3);
  const std::size_t rows = (groups_.size() + columns - 1) / columns;
  v1e::Figure figure(title);
  figure.caption(caption + " " + sample_text());
  figure.grid(static_cast<int>(rows), static_cast<int>(columns)).legend("top");
  figure.size_mm(180.0, 36.0 + (rows == 1 ? 55.0 : 36.0) * static_cast<double>(rows));
  figure.share("columns", groups_.size() > 4 ? "none" : "rows");  // cell types differ in scale
  if (groups_.size() <= 4) figure.letters();
  add_time_context(figure, dataset_, stimulus.values());
  return figure;
}

// Changes over time of the members of `order`, a column of `table`, in one group.
v1e::Mark& Currents::group_line(v1e::Panel& panel, const std::string& table,
                                const std::string& group, const std::string& column,
                                const std::vector<std::string>& order, const Colors& colors) const {
  panel.title(group);
  time_axis(panel, dataset_);
  panel.y_axis().label("Change of current").unit("pA");
  panel.horizontal_line(0.0).color("#888888");
  v1e::Mark& line = panel.line(table, "time", "change");
  return line.where("group", group).group(column).group_order(order).colors_of(colors).width(0.8);
}

void Currents::draw_traces(v1e::Output& output) const {
  v1e::Figure figure = group_grid(
      "Currents of the groups",
      "Recorded currents minus each neuron's baseline; mean over trials and neurons, band: "
      "standard error over neurons.");
  std::vector<std::string> order;
  for (const auto& [word, color] : component_colors) {
    if (component(word) >= 0) order.push_back(word);
  }
  for (const std::string& group : groups_) {
    group_line(figure.panel(), "traces", group, "current", order, component_colors)
        .error("change_sem")
        .labels_of({{"bottom_up", "bottom-up"},
                    {"after_spike", "after-spike"},
                    {"after_spike_background", "after-spike + background"}});
  }
  output.figure("traces", figure.toml());
}

std::vector<std::string> Currents::part_order() const {
  std::vector<std::string> order;
  for (const auto& [part, color] : part_colors) {
    const auto at = std::find(part_names.begin(), part_names.end(), part) - part_names.begin();
    if (has_part(static_cast<std::size_t>(at))) order.push_back(part);
  }
  return order;
}

void Currents::draw_parts(v1e::Output& output) const {
  v1e::Figure figure = group_grid(
      "Excitation and inhibition of the groups",
      "Parts of the input, minus the baseline, as means over trials and neurons; computed from "
      "spikes and synapses (after-spike currents: as recorded" +
          std::string(after_spike_is_rest() ? ", less the background)." : ")."));
  for (const std::string& group : groups_) {
    group_line(figure.panel(), "part_traces", group, "part", part_order(), part_colors);
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

// Bars of few groups by category (those of `shown`, if any), a heat map of many; true: bars.
bool Currents::by_group(v1e::Figure& figure, const std::string& table, const std::string& category,
                        const std::vector<std::string>& shown, const std::string& value) const {
  const std::string label = value == "change" ? "Change of current" : "Mean current";
  v1e::Panel& panel = figure.panel();
  panel.x_axis().label("").angle(shown.empty() ? 45.0 : 90.0);
  if (!shown.empty()) panel.x_axis().categories(shown);
  if (groups_.size() > 4) {
    figure.size_mm(180.0, 120.0);
    panel.y_axis().label("Target").categories(groups_);
    panel.color_axis().label(label).unit("pA").center(0.0);
    panel.heatmap(table, category, "group", value);
    return false;
  }
  figure.legend("top").size_mm(180.0, 85.0);
  panel.y_axis().label(label).unit("pA");
  panel.horizontal_line(0.0).color("#444444");
  panel.bar(table, category, value)
      .error(value + "_sem")
      .group("group")
      .group_order(groups_)
      .colors(classification.empty() ? "types" : "classes");
  return true;
}

void Currents::draw_sources(v1e::Output& output) const {
  const std::vector<std::string> shown = strongest_sources(kinds_.size(), true);
  if (shown.empty()) return;
  v1e::Figure figure("Change of current by source");
  const bool bars = by_group(figure, "sources", "source", shown, "change");
  figure.caption(
      "Mean current during the stimulus minus before, by kind of source, from spikes and "
      "synapses. " +
      std::string(bars ? "Bars: standard error over neurons. " : "") + sample_text());
  output.figure("sources", figure.toml());
}

void Currents::draw_source_traces(v1e::Output& output) const {
  const std::vector<std::string> shown = strongest_sources(8, false);
  if (shown.empty()) return;
  v1e::Figure figure = group_grid("Currents by source over time",
                                  "The kinds of sources (but the background) whose current changes "
                                  "most, minus the baseline; means over trials and "
                                  "neurons, from spikes and synapses.");
  for (const std::string& group : groups_) {
    group_line(figure.panel(), "source_traces", group, "source", shown, source_colors(shown));
  }
  output.figure("source_traces", figure.toml());
}

void Currents::draw_budget(v1e::Output& output) const {
  const std::vector<std::string> order = part_order();
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
  const bool bars = by_group(figure, "receptors", "label", {}, "stimulus");
  figure.caption(
      "Mean current during the stimulus by origin and receptor, from spikes and synapses" +
      std::string(bars ? "; error bars: standard error over neurons. " : ". ") + sample_text());
  output.figure("receptors", figure.toml());
}

void Currents::draw_check(v1e::Output& output) const {
  std::vector<std::string> shown;
  const bool recurrent = all_spikes_ && component("recurrent") >= 0 && has_part(1);
  if (recurrent) shown.emplace_back("recurrent");
  if (component("bottom_up") >= 0 && has_part(0)) shown.emplace_back("bottom_up");
  if (component("total") >= 0 && has_part(0) && has_part(1) && has_part(3) && has_part(4) &&
      all_spikes_ && !after_spike_is_rest()) {
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
