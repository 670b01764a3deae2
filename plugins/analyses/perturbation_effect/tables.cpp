#include <algorithm>
#include <cmath>

#include "plugins/analyses/perturbation_effect/perturbation_effect.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/statistics/line_fit.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {
namespace {

// (a - b) / (a + b); NaN for a neuron that is silent in both.
double change_index(double perturbed, double control) {
  const double sum = perturbed + control;
  return sum > 0.0 ? (perturbed - control) / sum : undefined;
}

// In Hz. Rates are spikes over seconds: without their roundings, equal differences are ties in rank
// tests and no difference is 0.
double rate_change(double perturbed, double control) {
  return std::round((perturbed - control) * 1e9) * 1e-9;
}

double percent(double change, double control) {
  return control > 0.0 ? 100.0 * change / control : undefined;
}

template <class Of>
std::vector<double> of_members(const std::vector<std::size_t>& members, Of of) {
  std::vector<double> out;
  for (const std::size_t i : members) out.push_back(of(i));
  return out;
}

}  // namespace

void PerturbationEffect::finish(v1e::Output& output) {
  for (const std::string& text : neurons_.notes) output.note(text);
  for (const std::string& text : notes_) output.note(text);
  window.report(output);
  for (const std::string& text : warnings_) output.warn(text);
  if (targets.neurons().empty()) {
    output.note("No targets are named (`targets`), so clamped neurons count with the others.");
  }
  if (condition_of_direction_.empty()) {
    output.note("There are no pairs in directions all round, so selectivity is left out.");
  }
  write_runs(output);
  write_neurons(output);
  write_groups(output);
  write_slopes(output);
  write_strengths(output);
  draw_changes(output);
  draw_rates(output);
  draw_selectivity(output);
  draw_slopes(output);
}

void PerturbationEffect::write_runs(v1e::Output& output) const {
  RowTable<std::string, std::string, std::string, std::int64_t> table(
      {{"run", "1"}, {"level", "1"}, {"role", "1"}, {"trials", "1"}});
  for (std::size_t d = 0; d < datasets_.size(); ++d) {
    table.add(datasets_[d].label(), levels_[level_of_[d]].label,
              level_of_[d] == 0 ? "control" : "perturbed",
              datasets_[d].trials() - (skip_first_trial ? 1 : 0));
  }
  output.table("runs", "The runs that are compared", table);
}

void PerturbationEffect::write_neurons(v1e::Output& output) const {
  RowTable<std::string, std::int64_t, std::int64_t, std::string, std::string, double, double,
           double, double, double>
      rows({{"level", "1"},
            {"neuron", "1"},
            {"id", "1"},
            {"group", "1"},
            {"role", "1"},
            {"control_rate", "Hz"},
            {"rate", "Hz"},
            {"change", "Hz"},
            {"change_percent", "%"},
            {"index", "1"}});
  std::vector<double> osi, dsi;
  const bool selective = !condition_of_direction_.empty();
  for (std::size_t l = 1; l < levels_.size(); ++l) {
    const Level& level = levels_[l];
    for (const Cohort& cohort : cohorts_) {
      for (const std::size_t i : cohort.members) {
        const double change = rate_change(level.rate[i], level.control[i]);
        rows.add(level.label, neurons_.positions[i], neurons_.ids[i], cohort.label,
                 cohort.target ? "target" : "other", level.control[i], level.rate[i], change,
                 percent(change, level.control[i]), change_index(level.rate[i], level.control[i]));
        if (!selective) continue;
        osi.push_back(level.selectivity[i].osi - level.control_selectivity[i].osi);
        dsi.push_back(level.selectivity[i].dsi - level.control_selectivity[i].dsi);
      }
    }
  }
  v1e::Table table = rows;
  if (selective) table.column("osi_change", "1", osi).column("dsi_change", "1", dsi);
  output.table("neurons",
               "Rates with and without the perturbation; index: difference over sum of both",
               table);
}

std::vector<double> PerturbationEffect::changes(const Level& level, const Cohort& cohort) const {
  return of_members(cohort.members,
                    [&](std::size_t i) { return rate_change(level.rate[i], level.control[i]); });
}

const PerturbationEffect::Level& PerturbationEffect::strongest() const {
  std::size_t best = levels_.size() - 1;
  for (std::size_t l = 1; l < levels_.size(); ++l) {
    const auto distance = [&](std::size_t k) {
      return std::fabs(levels_[k].strength - levels_[0].strength);
    };
    if (distance(l) > distance(best)) best = l;
  }
  return levels_[best];
}

