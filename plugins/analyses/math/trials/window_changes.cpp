#include "plugins/analyses/math/trials/window_changes.hpp"

#include <algorithm>
#include <cmath>

#include "plugins/analyses/math/trials/run_conditions.hpp"

namespace v1::analyses {

std::string window_across_changes(const std::vector<double>& window, const char* key,
                                  const v1e::Dataset& dataset) {
  std::vector<double> marks = dataset.marker_times_ms();
  std::sort(marks.begin(), marks.end());
  marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
  std::string within;
  for (const double time : marks) {
    const bool at_edge = std::fabs(time - window[0]) < 0.5 * dataset.dt_ms() ||
                         std::fabs(time - window[1]) < 0.5 * dataset.dt_ms();
    if (at_edge) return "";
    if (time < window[0] || time > window[1]) continue;
    within += (within.empty() ? "" : ", ") + plain_number(time);
  }
  if (within.empty()) return "";
  return "The window `" + std::string(key) + "` (" + plain_number(window[0]) + " to " +
         plain_number(window[1]) + " ms) runs across what is marked at " + within +
         " ms and begins or ends at no such moment; was it meant for another stimulus?";
}

}  // namespace v1::analyses
