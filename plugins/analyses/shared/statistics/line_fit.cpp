#include "plugins/analyses/shared/statistics/line_fit.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <boost/math/statistics/linear_regression.hpp>
#include <cmath>
#include <vector>

#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {

LineFit fit_line(std::span<const double> x, std::span<const double> y) {
  double mean = 0.0, spread = 0.0;
  for (const double value : x) mean += value / static_cast<double>(x.size());
  for (const double value : x) spread += (value - mean) * (value - mean);
  if (x.size() < 2 || !(spread > 0.0)) return {undefined, undefined, undefined};
  const std::vector<double> xs(x.begin(), x.end()), ys(y.begin(), y.end());
  const auto [intercept, slope] = boost::math::statistics::simple_ordinary_least_squares(xs, ys);
  LineFit fit{slope, intercept, undefined};
  if (x.size() < 3) return fit;
  double residual = 0.0;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const double off = ys[i] - intercept - slope * xs[i];
    residual += off * off;
  }
  const auto df = static_cast<double>(x.size() - 2);
  const double error = std::sqrt(residual / df / spread);
  if (error == 0.0) {
    fit.p = slope == 0.0 ? undefined : 0.0;
    return fit;
  }
  const boost::math::students_t_distribution<double> t(df);
  fit.p = 2.0 * boost::math::cdf(boost::math::complement(t, std::fabs(slope) / error));
  return fit;
}

}  // namespace v1::analyses
