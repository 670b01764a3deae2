#include "engine/run/input_marks.hpp"

#include <algorithm>

namespace v1::run {

void InputMarks::add(const stimulus::Marker& marker) {
  const bool known = std::find(markers_.begin(), markers_.end(), marker) != markers_.end();
  if (!known) markers_.push_back(marker);
}

void InputMarks::add(const stimulus::StimulusDescription& told) {
  for (const stimulus::Marker& marker : told.markers) add(marker);
  for (const stimulus::Strip& strip : told.strips) {
    const auto known =
        std::find_if(strips_.begin(), strips_.end(),
                     [&](const stimulus::Strip& other) { return other.name == strip.name; });
    if (known == strips_.end()) {
      strips_.push_back(strip);
    } else if (*known != strip) {
      known->time_ms.clear();
      known->value.clear();
    }
  }
}

std::vector<stimulus::Strip> InputMarks::strips() const {
  std::vector<stimulus::Strip> agreed = strips_;
  std::erase_if(agreed, [](const stimulus::Strip& strip) { return strip.value.empty(); });
  return agreed;
}

}  // namespace v1::run
