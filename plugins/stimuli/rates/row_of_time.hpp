#pragma once
#include <cstdint>
#include <optional>
#include <vector>

namespace replayed_rates {

/// What happens after the last row of a table.
enum class AtEnd { error, hold, repeat, silent };

/// Which row of a table of rates holds at which time. Rows hold from their own time on.
class RowTimes {
 public:
  RowTimes() = default;
  /// Rows at 0, 1 / rate_hz, ... seconds.
  RowTimes(std::int64_t rows, double rate_hz, AtEnd at_end);
  /// Rows at `times_ms`, which increase strictly; the last holds as long as the one before it.
  RowTimes(std::vector<double> times_ms, AtEnd at_end);

  /// End of the last row.
  double end_ms() const { return end_ms_; }
  double begin_ms() const { return times_ms_.empty() ? 0.0 : times_ms_.front(); }
  /// Row at `time_ms` of the table; nothing where no row holds and the end is silent, the first
  /// row before it begins.
  std::optional<std::int64_t> row_at(double time_ms) const;

 private:
  std::int64_t rows_ = 0;
  double rate_hz_ = 1000.0;
  std::vector<double> times_ms_;
  double end_ms_ = 0.0;
  AtEnd at_end_ = AtEnd::error;
};

}  // namespace replayed_rates
