#include "plugins/analyses/currents/components.hpp"

#include <algorithm>

namespace v1::analyses {

std::vector<CurrentComponent> current_components(
    const std::array<bool, recorded_current_count>& has) {
  std::vector<CurrentComponent> out;
  // The first of several ways that the recordings allow.
  const auto add = [&](const char* name,
                       const std::vector<std::vector<std::pair<RecordedCurrent, double>>>& ways) {
    for (const auto& terms : ways) {
      const bool possible = std::all_of(terms.begin(), terms.end(),
                                        [&](const auto& term) { return has[term.first]; });
      if (!possible) continue;
      out.push_back({name, terms});
      return true;
    }
    return false;
  };
  add("total",
      {{{rec_input, 1.0}},
       {{rec_recurrent, 1.0}, {rec_bottom_up, 1.0}, {rec_background, 1.0}, {rec_asc, 1.0}}});
  add("synaptic", {{{rec_recurrent, 1.0}, {rec_bottom_up, 1.0}, {rec_background, 1.0}},
                   {{rec_input, 1.0}, {rec_asc, -1.0}}});
  add("recurrent", {{{rec_recurrent, 1.0}}});
  add("bottom_up", {{{rec_bottom_up, 1.0}}});
  const bool background =
      add("background",
          {{{rec_background, 1.0}},
           {{rec_input, 1.0}, {rec_recurrent, -1.0}, {rec_bottom_up, -1.0}, {rec_asc, -1.0}}});
  const bool after_spike = add(
      "after_spike",
      {{{rec_asc, 1.0}},
       {{rec_input, 1.0}, {rec_recurrent, -1.0}, {rec_bottom_up, -1.0}, {rec_background, -1.0}}});
  if (!background && !after_spike) {
    add("after_spike_background",
        {{{rec_input, 1.0}, {rec_recurrent, -1.0}, {rec_bottom_up, -1.0}}});
  }
  return out;
}

}  // namespace v1::analyses
