#include "row_of_time.hpp"

#include <algorithm>
#include <cmath>

namespace replayed_rates {

RowTimes::RowTimes(std::int64_t rows, double rate_hz, AtEnd at_end)
    : rows_(rows),
      rate_hz_(rate_hz),
      end_ms_(static_cast<double>(rows) * 1000.0 / rate_hz),
      at_end_(at_end) {}

RowTimes::RowTimes(std::vector<double> times_ms, AtEnd at_end)
    : rows_(static_cast<std::int64_t>(times_ms.size())),
      times_ms_(std::move(times_ms)),
      at_end_(at_end) {
  const std::size_t n = times_ms_.size();
  end_ms_ = n > 1 ? 2.0 * times_ms_[n - 1] - times_ms_[n - 2] : times_ms_.back() + 1.0;
}

std::optional<std::int64_t> RowTimes::row_at(double time_ms) const {
  const double begin = begin_ms();
  if (at_end_ == AtEnd::repeat && time_ms >= begin) {
    time_ms = begin + std::fmod(time_ms - begin, end_ms_ - begin);
  }
  if (at_end_ == AtEnd::silent && (time_ms < begin || time_ms >= end_ms_)) return std::nullopt;
  std::int64_t row = 0;
  if (times_ms_.empty()) {
    // A quotient that is whole but for rounding counts as whole.
    row = static_cast<std::int64_t>(std::floor(time_ms * rate_hz_ / 1000.0 + 1e-6));
  } else {
    row = std::upper_bound(times_ms_.begin(), times_ms_.end(), time_ms) - times_ms_.begin() - 1;
  }
  return std::clamp<std::int64_t>(row, 0, rows_ - 1);
}

}  // namespace replayed_rates
