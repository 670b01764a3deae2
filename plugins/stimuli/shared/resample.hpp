#pragma once
#include <cstdint>
#include <vector>

namespace stimulus_math {

/// How a picture of another shape meets the frame.
enum class Fit {
  stretch,  // both directions by their own factor
  cover,    // fills the frame, what sticks out is cut
  contain   // all of it is visible, the rest of the frame is gray (0)
};

/// Linear interpolation between pictures and frames of fixed sizes. Smaller pictures are
/// interpolated bilinearly; larger ones are averaged with a triangle as wide as the reduction, so
/// that fine patterns do not alias. Sums run in one order: the result is the same everywhere.
class Resampler {
 public:
  Resampler() = default;
  Resampler(std::int64_t in_rows, std::int64_t in_cols, std::int64_t out_rows,
            std::int64_t out_cols, Fit fit);
  /// in: [in_rows][in_cols]; out: [out_rows][out_cols].
  void apply(const float* in, float* out) const;

 private:
  struct Taps {  // of one output row or column; none: gray
    std::int64_t first = 0;
    std::vector<double> weight;
  };
  static std::vector<Taps> axis(std::int64_t in, std::int64_t out, double scale);

  std::int64_t in_rows_ = 0, in_cols_ = 0, out_rows_ = 0, out_cols_ = 0;
  std::vector<Taps> rows_, cols_;
};

}  // namespace stimulus_math
