#include <algorithm>
#include <cmath>

#include "plugins/analyses/currents/currents.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/responses/correlation.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"

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
  RowTable<std::string, std::string, double, double, double, double, double> table(
      {{"current", "1"},
       {"window", "1"},
       {"recorded", "pA"},
       {"computed", "pA"},
       {"rms_difference", "pA"},
       {"largest_difference", "pA"},
       {"correlation", "1"}});
  double largest = 0.0;
  RowTable<std::string, double, double> points(
      {{"current", "1"}, {"recorded", "pA"}, {"computed", "pA"}});
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
      largest = std::max(largest, worst);
      const bool varies = deviation(as_recorded, 0) > least_spread_pa;
      table.add(pair.component, w == 0 ? "baseline" : "stimulus", mean(as_recorded), mean(computed),
                std::sqrt(squares / static_cast<double>(neurons_.size())), worst,
                varies ? pearson(as_recorded, computed) : undefined);
      if (w == 0) continue;
      output.scalar("check_" + std::string(pair.component), worst, "pA",
                    "Largest difference between the recorded " + std::string(pair.component) +
                        " current of a neuron and its parts, mean over the stimulus");
      for (std::size_t n = 0; n < computed.size(); ++n) {
        points.add(pair.component, as_recorded[n], computed[n]);
      }
    }
  }
  if (!table.empty()) {
    output.note("Recorded currents and the sums of their parts differ by at most " +
                fixed_text(largest, 3) +
                " pA in any neuron's window means (recordings in float16 are rounded to 1/16 pA "
                "between 64 and 128 pA).");
  }
  output.table("check", "Recorded currents of the neurons against the sums of their parts", table);
  output.table("check_neurons", "Mean currents of single neurons during the stimulus", points);
}

}  // namespace v1::analyses
