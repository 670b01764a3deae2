#include "plugins/analyses/shared/trials/trial_starts.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace v1::analyses {

// A current that would still be seen one step later, however it was rounded.
constexpr float least_end_pa = 1.0f;
constexpr const char* synaptic_currents[] = {"recurrent_current", "bottom_up_current"};

bool TrialStarts::are_told(const v1e::Dataset& dataset) {
  return dataset.trials() > 1 &&
         std::any_of(std::begin(synaptic_currents), std::end(synaptic_currents),
                     [&](const char* name) { return dataset.has_state(name); });
}

void TrialStarts::ask(v1e::Requests& requests, const v1e::Dataset& dataset) {
  at_start_.clear();
  for (const char* variable : synaptic_currents) {
    if (!dataset.has_state(variable)) continue;
    for (const bool start : {true, false}) {
      v1e_request request{};
      request.source = V1E_SRC_STATE;
      request.layout = V1E_LAYOUT_DENSE;
      request.stripes = V1E_STRIPE_TRIALS;
      request.variable = variable;
      const double last_ms = static_cast<double>(dataset.steps() - 1) * dataset.dt_ms();
      request.begin_ms = start ? 0.0 : last_ms;
      request.end_ms = request.begin_ms + dataset.dt_ms();
      request.trial_begin = start ? 1 : 0;
      request.trial_end = static_cast<std::uint32_t>(dataset.trials()) - (start ? 0 : 1);
      requests.add(request);
      at_start_.push_back(start);
    }
  }
}

void TrialStarts::take(Seen& into, const v1e_chunk& chunk) const {
  const auto* first = static_cast<const float*>(chunk.dense.data);
  const float* last = first + chunk.trial_count * chunk.step_count * chunk.neuron_count;
  if (at_start_.at(chunk.request)) {
    into.moving_start |= std::any_of(first, last, [](float pa) { return pa != 0.0f; });
  } else {
    into.moving_end |=
        std::any_of(first, last, [](float pa) { return std::abs(pa) >= least_end_pa; });
  }
}

bool TrialStarts::carried(const Seen& seen, bool otherwise) {
  if (seen.moving_start) return true;
  return seen.moving_end ? false : otherwise;
}

}  // namespace v1::analyses
