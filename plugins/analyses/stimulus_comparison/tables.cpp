#include <algorithm>
#include <cctype>
#include <numeric>

#include "plugins/analyses/shared/report/class_strip.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/report/time_context.hpp"
#include "plugins/analyses/shared/wiring/wiring.hpp"
#include "plugins/analyses/stimulus_comparison/stimulus_comparison.hpp"

namespace v1::analyses {
namespace {

constexpr std::size_t most_columns = 400;  // of a heat map

// "class_90_deg_2_Hz": a name that needs no quotes.
std::string column_name(const std::string& stimulus) {
  std::string out = "class_";
  for (const char c : stimulus) {
    if (c == ',') continue;
    out += std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' ? c : '_';
  }
  return out;
}

}  // namespace

std::string StimulusComparison::caption(const std::string& what) const {
  std::string sizes;
  for (const ResponseClass c : all_classes) {
    sizes += (sizes.empty() ? "" : ", ") + name_of(c) + " " + std::to_string(base().count(c));
  }
  return what + " Base: " + base_.name() + "; " + std::to_string(base().size()) + " neurons (" +
         sizes + "), classification " + classification.str() + ", seed " +
         std::to_string(datasets_[base_.dataset].raw().seed) + ".";
}

void StimulusComparison::finish(v1e::Output& output) {
  baseline.report(output);
  for (const std::string& text : notes_) output.note(text);
  for (const ResponseClass c : all_classes) {
    if (base().count(c) > 0) continue;
    output.note("No neuron is " + name_of(c) + " with the base stimulus; its rows are empty.");
  }
  write_neurons(output);
  write_agreement(output);
  write_confusion(output);
  write_stimuli(output);
  write_heatmaps(output);
  draw_confusion(output);
  draw_agreement(output);
  draw_heatmaps(output);
}

void StimulusComparison::write_neurons(v1e::Output& output) const {
  std::vector<std::int64_t> position(base().position.begin(), base().position.end()), id;
  for (const std::uint32_t i : base().position) {
    id.push_back(datasets_[base_.dataset].raw().network->neuron_id[i]);
  }
  v1e::Table table;
  table.column("neuron", "1", position).column("id", "1", id);
  const auto add = [&](const RunCondition& run) {
    std::vector<std::string> labels;
    for (const ResponseClass c : classes_.at(run.dataset).label) labels.push_back(name_of(c));
    table.column(column_name(run.name()), "1", labels);
  };
  add(base_);
  std::vector<std::string> used = {column_name(base_.name())};
  for (const Compared& one : compared_) {
    const std::string title = column_name(one.run.name());
    if (std::find(used.begin(), used.end(), title) != used.end()) continue;
    used.push_back(title);
    add(one.run);
  }
  output.table("neurons", "Class of every neuron with every stimulus", table);
}

void StimulusComparison::write_agreement(v1e::Output& output) const {
  RowTable<std::string, std::string, std::int64_t, double, double, double, double, double, double>
      table({{"stimulus", "1"},
             {"run", "1"},
             {"n", "1"},
             {"same_class", "1"},
             {"kappa", "1"},
             {"dVf_kept", "1"},
             {"hVf_kept", "1"},
             {"dVf_to_hVf", "1"},
             {"hVf_to_dVf", "1"}});
  constexpr std::size_t dvf = 0, hvf = 2;
  for (const Compared& one : compared_) {
    table.add(one.run.name(), one.run.label, one.matrix.total(), one.matrix.agreement(),
              one.matrix.kappa(), one.matrix.share(dvf, dvf), one.matrix.share(hvf, hvf),
              one.matrix.share(dvf, hvf), one.matrix.share(hvf, dvf));
  }
  output.table("agreement",
               "Neurons that keep their class when the base stimulus (" + base_.name() +
                   ") is replaced, and Cohen's kappa",
               table);
  const auto worst = std::min_element(compared_.begin(), compared_.end(),
                                      [](const Compared& a, const Compared& b) {
                                        return a.matrix.agreement() < b.matrix.agreement();
                                      });
  output.scalar("least_agreement", worst->matrix.agreement(), "1",
                "Smallest share of neurons with the same class, for " + worst->run.name());
}

void StimulusComparison::write_confusion(v1e::Output& output) const {
  RowTable<std::string, std::string, std::string, std::int64_t, double> table(
      {{"stimulus", "1"}, {"base_class", "1"}, {"class", "1"}, {"n", "1"}, {"share", "1"}});
  for (const Compared& one : compared_) {
    for (std::size_t row = 0; row < class_count; ++row) {
      for (std::size_t column = 0; column < class_count; ++column) {
        table.add(one.run.name(), class_names[row], class_names[column],
                  static_cast<std::int64_t>(one.matrix.counts[row][column]),
                  one.matrix.share(row, column));
      }
    }
  }
  output.table("confusion",
               "Class with the base stimulus (rows) and with another one; shares of the row",
               table);
}

void StimulusComparison::write_stimuli(v1e::Output& output) {
  std::vector<std::string> stimulus;
  std::vector<double> time, value;
  for (const RunCondition& run : drawn_) {
    const v1e::Dataset& dataset = datasets_[run.dataset];
    const v1e_strip* strip = dataset.strip();
    if (!strip || strip->count == 0) continue;
    strip_of_[run.dataset] = strip->name;
    strip_unit_ = strip->unit;
    const StripCourse course = course_of(*strip, dataset);
    time.insert(time.end(), course.time_ms.begin(), course.time_ms.end());
    value.insert(value.end(), course.value.begin(), course.value.end());
    stimulus.resize(time.size(), run.name());
  }
  if (stimulus.empty()) return;
  v1e::Table table;
  table.column("stimulus", "1", stimulus).column("time", "ms", time);
  table.column("value", strip_unit_, value);
  output.table("stimuli", "Course of the stimuli that are drawn", table);
}

// The sample of the base, top row first, in every stimulus.
void StimulusComparison::write_heatmaps(v1e::Output& output) const {
  if (sample_.empty() || with_maps_.empty()) return;
  const std::vector<std::size_t> order = base().sample();
  RowTable<std::string, double, std::int64_t, double> table(
      {{"stimulus", "1"}, {"time", "ms"}, {"row", "1"}, {"input_current", "pA"}});
  std::vector<std::string> row_stimulus, row_class;
  std::vector<double> trial_ms;
  std::vector<std::int64_t> row_of, neuron;
  for (const RunCondition& run : with_maps_) {
    const TraceFrame& frame = frames_.at(run.dataset);
    const TraceSums& sums = traces_.at(run.dataset);
    const std::size_t per_column = (frame.bins() + most_columns - 1) / most_columns;
    for (std::size_t row = 0; row < order.size(); ++row) {
      const std::uint32_t position = base().position[order[row]];
      const auto at = std::lower_bound(sample_.begin(), sample_.end(), position);
      const std::vector<float>& trace =
          sums.kept.at(static_cast<std::size_t>(at - sample_.begin()));
      for (std::size_t c = 0; c + per_column <= frame.bins(); c += per_column) {
        const auto first = trace.begin() + static_cast<std::ptrdiff_t>(c);
        table.add(run.name(),
                  (static_cast<double>(c) + 0.5 * static_cast<double>(per_column)) * frame.bin_ms(),
                  static_cast<std::int64_t>(row),
                  std::accumulate(first, first + static_cast<std::ptrdiff_t>(per_column), 0.0) /
                      static_cast<double>(per_column));
      }
      row_stimulus.push_back(run.name());
      row_of.push_back(static_cast<std::int64_t>(row));
      neuron.push_back(position);
      row_class.push_back(name_of(classes_.at(run.dataset).label[order[row]]));
      trial_ms.push_back(static_cast<double>(frame.steps) * frame.dt_ms);
    }
  }
  output.table("heatmaps", "Change of the input current from its own baseline, trial means", table);
  v1e::Table row_table;
  row_table.column("stimulus", "1", row_stimulus).column("row", "1", row_of);
  row_table.column("neuron", "1", neuron).column("class", "1", row_class);
  add_class_strip(row_table, row_of, trial_ms);
  output.table("heatmap_rows", "Class of the sampled neurons with each stimulus", row_table);
}

}  // namespace v1::analyses
