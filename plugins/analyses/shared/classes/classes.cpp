#include "plugins/analyses/shared/classes/classes.hpp"

#include <limits>

namespace v1::analyses {

std::string name_of(ResponseClass c) {
  return std::string(class_names[static_cast<std::size_t>(c)]);
}

double rate_ratio(double baseline, double response) {
  return baseline == 0.0 ? std::numeric_limits<double>::quiet_NaN() : response / baseline;
}

double modulation_index(double baseline, double response) {
  const double sum = response + baseline;
  return sum == 0.0 ? std::numeric_limits<double>::quiet_NaN() : (response - baseline) / sum;
}

}  // namespace v1::analyses
