#include "plugins/analyses/math/step_window.hpp"

#include <cmath>
#include <v1e_sdk/error.hpp>

#include "plugins/analyses/math/run_conditions.hpp"

namespace v1::analyses {

StepWindow step_window(const v1e::FloatList& window, double dt_ms) {
  const auto first = [&](double time_ms) {
    return static_cast<std::int64_t>(std::ceil(time_ms / dt_ms - 1e-9));
  };
  return {first(window.values()[0]), first(window.values()[1])};
}

double window_seconds(const v1e::FloatList& window) {
  return (window.values()[1] - window.values()[0]) / 1000.0;
}

void check_window(const v1e::FloatList& window, const char* key, bool may_be_empty) {
  const std::vector<double>& values = window.values();
  if (may_be_empty && values.empty()) return;
  if (values.size() != 2 || !(values[0] < values[1])) {
    throw v1e::Error(V1E_E_INVALID, key, "expected two times in ms, the earlier one first");
  }
}

void check_window_fits(const v1e::FloatList& window, const char* key,
                       const std::vector<v1e::Dataset>& datasets) {
  if (window.values().empty()) return;
  for (const v1e::Dataset& dataset : datasets) {
    const StepWindow steps = step_window(window, dataset.dt_ms());
    if (steps.begin >= steps.end) {
      throw v1e::Error(V1E_E_INVALID, key,
                       "the window holds no step of '" + dataset.label() + "', whose steps of " +
                           plain_number(dataset.dt_ms()) + " ms begin at its multiples");
    }
    if (window.values()[1] <= dataset.duration_ms() + 1e-9) continue;
    throw v1e::Error(V1E_E_INVALID, key,
                     "the window ends at " + std::to_string(std::lround(window.values()[1])) +
                         " ms, but trials of '" + dataset.label() + "' last " +
                         std::to_string(std::lround(dataset.duration_ms())) + " ms");
  }
}

}  // namespace v1::analyses
