#include <cmath>

#include "plugins/analyses/contrast/contrast.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"
#include "plugins/analyses/shared/wiring/wiring.hpp"

namespace v1::analyses {

void Contrast::finish(v1e::Output& output) {
  if (!conditions_.differing.empty()) {
    output.warn("Gratings of the same contrast and direction differ in " + conditions_.differing +
                " and are averaged.");
  }
  evoked.report(output);
  spontaneous.report(output);
  for (const std::string& text : chosen_.notes) output.note(text);
  for (const std::string& text : notes_) output.note(text);
  write_summary(output);
  write_neurons(output);
  write_groups(output);
  write_fits(output);
  write_heatmap(output);
  draw_rates(output);
  draw_measures(output);
  draw_responsive(output);
  draw_heatmap(output);
}

// At the highest contrast, of all neurons.
void Contrast::write_summary(v1e::Output& output) const {
  const std::size_t last = contrasts_.size() - 1;
  double responsive = 0.0, suppressed = 0.0;
  for (std::size_t i = 0; i < chosen_.size(); ++i) {
    responsive += value(i, last).p < level ? 1.0 : 0.0;
    suppressed += 1.0 - value(i, last).p < level ? 1.0 : 0.0;
  }
  const auto n = static_cast<double>(chosen_.size());
  output.scalar("responsive", responsive / n, "1", "Share of neurons at the highest contrast");
  output.note("At the highest contrast " + fixed_text(100.0 * responsive / n, 1) +
              " % of the neurons fire above, " + fixed_text(100.0 * suppressed / n, 1) +
              " % below their spontaneous rate.");
}

void Contrast::write_neurons(v1e::Output& output) const {
  std::vector<std::int64_t> id;
  std::vector<std::string> group_of;
  std::vector<double> level_of, rate, spont, osi, dsi, reliability, corrected, sparse, p, index;
  for (std::size_t i = 0; i < chosen_.size(); ++i) {
    for (std::size_t c = 0; c < contrasts_.size(); ++c) {
      const Value& v = value(i, c);
      id.push_back(chosen_.ids[i]);
      group_of.push_back(chosen_.groups[chosen_.group_of[i]]);
      level_of.push_back(contrasts_[c]);
      rate.push_back(v.rate);
      spont.push_back(spontaneous_rate_[i]);
      index.push_back(response_index(v.rate, spontaneous_rate_[i]));
      osi.push_back(v.osi);
      dsi.push_back(v.dsi);
      reliability.push_back(v.reliability);
      corrected.push_back(spearman_brown(v.reliability));
      sparse.push_back(v.sparsity);
      p.push_back(v.p);
    }
  }
  v1e::Table table;
  table.column("id", "1", id).column("group", "1", group_of).column("contrast", "1", level_of);
  table.column("rate", "Hz", rate).column("spontaneous_rate", "Hz", spont);
  table.column("response_index", "1", index);
  if (has_directions()) table.column("osi", "1", osi).column("dsi", "1", dsi);
  table.column("reliability", "1", reliability).column("reliability_all_trials", "1", corrected);
  table.column("sparsity", "1", sparse).column("p", "1", p);
  output.table(
      "neurons",
      "Every neuron at every contrast: mean rate over directions, vector selectivity, "
      "correlation over directions of both halves of the trials, sparsity over directions, "
      "p of a response above the spontaneous rate",
      table);
}

void Contrast::write_groups(v1e::Output& output) const {
  std::vector<std::string> group_of;
  std::vector<double> level_of;
  std::vector<std::int64_t> size;
  for (const Row& row : rows_) {
    group_of.push_back(chosen_.groups[row.group]);
    level_of.push_back(contrasts_[row.contrast]);
    size.push_back(static_cast<std::int64_t>(row.tested));
  }
  v1e::Table table;
  table.column("group", "1", group_of).column("contrast", "1", level_of).column("n", "1", size);
  const auto add = [&](const char* title, const char* unit, double Row::*field) {
    std::vector<double> values;
    for (const Row& row : rows_) values.push_back(row.*field);
    table.column(title, unit, values);
  };
  add("rate", "Hz", &Row::rate);
  add("rate_sem", "Hz", &Row::rate_sem);
  if (has_directions()) {
    add("osi", "1", &Row::osi);
    add("osi_sem", "1", &Row::osi_sem);
  }
  add("reliability", "1", &Row::reliability);
  add("reliability_sem", "1", &Row::reliability_sem);
  add("sparsity", "1", &Row::sparsity);
  add("responsive", "1", &Row::positive);
  add("responsive_error", "1", &Row::positive_error);
  add("suppressed", "1", &Row::negative);
  add("suppressed_error", "1", &Row::negative_error);
  output.table("groups",
               "Means over the neurons of a group at every contrast; sem: standard error over "
               "neurons; responsive, suppressed: share of neurons, binomial error",
               table);
}

// Fitted curves, and a fine line of each.
void Contrast::write_fits(v1e::Output& output) const {
  RowTable<std::string, double, double, double, double, double> table({{"group", "1"},
                                                                       {"r_max", "Hz"},
                                                                       {"c50", "1"},
                                                                       {"exponent", "1"},
                                                                       {"base", "Hz"},
                                                                       {"r_squared", "1"}});
  RowTable<std::string, double, double> lines({{"group", "1"}, {"contrast", "1"}, {"rate", "Hz"}});
  constexpr int points = 40;
  for (std::size_t g = 0; g < fits_.size(); ++g) {
    const ContrastCurve& fit = fits_[g];
    table.add(chosen_.groups[g], fit.r_max, fit.c50, fit.exponent, fit.base, fit.r_squared);
    for (int k = 0; k <= points && !std::isnan(fit.r_max); ++k) {
      const double share = static_cast<double>(k) / points;
      const double at =
          contrasts_.front() * std::pow(contrasts_.back() / contrasts_.front(), share);
      lines.add(chosen_.groups[g], at, fit.at(at));
    }
  }
  output.table("fits",
               "rate = r_max c^exponent / (c^exponent + c50^exponent) + base, fitted to the mean "
               "rates of a group; missing with fewer than 4 contrasts",
               table);
  output.table("fitted_lines", "The fitted curves", lines);
}

// (r - s) / (mean over stimuli of r + s).
void Contrast::write_heatmap(v1e::Output& output) const {
  RowTable<std::int64_t, std::int64_t, std::int64_t, std::string, double> table(
      {{"row", "1"}, {"id", "1"}, {"column", "1"}, {"stimulus", "1"}, {"response", "1"}});
  for (std::size_t k = 0; k < shown_.size(); ++k) {
    const double still = spontaneous_rate_[shown_[k]];
    std::vector<double> driven;
    for (const auto& conditions : condition_of_) {
      for (const std::size_t c : conditions) driven.push_back(responses_[k][c]);
    }
    const double scale = mean(driven) + still;
    std::int64_t at = 0;
    for (const auto& conditions : condition_of_) {
      for (const std::size_t c : conditions) {
        table.add(k, chosen_.ids[shown_[k]], at++, conditions_.name(c),
                  scale > 0.0 ? (responses_[k][c] - still) / scale : undefined);
      }
    }
  }
  output.table("heatmap",
               "(rate - spontaneous) / (mean rate over all stimuli + spontaneous) of a sample of "
               "excitatory neurons, sorted by their tuning angle; nan: the neuron never fired",
               table);
}

}  // namespace v1::analyses
