#pragma once
#include <span>

namespace v1::analyses {

/// Least-squares line y = intercept + slope x.
struct LineFit {
  double slope = 0.0, intercept = 0.0;
  double p = 0.0;  // two-sided t-test of slope 0; NaN with fewer than 3 points or constant y
};

/// NaN with fewer than two different x.
LineFit fit_line(std::span<const double> x, std::span<const double> y);

}  // namespace v1::analyses
