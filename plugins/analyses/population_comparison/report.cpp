#include <algorithm>
#include <cmath>
#include <cstdio>

#include "plugins/analyses/population_comparison/population_comparison.hpp"
#include "plugins/analyses/shared/classes/class_rows.hpp"
#include "plugins/analyses/shared/report/counted.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/report/time_context.hpp"
#include "plugins/analyses/shared/wiring/wiring.hpp"

namespace v1::analyses {
namespace {

constexpr std::array<const char*, 3> titles = {"Total current", "Recurrent current",
                                               "Bottom-up current"};
constexpr const char* population_colors[] = {"#808BD0", "#92876B"};

}  // namespace

// The published scripts name the populations the wrong way round.
std::string PopulationComparison::label(std::size_t p) const {
  return population(reference() ? 1 - p : p).text();
}

std::string PopulationComparison::caption(const std::string& what) const {
  return what + " " + label(0) + ": " + std::to_string(size_[0]) + " neurons, " + label(1) + ": " +
         std::to_string(size_[1]) + "; " + counted(frame_.trials(), "trial") + "; mode " +
         mode.text() + ", run " + dataset_.label() + ", seed " +
         std::to_string(dataset_.raw().seed) + ".";
}

void PopulationComparison::finish(v1e::Output& output) {
  baseline.report(output);
  response.report(output);
  for (const std::string& text : notes_) output.note(text);
  write_stimulus(output, dataset_);
  write_neurons(output);
  write_traces(output);
  write_test(output);
  write_classes(output);
  draw_traces(output);
  draw_responses(output);
}

void PopulationComparison::write_neurons(v1e::Output& output) const {
  RowTable<std::int64_t, std::int64_t, std::string, double, double, double, std::string> table(
      {{"neuron", "1"},
       {"id", "1"},
       {"population", "1"},
       {"baseline_input_current", "pA"},
       {"response_input_current", "pA"},
       {"rheobase", "pA"},
       {"class", "1"}});
  for (std::size_t p = 0; p < population_count; ++p) {
    for (std::size_t i = 0; i < neurons_.size(); ++i) {
      if ((groups_.member[i] >> p & 1u) == 0) continue;
      table.add(neurons_[i], dataset_.raw().network->neuron_id[neurons_[i]], label(p),
                traces_[0].baseline[i], traces_[0].response[i], rheobase_[i], name_of(class_of(i)));
    }
  }
  output.table("neurons", "Baseline and response of the input current of every neuron", table);
}

void PopulationComparison::write_traces(v1e::Output& output) const {
  std::vector<double> time;
  std::vector<std::string> populations;
  std::vector<std::int64_t> counts;
  std::array<std::vector<double>, variables.size()> means, errors;
  for (std::size_t p = 0; p < population_count; ++p) {
    for (std::size_t b = 0; b < frame_.bins(); ++b) {
      time.push_back(frame_.time_ms(b));
      populations.push_back(label(p));
      counts.push_back(static_cast<std::int64_t>(size_[p]));
      for (std::size_t k = 0; k < variables.size(); ++k) {
        if (!has_[k]) continue;
        const Moments& over_neurons = traces_[k].over_neurons[p][b];
        means[k].push_back(over_neurons.mean(size_[p]));
        errors[k].push_back(
            reference() ? pooled_error(traces_[k].over_trials[p][b], frame_.trials(), size_[p])
                        : standard_error(over_neurons, size_[p]));
      }
    }
  }
  v1e::Table table;
  table.column("time", "ms", time).column("population", "1", populations).column("n", "1", counts);
  for (std::size_t k = 0; k < variables.size(); ++k) {
    if (!has_[k]) continue;
    table.column(variables[k], "pA", means[k]);
    table.column(std::string(variables[k]) + "_error", "pA", errors[k]);
  }
  output.table("traces", "Change from baseline by population, mean and band", table);
}

void PopulationComparison::write_test(v1e::Output& output) {
  const std::vector<double> first = sample(0), second = sample(1);
  if (first.size() > 1 && second.size() > 1) {
    welch_ = welch_test(first, second);
  } else {
    welch_.t = welch_.df = welch_.p = std::nan("");
    welch_.low_95 = welch_.high_95 = std::nan("");
    welch_.difference = mean(first) - mean(second);
  }
  RowTable<std::string, std::string, std::int64_t, std::int64_t, double, double, double, double,
           double, std::string, double, double, double, double, double>
      table({{"first", "1"},
             {"second", "1"},
             {"n_first", "1"},
             {"n_second", "1"},
             {"mean_first", "pA"},
             {"mean_second", "pA"},
             {"t", "1"},
             {"df", "1"},
             {"p", "1"},
             {"stars", "1"},
             {"difference", "pA"},
             {"low_95", "pA"},
             {"high_95", "pA"},
             {"cohen_d", "1"},
             {"mann_whitney_p", "1"}});
  table.add(label(0), label(1), first.size(), second.size(), mean(first), mean(second), welch_.t,
            welch_.df, welch_.p, std::isnan(welch_.p) ? "not performed" : stars(welch_.p),
            welch_.difference, welch_.low_95, welch_.high_95, cohen_d(first, second),
            mann_whitney(first, second).p);
  output.table("welch", "Welch's test of the response of the input current", table);
  output.scalar("difference", welch_.difference, "pA",
                "Mean response of " + label(0) + " minus that of " + label(1));
  output.scalar("p", welch_.p, "1", "Welch's test of that difference, two-sided");
  std::string p = "not performed: it needs two neurons in each population and some variance";
  if (!std::isnan(welch_.p)) {
    char text[32];
    std::snprintf(text, sizeof text, "p = %.3g", welch_.p);
    p = text;
  }
  output.note("Response of " + label(0) + ": " + fixed_text(mean(first), 2) +
              " pA (n = " + std::to_string(first.size()) + "), of " + label(1) + ": " +
              fixed_text(mean(second), 2) + " pA (n = " + std::to_string(second.size()) +
              "). Welch's test " + p + ".");
}

void PopulationComparison::write_classes(v1e::Output& output) const {
  RowTable<std::string, std::string, std::int64_t, double> table(
      {{"population", "1"}, {"class", "1"}, {"n", "1"}, {"fraction", "1"}});
  for (std::size_t p = 0; p < population_count; ++p) {
    std::array<std::int64_t, class_count> n{};
    for (std::size_t i = 0; i < neurons_.size(); ++i) {
      if ((groups_.member[i] >> p & 1u) != 0) ++n[static_cast<std::size_t>(class_of(i))];
    }
    for (std::size_t c = 0; c < class_count; ++c) {
      const std::string word(class_names[c]);
      const double fraction = static_cast<double>(n[c]) / static_cast<double>(size_[p]);
      table.add(label(p), word, n[c], fraction);
      output.scalar("fraction_" + word + (p == 0 ? "_1" : "_2"), fraction, "1",
                    "Share of " + label(p) + " in " + word);
    }
  }
  output.table("classes",
               "Response classes of both populations by 0.05 of the rheobase of each neuron",
               table);
}

void PopulationComparison::draw_traces(v1e::Output& output) const {
  v1e::Figure figure("Currents of " + label(0) + " and " + label(1));
  figure.caption(caption(
      reference() ? "Change from baseline; bands: deviation pooled over trials and neurons over "
                    "the root of the neurons."
                  : "Change from baseline, mean over neurons of trial means; bands: standard error "
                    "over neurons."));
  const auto shown = static_cast<int>(std::count(has_.begin(), has_.end(), true));
  figure.grid(1, shown).share("none", "none").legend("top").letters();
  figure.size_mm(std::min(60.0 * shown + 20.0, 180.0), 75.0);
  add_time_context(figure, dataset_, response.values());
  for (std::size_t k = 0; k < variables.size(); ++k) {
    if (!has_[k]) continue;
    v1e::Panel& panel = figure.panel();
    panel.title(titles[k]);
    panel.x_axis().label("Time").unit("ms").range(0.0, dataset_.duration_ms()).time();
    panel.y_axis().label("Change").unit("pA");
    panel.horizontal_line(0.0).color("#999999").width(0.5);
    for (std::size_t p = 0; p < population_count; ++p) {
      panel.line("traces", "time", variables[k])
          .error(std::string(variables[k]) + "_error")
          .where("population", label(p))
          .color(population_colors[p])
          .width(0.7)
          .label(label(p) + " (n = " + std::to_string(size_[p]) + ")");
    }
  }
  output.figure("traces", figure.toml());
}

void PopulationComparison::draw_responses(v1e::Output& output) const {
  v1e::Figure figure("Responses of " + label(0) + " and " + label(1));
  figure.caption(caption(
      "Left: change of the input current of every neuron, with quartiles and Welch's test. Right: "
      "response classes by 0.05 of the rheobase."));
  figure.grid(1, 2).widths({1.2, 1.0}).share("none", "none").letters().size_mm(150.0, 85.0);
  figure.legend("right");
  v1e::Panel& violins = figure.panel();
  violins.x_axis().label("").categories({label(0), label(1)});
  violins.y_axis().label("Input current, change").unit("pA");
  double low = 0.0, high = 0.0;
  for (const double v : traces_[0].response) {
    low = std::min(low, v);
    high = std::max(high, v);
  }
  const double edge = 10.0 * std::max(high - low, 1.0);
  violins.shade_y(0.0, edge).color("#33ABA2").alpha(0.08);
  violins.shade_y(-edge, 0.0).color("#F06233").alpha(0.08);
  const double spread = high > low ? high - low : 1.0;
  violins.y_axis().range(low - 0.15 * spread, high + 0.3 * spread);
  for (std::size_t p = 0; p < population_count; ++p) {
    violins.violin("neurons", "population", "response_input_current")
        .where("population", label(p))
        .color(population_colors[p])
        .quartiles()
        .legend(false);
  }
  violins.horizontal_line(0.0).color("#444444").width(0.5);
  if (!std::isnan(welch_.p)) {
    violins.bracket(label(0), label(1), welch_.p).text(std::string(stars(welch_.p)));
  }
  v1e::Panel& shares = figure.panel();
  shares.x_axis().label("").categories({label(0), label(1)});
  shares.y_axis().label("Share of neurons").range(0.0, 1.0);
  shares.bar("classes", "population", "fraction")
      .group("class")
      .group_order(class_order())
      .colors("classes")
      .stacked();
  output.figure("responses", figure.toml());
}

}  // namespace v1::analyses
