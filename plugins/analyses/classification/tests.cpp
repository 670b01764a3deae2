#include <cmath>

#include "plugins/analyses/classification/report.hpp"
#include "plugins/analyses/math/statistics/statistics.hpp"

namespace v1::analyses {
namespace {

constexpr double significance = 0.05;

const std::pair<ResponseClass, ResponseClass> pairs[] = {
    {ResponseClass::dvf, ResponseClass::unclassified},
    {ResponseClass::unclassified, ResponseClass::hvf},
    {ResponseClass::dvf, ResponseClass::hvf}};

std::string name_of(ResponseClass c) {
  return std::string(class_names[static_cast<std::size_t>(c)]);
}

}  // namespace

void Report::write_tests() {
  if (!a_.has(total)) return;
  write_test("baseline_input_current", a_.table_.baseline[total]);
  write_test("baseline_input_current_sd", a_.table_.baseline_input_sd);
}

// Analysis of variance over the classes; where it is significant, Welch's test between each two.
void Report::write_test(const std::string& feature, const std::vector<double>& values) {
  std::vector<std::vector<double>> groups;
  std::size_t present = 0;
  for (const ResponseClass c : all_classes) {
    groups.push_back(without_nan(of_class(values, c)));
    present += groups.back().empty() ? 0 : 1;
  }
  const Anova anova = one_way_anova(groups);
  std::string outcome = "significant";
  if (std::isnan(anova.p)) {
    outcome = "not performed";
  } else if (anova.p > significance) {
    outcome = "not significant";
  }
  if (present < class_count && present > 1) {
    out_.note("`" + feature + "`: only " + std::to_string(present) +
              " classes have neurons; the analysis of variance is over those.");
  }
  const KruskalWallis ranks = kruskal_wallis(groups);
  v1e::Table table;
  table.column("feature", "1", std::vector<std::string>{feature})
      .column("F", "1", std::vector<double>{anova.f})
      .column("df_between", "1", std::vector<double>{anova.df_between})
      .column("df_within", "1", std::vector<double>{anova.df_within})
      .column("p", "1", std::vector<double>{anova.p})
      .column("kruskal_wallis_p", "1", std::vector<double>{ranks.p})
      .column("outcome", "1", std::vector<std::string>{outcome});
  out_.table("anova", "One-way analysis of variance over the classes", table);
  if (!(anova.p < significance)) return;
  significant_.push_back(feature);

  std::vector<std::string> first, second, marks, features;
  std::vector<double> t, df, p, difference, low, high, effect, rank_p, permuted_p;
  for (const auto& [a, b] : pairs) {
    const auto& of_a = groups[static_cast<std::size_t>(a)];
    const auto& of_b = groups[static_cast<std::size_t>(b)];
    if (of_a.size() < 2 || of_b.size() < 2) continue;
    const Welch welch = welch_test(of_a, of_b);
    features.push_back(feature);
    first.push_back(name_of(a));
    second.push_back(name_of(b));
    t.push_back(welch.t);
    df.push_back(welch.df);
    p.push_back(welch.p);
    difference.push_back(welch.difference);
    low.push_back(welch.low_95);
    high.push_back(welch.high_95);
    effect.push_back(cohen_d(of_a, of_b));
    rank_p.push_back(mann_whitney(of_a, of_b).p);
    permuted_p.push_back(permutation_p(of_a, of_b));
  }
  if (first.empty()) return;
  const std::vector<double> corrected = holm(p);
  const std::vector<double>& starred = a_.frame_.reference ? p : corrected;
  for (std::size_t k = 0; k < p.size(); ++k) {
    marks.emplace_back(std::isnan(p[k]) ? "not performed" : stars(starred[k]));
    if (!std::isnan(p[k])) comparisons_.push_back({feature, first[k], second[k], starred[k]});
  }
  v1e::Table welch_table;
  welch_table.column("feature", "1", features)
      .column("first", "1", first)
      .column("second", "1", second)
      .column("t", "1", t)
      .column("df", "1", df)
      .column("p", "1", p)
      .column("p_holm", "1", corrected)
      .column("stars", "1", marks)
      .column("difference", "pA", difference)
      .column("low_95", "pA", low)
      .column("high_95", "pA", high)
      .column("cohen_d", "1", effect)
      .column("mann_whitney_p", "1", rank_p)
      .column("permutation_p", "1", permuted_p);
  out_.table("welch", "Welch's tests between the classes", welch_table);
}

}  // namespace v1::analyses
