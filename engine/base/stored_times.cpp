#include "engine/base/stored_times.hpp"

#include <cmath>

#include "engine/base/error.hpp"

namespace v1 {

double ms_per_unit(const h5::File& file, const std::string& dataset) {
  const std::string group = dataset.substr(0, dataset.rfind('/'));
  for (const std::string& place : {dataset, group}) {
    const std::string units = file.text_attribute(place, "units").value_or("");
    if (units.empty()) continue;
    if (units == "ms" || units == "millisecond" || units == "milliseconds") return 1.0;
    if (units == "s" || units == "sec" || units == "second" || units == "seconds") return 1000.0;
    throw error(ExitCode::data, "{}: '{}' has units '{}'; expected ms or s", file.path().string(),
                place, units);
  }
  return 1.0;
}

double to_ms(double time, double ms_per_unit) {
  return ms_per_unit == 1.0 ? time : std::floor(time * 1e9 + 0.5) / 1e6;
}

}  // namespace v1
