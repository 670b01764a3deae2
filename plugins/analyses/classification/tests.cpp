#include <cmath>

#include "plugins/analyses/classification/report.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"

namespace v1::analyses {
namespace {

constexpr double significance = 0.05;

const std::pair<ResponseClass, ResponseClass> pairs[] = {
    {ResponseClass::dvf, ResponseClass::unclassified},
    {ResponseClass::unclassified, ResponseClass::hvf},
    {ResponseClass::dvf, ResponseClass::hvf}};

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
  RowTable<std::string, double, double, double, double, double, std::string> table(
      {{"feature", "1"},
       {"F", "1"},
       {"df_between", "1"},
       {"df_within", "1"},
       {"p", "1"},
       {"kruskal_wallis_p", "1"},
       {"outcome", "1"}});
  table.add(feature, anova.f, anova.df_between, anova.df_within, anova.p, kruskal_wallis(groups).p,
            outcome);
  out_.table("anova", "One-way analysis of variance over the classes", table);
  if (!(anova.p < significance)) return;
  significant_.push_back(feature);

  struct Compared {
    ResponseClass first, second;
    Welch welch;
    double effect, rank_p, permuted_p;
  };
  std::vector<Compared> compared;
  std::vector<double> p;
  for (const auto& [a, b] : pairs) {
    const auto& of_a = groups[static_cast<std::size_t>(a)];
    const auto& of_b = groups[static_cast<std::size_t>(b)];
    if (of_a.size() < 2 || of_b.size() < 2) continue;
    compared.push_back({a, b, welch_test(of_a, of_b), cohen_d(of_a, of_b),
                        mann_whitney(of_a, of_b).p, permutation_p(of_a, of_b)});
    p.push_back(compared.back().welch.p);
  }
  if (compared.empty()) return;
  const std::vector<double> corrected = holm(p);
  RowTable<std::string, std::string, std::string, double, double, double, double, std::string,
           double, double, double, double, double, double>
      welch({{"feature", "1"},
             {"first", "1"},
             {"second", "1"},
             {"t", "1"},
             {"df", "1"},
             {"p", "1"},
             {"p_holm", "1"},
             {"stars", "1"},
             {"difference", "pA"},
             {"low_95", "pA"},
             {"high_95", "pA"},
             {"cohen_d", "1"},
             {"mann_whitney_p", "1"},
             {"permutation_p", "1"}});
  for (std::size_t k = 0; k < p.size(); ++k) {
    const Compared& one = compared[k];
    const std::string first = name_of(one.first), second = name_of(one.second);
    const double starred = a_.frame_.reference ? p[k] : corrected[k];
    welch.add(feature, first, second, one.welch.t, one.welch.df, p[k], corrected[k],
              std::isnan(p[k]) ? "not performed" : stars(starred), one.welch.difference,
              one.welch.low_95, one.welch.high_95, one.effect, one.rank_p, one.permuted_p);
    if (!std::isnan(p[k])) comparisons_.push_back({feature, first, second, starred});
  }
  out_.table("welch", "Welch's tests between the classes", welch);
}

}  // namespace v1::analyses
