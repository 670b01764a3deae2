#include <algorithm>
#include <cmath>

#include "plugins/analyses/currents/currents.hpp"
#include "plugins/analyses/math/responses/correlation.hpp"
#include "plugins/analyses/math/statistics/statistics.hpp"
#include "plugins/analyses/math/statistics/undefined.hpp"

namespace v1::analyses {

constexpr double least_spread_pa = 0.01;  // below, a correlation is one of roundings

// Do the parts add up to what was recorded?
void Currents::write_check(v1e::Output& output) const {
  struct Pair {
    const char* component;
    std::vector<std::size_t> parts;
  };
  const std::vector<Pair> pairs = {
      {"recurrent", {1, 2}}, {"bottom_up", {0}}, {"background", {3}}, {"total", {0, 1, 2, 3, 4}}};
  std::vector<std::string> current, window;
  std::vector<double> recorded_mean, computed_mean, rms, largest, agreement;
  std::vector<std::vector<double>> scatter(2);
  std::vector<std::string> scatter_current;
  for (const Pair& pair : pairs) {
    const int c = component(pair.component);
    const bool whole = std::all_of(pair.parts.begin(), pair.parts.end(),
                                   [&](std::size_t p) { return has_part(p) || p == 2; });
    // With after-spike currents as the rest, the total would be compared with itself.
    const bool independent = pair.parts.size() < part_names.size() || !after_spike_is_rest();
    const bool recurrent = std::find(pair.parts.begin(), pair.parts.end(), 1u) != pair.parts.end();
    if (c < 0 || !whole || !independent || (recurrent && !all_spikes_)) continue;
    for (std::size_t w = 0; w < window_count; ++w) {
      std::vector<double> as_recorded, computed;
      double squares = 0.0, worst = 0.0;
      for (std::size_t n = 0; n < neurons_.size(); ++n) {
        as_recorded.push_back(recorded(static_cast<std::size_t>(c), n, w));
        double sum = 0.0;
        for (const std::size_t p : pair.parts) sum += has_part(p) ? part(p, n, w) : 0.0;
        computed.push_back(sum);
        const double off = sum - as_recorded.back();
        squares += off * off;
        worst = std::max(worst, std::fabs(off));
      }
      current.emplace_back(pair.component);
      window.emplace_back(w == 0 ? "baseline" : "stimulus");
      recorded_mean.push_back(mean(as_recorded));
      computed_mean.push_back(mean(computed));
      rms.push_back(std::sqrt(squares / static_cast<double>(neurons_.size())));
      largest.push_back(worst);
      const bool varies = deviation(as_recorded, 0) > least_spread_pa;
      agreement.push_back(varies ? pearson(as_recorded, computed) : undefined);
      if (w == 0) continue;
      scatter[0].insert(scatter[0].end(), as_recorded.begin(), as_recorded.end());
      scatter[1].insert(scatter[1].end(), computed.begin(), computed.end());
      scatter_current.resize(scatter[0].size(), pair.component);
    }
  }
  for (std::size_t i = 0; i < current.size(); ++i) {
    if (window[i] != "stimulus") continue;
    output.scalar("check_" + current[i], largest[i], "pA",
                  "Largest difference between the recorded " + current[i] +
                      " current of a neuron and its parts, mean over the stimulus");
  }
  if (!largest.empty()) {
    output.note("Recorded currents and the sums of their parts differ by at most " +
                fixed_text(*std::max_element(largest.begin(), largest.end()), 3) +
                " pA in any neuron's window means (recordings in float16 are rounded to 1/16 pA "
                "between 64 and 128 pA).");
  }
  v1e::Table table;
  table.column("current", "1", current).column("window", "1", window);
  table.column("recorded", "pA", recorded_mean).column("computed", "pA", computed_mean);
  table.column("rms_difference", "pA", rms).column("largest_difference", "pA", largest);
  table.column("correlation", "1", agreement);
  output.table("check", "Recorded currents of the neurons against the sums of their parts", table);
  v1e::Table points;
  points.column("current", "1", scatter_current).column("recorded", "pA", scatter[0]);
  points.column("computed", "pA", scatter[1]);
  output.table("check_neurons", "Mean currents of single neurons during the stimulus", points);
}

}  // namespace v1::analyses
