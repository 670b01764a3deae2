#include "plugins/analyses/shared/trials/window_changes.hpp"

#include <algorithm>
#include <cmath>

#include "plugins/analyses/shared/trials/run_conditions.hpp"

namespace v1::analyses {

void warn_across_changes(const TimeWindow& window, const v1e::Dataset& dataset,
                         std::vector<std::string>& warnings) {
  const double begin = window.values()[0], end = window.values()[1];
  std::vector<double> marks = dataset.marker_times_ms();
  std::sort(marks.begin(), marks.end());
  marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
  std::string within;
  for (const double time : marks) {
    const bool at_edge = std::fabs(time - begin) < 0.5 * dataset.dt_ms() ||
                         std::fabs(time - end) < 0.5 * dataset.dt_ms();
    if (at_edge) return;
    if (time < begin || time > end) continue;
    within += (within.empty() ? "" : ", ") + plain_number(time);
  }
  if (within.empty()) return;
  warnings.push_back(
      "The window `" + std::string(window.key()) + "` (" + plain_number(begin) + " to " +
      plain_number(end) + " ms) runs across what is marked at " + within +
      " ms and begins or ends at no such moment; was it meant for another stimulus?");
}

}  // namespace v1::analyses
