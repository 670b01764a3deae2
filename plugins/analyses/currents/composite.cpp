#include <algorithm>

#include "plugins/analyses/currents/currents.hpp"
#include "plugins/analyses/shared/report/class_strip.hpp"
#include "plugins/analyses/shared/report/time_context.hpp"

// The central figure of the paper with recurrent excitation and inhibition apart: heat maps of
// sampled neurons above the means of the classes.
namespace v1::analyses {
namespace {

constexpr double heatmap_range_pa = 50.0;

struct Column {
  const char* name;         // in the table `heatmap`
  const char* title;        // of the panels
  const char* trace_table;  // of the class means
  const char* key;          // column that tells traces apart there,
  const char* value;        // and its value
};
constexpr Column columns[] = {
    {"recurrent_excitation", "Recurrent excitation", "part_traces", "part", "recurrent excitation"},
    {"recurrent_inhibition", "Recurrent inhibition", "part_traces", "part", "recurrent inhibition"},
    {"recurrent", "Recurrent current", "traces", "current", "recurrent"},
    {"bottom_up", "Bottom-up current", "traces", "current", "bottom_up"},
    {"total", "Total current", "traces", "current", "total"}};
constexpr std::size_t part_columns = 2;

}  // namespace

// Of a group, as `value` of its neurons tells it.
double Currents::level_before(std::size_t group,
                              const std::function<double(std::size_t neuron)>& value) const {
  double sum = 0.0;
  for (std::size_t n = 0; n < neurons_.size(); ++n) {
    if (group_of_[n] == group) sum += value(n);
  }
  return sum / static_cast<double>(group_size_[group]);
}

// Recurrent excitation and inhibition of every neuron of the sample over time.
void Currents::find_sampled_parts() {
  sampled_parts_.clear();
  for (std::size_t row = 0; row < sample_.size(); ++row) {
    Traces parts(part_columns, std::vector<double>(bins(), 0.0));
    double level[part_columns] = {};
    for (std::size_t k = 0; k < kinds_.size(); ++k) {
      if (origin_of_kind_[k] != Origin::recurrent) continue;
      const std::vector<double> trace = binned_trace(k, groups_.size() + row);
      const std::size_t p = inhibitory_[k] ? 1 : 0;
      for (std::size_t b = 0; b < bins(); ++b) parts[p][b] += trace[b];
      level[p] += by_source(sample_[row], k, 0);
    }
    for (std::size_t p = 0; p < part_columns; ++p) {
      for (double& value : parts[p]) value -= level[p];
    }
    sampled_parts_.push_back(std::move(parts));
  }
}

void Currents::write_sample(v1e::Output& output) const {
  if (sample_.empty()) return;
  std::vector<double> time;
  std::vector<std::int64_t> row_of, rows, neuron;
  std::vector<std::string> group;
  for (std::size_t row = 0; row < sample_.size(); ++row) {
    rows.push_back(static_cast<std::int64_t>(row));
    neuron.push_back(neurons_[sample_[row]]);
    group.push_back(groups_[group_of_[sample_[row]]]);
    for (std::size_t b = 0; b < bins(); ++b) {
      time.push_back(bin_time_ms(b));
      row_of.push_back(rows.back());
    }
  }
  v1e::Table table;
  table.column("time", "ms", time).column("row", "1", row_of);
  for (std::size_t k = 0; k < std::size(columns); ++k) {
    const int c = k < part_columns ? -1 : component(columns[k].name);
    if (k >= part_columns && c < 0) continue;
    std::vector<double> values;
    for (std::size_t row = 0; row < sample_.size(); ++row) {
      const std::vector<double>& trace =
          k < part_columns ? sampled_parts_[row][k]
                           : recorded_.sampled.at(row)[static_cast<std::size_t>(c)];
      values.insert(values.end(), trace.begin(), trace.end());
    }
    table.column(columns[k].name, "pA", values);
  }
  output.table("heatmap",
               "Change from baseline of the neurons that the classification sampled, trial means; "
               "excitation and inhibition from spikes and synapses, the others as recorded",
               table);
  v1e::Table of_rows;
  of_rows.column("row", "1", rows).column("neuron", "1", neuron).column("group", "1", group);
  add_class_strip(of_rows, rows, std::vector<double>(rows.size(), dataset_.duration_ms()));
  output.table("heatmap_rows", "The sampled neurons, most negative response first", of_rows);
}

void Currents::draw_composite(v1e::Output& output) const {
  if (sample_.empty()) return;
  std::vector<const Column*> shown;
  for (std::size_t k = 0; k < std::size(columns); ++k) {
    if (k < part_columns ? has_part(k + 1) : component(columns[k].name) >= 0) {
      shown.push_back(&columns[k]);
    }
  }
  if (shown.empty()) return;
  const auto count = static_cast<int>(shown.size());
  const double left_ms = class_strip_begin_ms(dataset_.duration_ms());
  v1e::Figure figure("Competition of currents");
  figure.caption(
      "Top: change from baseline of sampled neurons, trial means, most negative total response on "
      "top. Bottom: mean by class; bands: standard error over neurons. Recurrent excitation and "
      "inhibition are computed from spikes and synapses, as means without bands; the other "
      "currents are those recorded. " +
      sample_text());
  figure.grid(2, count).heights({1.2, 1.0}).share("columns", "none").letters().legend("top");
  figure.size_mm(25.0 + 45.0 * count, 135.0);
  add_time_context(figure, dataset_, stimulus.values());
  for (const Column* one : shown) {
    v1e::Panel& panel = figure.panel();
    panel.title(one->title);
    time_axis(panel, dataset_);
    panel.x_axis().range(left_ms, dataset_.duration_ms());
    panel.y_axis()
        .label(one == shown.front() ? "Neuron, by response" : "")
        .reverse()
        .range(-0.5, static_cast<double>(sample_.size()) - 0.5);
    panel.color_axis().label("Change").unit("pA").center(0.0);
    panel.color_axis().range(-heatmap_range_pa, heatmap_range_pa).bar(one == shown.back());
    panel.heatmap("heatmap", "time", "row", one->name);
    draw_class_strip(panel, "heatmap_rows", "group", groups_).legend(false);
  }
  // The classes that matter are drawn over the rest.
  std::vector<std::string> order = groups_;
  std::stable_partition(order.begin(), order.end(),
                        [](const std::string& group) { return group == "unclassified"; });
  for (const Column* one : shown) {
    v1e::Panel& panel = figure.panel();
    time_axis(panel, dataset_);
    panel.x_axis().range(left_ms, dataset_.duration_ms());
    panel.y_axis()
        .label(one == shown.front() ? "Change" : "")
        .unit(one == shown.front() ? "pA" : "");
    panel.horizontal_line(0.0).color("#999999").width(0.5);
    v1e::Mark& line = panel.line(one->trace_table, "time", "change")
                          .where(one->key, one->value)
                          .group("group")
                          .group_order(order)
                          .colors("classes")
                          .width(0.7);
    if (std::string(one->trace_table) == "traces") line.error("change_sem");
  }
  output.figure("composite_currents", figure.toml());
}

}  // namespace v1::analyses
