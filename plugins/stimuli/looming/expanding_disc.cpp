#include "expanding_disc.hpp"

#include <cmath>

#include "kernels/angles.hpp"
#include "kernels/portable_math.hpp"
#include "plugins/stimuli/shared/coverage.hpp"

namespace looming {
namespace {

using v1::kernels::portable_atan;
using v1::kernels::portable_tan;

constexpr double no_disc = -1.0;

}  // namespace

ExpandingDisc::ExpandingDisc(const DiscParameters& parameters, const stimulus_math::FrameSize& size)
    : parameters_(parameters), size_(size) {}

// The disc subtends half its angle at time tau before contact: tan(angle / 2) = (l / v) / tau.
double ExpandingDisc::growth_ms() const {
  const auto before_contact_ms = [&](double diameter_deg) {
    return parameters_.size_over_speed_ms /
           portable_tan(0.5 * diameter_deg * v1::kernels::radians_per_degree);
  };
  return before_contact_ms(parameters_.first_diameter_deg) -
         before_contact_ms(parameters_.last_diameter_deg);
}

double ExpandingDisc::approach_radius_deg(double since_ms) const {
  const double growth = growth_ms();
  if (since_ms >= growth + static_cast<double>(parameters_.hold_ms)) return no_disc;
  if (since_ms >= growth) return 0.5 * parameters_.last_diameter_deg;
  const double first = 0.5 * parameters_.first_diameter_deg * v1::kernels::radians_per_degree;
  const double before_contact = parameters_.size_over_speed_ms / portable_tan(first) - since_ms;
  return portable_atan(parameters_.size_over_speed_ms / before_contact) /
         v1::kernels::radians_per_degree;
}

double ExpandingDisc::radius_deg(std::int64_t t_ms) const {
  if (t_ms < parameters_.onset_ms) return no_disc;
  const auto since_ms = static_cast<double>(t_ms - parameters_.onset_ms);
  if (parameters_.law == Law::approach) return approach_radius_deg(since_ms);
  const double area = parameters_.area_rate_deg2_per_ms * since_ms;
  return std::sqrt(area - parameters_.largest_area_deg2 *
                              std::floor(area / parameters_.largest_area_deg2));
}

void ExpandingDisc::frame(std::int64_t t_ms, float* out) const {
  const double radius = radius_deg(t_ms);
  const double pitch = size_.deg_per_pixel;
  for (std::uint32_t row = 0; row < size_.rows; ++row) {
    const double dy = (row + 0.5) * pitch - parameters_.center_y_deg;
    for (std::uint32_t col = 0; col < size_.cols; ++col) {
      const double dx = (col + 0.5) * pitch - parameters_.center_x_deg;
      const double inside = radius - std::sqrt(dx * dx + dy * dy);
      const double share = radius < 0.0 ? 0.0 : stimulus_math::coverage(inside, pitch);
      *out++ = static_cast<float>(parameters_.luminance * share);
    }
  }
}

}  // namespace looming
