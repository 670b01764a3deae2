#include "plugins/analyses/classification/report.hpp"
#include "plugins/analyses/shared/classes/class_changes.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"

// Would the same neurons get the same classes from other trials? Every second trial makes a half.
namespace v1::analyses {

std::size_t Classification::criterion_variable() const {
  if (rule() == Criterion::v) return potential;
  return rule() == Criterion::input_current ? total : recorded_count;
}

// The reference joins trials before it removes spikes, so potentials have no halves there.
bool Classification::removes_across_trials() const {
  return rule() == Criterion::v && frame_.reference && frame_.correct_voltage;
}

// Both halves need a baseline of their own as well.
bool Classification::too_few_trials_for_halves() const {
  return frame_.trials() < 2 || (static_ && static_frame_.trials() < 2);
}

void Classification::compare_halves(const WindowSums& sums, const WindowSums& before) {
  if (too_few_trials_for_halves() || removes_across_trials()) return;
  if (by_rate() && !has_spikes_) return;
  const std::size_t variable = criterion_variable();
  const std::vector<double>& driven = by_rate() ? sums.response_spikes : sums.response[variable];
  const std::vector<double>& base = by_rate() ? before.baseline_spikes : before.baseline[variable];
  const Frame& base_frame = static_ ? static_frame_ : frame_;
  // Samples of a trial; counts of spikes become rates in Hz, those of the reference stay counts.
  const auto per_trial = [&](const Frame& frame, bool in_response) {
    const double ms = in_response ? frame.response_ms() : frame.baseline_ms();
    if (!by_rate()) return ms / frame.dt_ms;
    return frame_.reference ? 1.0 : ms / 1000.0;
  };
  for (const std::size_t half : {0u, 1u}) {
    const auto trials_of_half = [&](const Frame& frame) {
      return static_cast<double>((frame.trials() + (half == 0 ? 1 : 0)) / 2);
    };
    for (std::size_t i = 0; i < neurons_.size(); ++i) {
      const auto of_half = [&](double all, double odd) { return half == 0 ? all - odd : odd; };
      const double shown = of_half(driven[i], sums.odd_response[i]) /
                           (trials_of_half(frame_) * per_trial(frame_, true));
      const double level = of_half(base[i], before.odd_baseline[i]) /
                           (trials_of_half(base_frame) * per_trial(base_frame, false));
      double value = shown - level;
      if (rule() == Criterion::firing_rate) value = rate_ratio(level, shown);
      if (rule() == Criterion::modulation_index) {
        value = v1::analyses::modulation_index(level, shown);
      }
      halves_.values[half].push_back(value);
      halves_.classes[half].push_back(classify(rule(), value, table_.threshold[i]));
    }
  }
}

void Report::write_halves() {
  if (a_.halves_.values[0].empty()) {
    out_.note("Classes cannot be compared between halves of the trials" +
              std::string(a_.too_few_trials_for_halves() ? ": a run has only one."
                          : a_.removes_across_trials() ? ": the reference removes spikes from the "
                                                         "potential of all trials joined."
                                                       : "."));
    return;
  }
  std::vector<std::int64_t> position;
  std::array<std::vector<std::string>, 2> labels;
  for (std::size_t i = 0; i < a_.neurons_.size(); ++i) {
    position.push_back(a_.neurons_[i]);
    for (std::size_t h = 0; h < 2; ++h) {
      labels[h].push_back(name_of(a_.halves_.classes[h][i]));
    }
  }
  const char* unit = criterion_unit();
  v1e::Table table;
  table.column("neuron", "1", position);
  table.column("first", unit, a_.halves_.values[0]).column("second", unit, a_.halves_.values[1]);
  table.column("class_first", "1", labels[0]).column("class_second", "1", labels[1]);
  table.column("class", "1", class_labels());
  out_.table("halves", "The criterion and the class of every neuron out of every second trial each",
             table);

  const Confusion matrix = confusion(a_.halves_.classes[0], a_.halves_.classes[1]);
  RowTable<std::string, std::string, std::int64_t, double> agreement(
      {{"first", "1"}, {"second", "1"}, {"n", "1"}, {"share", "1"}});
  for (std::size_t r = 0; r < class_count; ++r) {
    for (std::size_t c = 0; c < class_count; ++c) {
      agreement.add(class_order()[r], class_order()[c],
                    static_cast<std::int64_t>(matrix.counts[r][c]), matrix.share(r, c));
    }
  }
  out_.table("split_half", "Neurons by their class in both halves of the trials", agreement);
  out_.scalar("split_half_agreement", matrix.agreement(), "1",
              "Share of the neurons with the same class in both halves of the trials");
  out_.scalar("split_half_kappa", matrix.kappa(), "1",
              "Cohen's kappa of the classes in both halves");
  out_.note(
      "Both halves of the trials give " + fixed(100.0 * matrix.agreement(), 1) +
      " % of the neurons the same class (Cohen's kappa " +
      (std::isnan(matrix.kappa()) ? "not defined: a single class" : fixed(matrix.kappa(), 2)) +
      ").");
}

void Report::draw_halves() {
  if (!classified() || a_.halves_.values[0].empty()) return;
  v1e::Figure figure = this->figure(
      "Agreement of two halves of the trials",
      "Every second trial makes a half. Left: the criterion of every neuron in both, coloured by "
      "its class over all trials; dashed: equality. Right: share of the neurons of a class in the "
      "first half (row) that have each class in the second.");
  figure.grid(1, 2).letters().legend("top").size_mm(180.0, 90.0);
  const bool current = a_.criterion.is("input_current");
  v1e::Panel& both = figure.panel();
  both.x_axis().label(current ? "Change of current, first half" : "Criterion, first half");
  both.y_axis().label(current ? "Change of current, second half" : "Criterion, second half");
  both.diagonal(1.0, 0.0).dash("dashed").color("#444444");
  both.scatter("halves", "first", "second")
      .group("class")
      .group_order(class_order())
      .colors("classes")
      .size(0.5)
      .alpha(0.5);
  v1e::Panel& matrix = figure.panel();
  matrix.x_axis().label("Second half").categories(class_order()).angle(0.0);
  matrix.y_axis().label("First half").categories(class_order());
  matrix.color_axis().label("Share of the row").map("gray").range(0.0, 1.0);
  matrix.heatmap("split_half", "second", "first", "share").annotate(2.0);
  out_.figure("split_half", figure.toml());
}

}  // namespace v1::analyses
