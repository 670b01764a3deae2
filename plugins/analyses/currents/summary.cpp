#include <algorithm>
#include <cmath>

#include "plugins/analyses/currents/currents.hpp"
#include "plugins/analyses/shared/report/counted.hpp"

namespace v1::analyses {
namespace {

std::string signed_text(double value) {
  return (value < 0.0 ? "-" : "+") + fixed_text(std::fabs(value), 1);
}

}  // namespace

// What changes with the stimulus, group by group, and who supplies the inhibition.
void Currents::write_summary(v1e::Output& output) const {
  if (groups_.size() > 4) return;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const auto change = [&](auto value) {
      double sum = 0.0;
      for (std::size_t n = 0; n < neurons_.size(); ++n) {
        if (group_of_[n] == g) sum += value(n, 1) - value(n, 0);
      }
      return sum / static_cast<double>(group_size_[g]);
    };
    std::string text;
    for (std::size_t p = 0; p < part_names.size(); ++p) {
      if (!has_part(p)) continue;
      const double by = change([&](std::size_t n, std::size_t w) { return part(p, n, w); });
      text += (text.empty() ? "" : ", ") + std::string(part_names[p]) + " " + signed_text(by);
    }
    if (text.empty()) continue;
    std::vector<std::pair<double, std::string>> inhibition;
    for (std::size_t k = 0; rebuilt() && k < kinds_.size(); ++k) {
      if (!inhibitory_[k] || origin_of_kind_[k] != Origin::recurrent) continue;
      inhibition.emplace_back(
          change([&](std::size_t n, std::size_t w) { return by_source(n, k, w); }), kinds_[k]);
    }
    double total = 0.0;
    for (const auto& [by, kind] : inhibition) total += by;
    const bool added = total < 0.0;  // inhibitory currents are negative
    std::sort(inhibition.begin(), inhibition.end());
    if (!added) std::reverse(inhibition.begin(), inhibition.end());
    std::string who;
    for (std::size_t k = 0; k < std::min<std::size_t>(inhibition.size(), 3); ++k) {
      const double by = inhibition[k].first;
      if ((by < 0.0) != added || std::fabs(by) < 0.05) break;  // 0.0 as it is written
      who += (who.empty() ? "" : ", ") + inhibition[k].second + " " + signed_text(by);
    }
    output.note("**" + groups_[g] + "** (" + counted(group_size_[g], "neuron") +
                "), change with the stimulus in pA: " + text + "." +
                (who.empty() ? ""
                             : std::string(" Most of the ") + (added ? "added" : "lost") +
                                   " inhibition: " + who + "."));
  }
}

}  // namespace v1::analyses
