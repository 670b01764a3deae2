#include "resample.hpp"

#include <algorithm>
#include <cmath>

namespace stimulus_math {

Resampler::Resampler(std::int64_t in_rows, std::int64_t in_cols, std::int64_t out_rows,
                     std::int64_t out_cols, Fit fit)
    : in_rows_(in_rows), in_cols_(in_cols), out_rows_(out_rows), out_cols_(out_cols) {
  double high = static_cast<double>(in_rows) / static_cast<double>(out_rows);
  double wide = static_cast<double>(in_cols) / static_cast<double>(out_cols);
  if (fit == Fit::cover) high = wide = std::min(high, wide);
  if (fit == Fit::contain) high = wide = std::max(high, wide);
  rows_ = axis(in_rows, out_rows, high);
  cols_ = axis(in_cols, out_cols, wide);
}

// `scale`: input pixels per output pixel; the centres of both axes coincide.
std::vector<Resampler::Taps> Resampler::axis(std::int64_t in, std::int64_t out, double scale) {
  std::vector<Taps> axis(static_cast<std::size_t>(out));
  const double support = std::max(1.0, scale);
  for (std::int64_t o = 0; o < out; ++o) {
    const double from_centre = static_cast<double>(o) + 0.5 - 0.5 * static_cast<double>(out);
    const double centre = 0.5 * static_cast<double>(in) + from_centre * scale - 0.5;
    if (centre < -0.5 - 1e-9 || centre > static_cast<double>(in) - 0.5 + 1e-9) continue;  // gray
    const auto first = std::max<std::int64_t>(0, std::llround(std::ceil(centre - support)));
    const auto last = std::min<std::int64_t>(in - 1, std::llround(std::floor(centre + support)));
    Taps& taps = axis[static_cast<std::size_t>(o)];
    taps.first = first;
    double sum = 0.0;
    for (std::int64_t i = first; i <= last; ++i) {
      const double weight =
          std::max(0.0, 1.0 - std::abs(static_cast<double>(i) - centre) / support);
      taps.weight.push_back(weight);
      sum += weight;
    }
    for (double& weight : taps.weight) weight /= sum;
  }
  return axis;
}

void Resampler::apply(const float* in, float* out) const {
  if (in_rows_ == out_rows_ && in_cols_ == out_cols_) {
    std::copy_n(in, in_rows_ * in_cols_, out);
    return;
  }
  std::vector<double> line(static_cast<std::size_t>(in_cols_));
  for (std::int64_t row = 0; row < out_rows_; ++row) {
    const Taps& vertical = rows_[static_cast<std::size_t>(row)];
    std::fill(line.begin(), line.end(), 0.0);
    for (std::size_t i = 0; i < vertical.weight.size(); ++i) {
      const float* source = in + (vertical.first + static_cast<std::int64_t>(i)) * in_cols_;
      for (std::size_t col = 0; col < line.size(); ++col) {
        line[col] += vertical.weight[i] * static_cast<double>(source[col]);
      }
    }
    for (std::int64_t col = 0; col < out_cols_; ++col) {
      const Taps& horizontal = cols_[static_cast<std::size_t>(col)];
      double sum = 0.0;
      for (std::size_t i = 0; i < horizontal.weight.size(); ++i) {
        sum += horizontal.weight[i] * line[static_cast<std::size_t>(horizontal.first) + i];
      }
      out[row * out_cols_ + col] = static_cast<float>(std::clamp(sum, -1.0, 1.0));
    }
  }
}

}  // namespace stimulus_math
