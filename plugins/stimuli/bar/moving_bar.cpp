#include "moving_bar.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/portable_math.hpp"
#include "plugins/stimuli/shared/coverage.hpp"

namespace bar {
namespace {

constexpr double pi = 3.14159265358979323846;

}  // namespace

MovingBar::MovingBar(const BarParameters& parameters, const stimulus_math::FrameSize& size)
    : parameters_(parameters),
      size_(size),
      cosine_(v1::kernels::portable_cos(parameters.direction_deg * (pi / 180.0))),
      sine_(v1::kernels::portable_sin(parameters.direction_deg * (pi / 180.0))) {
  const double width = size.cols * size.deg_per_pixel, height = size.rows * size.deg_per_pixel;
  const double corners[4][2] = {{0.0, 0.0}, {width, 0.0}, {0.0, height}, {width, height}};
  first_deg_ = std::numeric_limits<double>::infinity();  // the centre may lie outside the field
  last_deg_ = -first_deg_;
  for (const auto& corner : corners) {
    const double along = (corner[0] - parameters.center_x_deg) * cosine_ +
                         (corner[1] - parameters.center_y_deg) * sine_;
    first_deg_ = std::min(first_deg_, along);
    last_deg_ = std::max(last_deg_, along);
  }
  first_deg_ -= 0.5 * (parameters.width_deg + size.deg_per_pixel);
  last_deg_ += 0.5 * (parameters.width_deg + size.deg_per_pixel);
}

double MovingBar::crossing_ms() const {
  return 1000.0 * (last_deg_ - first_deg_) / parameters_.speed_deg_per_s;
}

double MovingBar::position_deg(std::int64_t t_ms) const {
  if (t_ms < parameters_.onset_ms) return first_deg_;
  double moved =
      static_cast<double>(t_ms - parameters_.onset_ms) * parameters_.speed_deg_per_s / 1000.0;
  const double path = last_deg_ - first_deg_;
  if (parameters_.repeat) moved -= path * std::floor(moved / path);
  return std::min(first_deg_ + moved, last_deg_);
}

void MovingBar::frame(std::int64_t t_ms, float* out) const {
  const double pitch = size_.deg_per_pixel;
  const double at = position_deg(t_ms);
  for (std::uint32_t row = 0; row < size_.rows; ++row) {
    const double dy = (row + 0.5) * pitch - parameters_.center_y_deg;
    for (std::uint32_t col = 0; col < size_.cols; ++col) {
      const double dx = (col + 0.5) * pitch - parameters_.center_x_deg;
      const double along = dx * cosine_ + dy * sine_ - at, across = dy * cosine_ - dx * sine_;
      double share = stimulus_math::coverage(0.5 * parameters_.width_deg - std::fabs(along), pitch);
      if (parameters_.length_deg > 0.0) {
        share *= stimulus_math::coverage(0.5 * parameters_.length_deg - std::fabs(across), pitch);
      }
      *out++ = static_cast<float>(parameters_.luminance * share);
    }
  }
}

}  // namespace bar