// Signed-rank tests over neurons, corrected over the groups of a level.
void PerturbationEffect::write_groups(v1e::Output& output) const {
  std::vector<std::string> level_name, cohort_name, role, marks;
  std::vector<std::int64_t> n;
  std::vector<double> strength, before, after, change, error, relative, index, all_p, all_holm;
  std::vector<double> osi, dsi;
  const bool selective = !condition_of_direction_.empty();
  for (std::size_t l = 1; l < levels_.size(); ++l) {
    const Level& level = levels_[l];
    std::vector<double> p;
    for (const Cohort& cohort : cohorts_) {
      const std::vector<double> delta = changes(level, cohort);
      const auto values = [&](auto of) { return without_nan(of_members(cohort.members, of)); };
      level_name.push_back(level.label);
      cohort_name.push_back(cohort.label);
      role.emplace_back(cohort.target ? "target" : "other");
      strength.push_back(level.strength);
      n.push_back(static_cast<std::int64_t>(cohort.members.size()));
      before.push_back(mean(values([&](std::size_t i) { return level.control[i]; })));
      after.push_back(mean(values([&](std::size_t i) { return level.rate[i]; })));
      change.push_back(mean(delta));
      error.push_back(sem(delta));
      relative.push_back(percent(change.back(), before.back()));
      index.push_back(mean(
          values([&](std::size_t i) { return change_index(level.rate[i], level.control[i]); })));
      p.push_back(signed_rank(delta).p);
      if (!selective) continue;
      osi.push_back(mean(values([&](std::size_t i) {
        return level.selectivity[i].osi - level.control_selectivity[i].osi;
      })));
      dsi.push_back(mean(values([&](std::size_t i) {
        return level.selectivity[i].dsi - level.control_selectivity[i].dsi;
      })));
    }
    const std::vector<double> corrected = holm(p);
    for (std::size_t k = 0; k < p.size(); ++k) {
      all_p.push_back(p[k]);
      all_holm.push_back(corrected[k]);
      marks.emplace_back(std::isnan(p[k]) ? "not performed" : stars(corrected[k]));
    }
  }
  v1e::Table table;
  table.column("level", "1", level_name).column("strength", strength_unit_, strength);
  table.column("group", "1", cohort_name).column("role", "1", role);
  table.column("n", "1", n).column("control_rate", "Hz", before).column("rate", "Hz", after);
  table.column("change", "Hz", change).column("change_error", "Hz", error);
  table.column("change_percent", "%", relative).column("index", "1", index);
  table.column("p", "1", all_p).column("p_holm", "1", all_holm).column("stars", "1", marks);
  if (selective) table.column("osi_change", "1", osi).column("dsi_change", "1", dsi);
  output.table("groups",
               "Mean changes by group, standard error over neurons, Wilcoxon's signed-rank test "
               "over neurons",
               table);
  for (const bool target : {false, true}) {
    double sum = 0.0;
    std::size_t count = 0;
    for (const Cohort& cohort : cohorts_) {
      if (cohort.target != target) continue;
      for (const double d : changes(strongest(), cohort)) sum += d;
      count += cohort.members.size();
    }
    if (count == 0) continue;
    output.scalar(
        target ? "change_of_targets" : "change_of_others", sum / static_cast<double>(count), "Hz",
        std::string("Mean change of the rate of ") +
            (target ? "the targets" : "all other neurons") + " with '" + strongest().label + "'");
  }
}

// Mean change against the strength of the perturbation; the control is a point at no change.
void PerturbationEffect::write_slopes(v1e::Output& output) const {
  if (perturbation.empty()) return;
  RowTable<std::string, std::int64_t, double, double, double> table(
      {{"group", "1"}, {"levels", "1"}, {"slope", "Hz"}, {"intercept", "Hz"}, {"p", "1"}});
  for (const Cohort& cohort : cohorts_) {
    std::vector<double> x = {levels_[0].strength}, y = {0.0};
    for (std::size_t l = 1; l < levels_.size(); ++l) {
      x.push_back(levels_[l].strength);
      y.push_back(mean(changes(levels_[l], cohort)));
    }
    const LineFit fit = fit_line(x, y);
    table.add(cohort.label, static_cast<std::int64_t>(x.size()), fit.slope, fit.intercept, fit.p);
  }
  output.table("slopes",
               "Mean change of the rate per unit of " + perturbation.str() +
                   ": least-squares line through all levels and t-test of its slope",
               table);
}

// What the figure shows: the levels in ascending order, the control among them.
void PerturbationEffect::write_strengths(v1e::Output& output) const {
  if (perturbation.empty() || levels_.size() < 3) return;
  std::vector<const Level*> ascending;
  for (const Level& level : levels_) ascending.push_back(&level);
  std::stable_sort(ascending.begin(), ascending.end(),
                   [](const Level* a, const Level* b) { return a->strength < b->strength; });
  RowTable<std::string, std::string, double, double, double> table({{"group", "1"},
                                                                    {"role", "1"},
                                                                    {"strength", strength_unit_},
                                                                    {"change", "Hz"},
                                                                    {"change_error", "Hz"}});
  for (const Cohort& cohort : cohorts_) {
    for (const Level* level : ascending) {
      const bool is_control = level == &levels_[0];
      const std::vector<double> delta =
          is_control ? std::vector<double>{} : changes(*level, cohort);
      table.add(cohort.label, cohort.target ? "target" : "other", level->strength,
                is_control ? 0.0 : mean(delta), is_control ? 0.0 : sem(delta));
    }
  }
  output.table("strengths",
               "Mean change against the strength, standard error over neurons; the control is a "
               "point at no change",
               table);
}

}  // namespace v1::analyses
