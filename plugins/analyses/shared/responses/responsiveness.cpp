#include "plugins/analyses/shared/responses/responsiveness.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <unsupported/Eigen/NonLinearOptimization>
#include <unsupported/Eigen/NumericalDiff>

#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {
namespace {

constexpr double least_exponent = 0.3, most_exponent = 8.0, most_c50 = 2.0;

double total(std::span<const double> values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum;
}

// A value in (low, high) out of any number, smoothly.
double between(double low, double high, double free) {
  return low + (high - low) / (1.0 + std::exp(-free));
}
double free_of(double low, double high, double value) {
  const double share = (value - low) / (high - low);
  return std::log(share / (1.0 - share));
}

ContrastCurve curve_of(const Eigen::VectorXd& p) {
  return {p(0), between(0.0, most_c50, p(1)), between(least_exponent, most_exponent, p(2)), p(3),
          undefined};
}

/// Residuals, as Eigen's Levenberg-Marquardt wants them.
struct CurveResiduals {
  using Scalar = double;
  using InputType = Eigen::VectorXd;
  using ValueType = Eigen::VectorXd;
  using JacobianType = Eigen::MatrixXd;
  enum { InputsAtCompileTime = Eigen::Dynamic, ValuesAtCompileTime = Eigen::Dynamic };

  std::span<const double> contrast, rate;
  int inputs() const { return 4; }
  int values() const { return static_cast<int>(contrast.size()); }
  int operator()(const Eigen::VectorXd& p, Eigen::VectorXd& out) const {
    const ContrastCurve curve = curve_of(p);
    for (std::size_t i = 0; i < contrast.size(); ++i) {
      out(static_cast<Eigen::Index>(i)) = curve.at(contrast[i]) - rate[i];
    }
    return 0;
  }
};

}  // namespace

double response_p(std::span<const double> evoked, double evoked_exposure,
                  std::span<const double> spontaneous, double spontaneous_exposure) {
  const auto n1 = static_cast<double>(evoked.size()), n0 = static_cast<double>(spontaneous.size());
  const double y1 = total(evoked), y0 = total(spontaneous);
  if (n1 < 2.0 || n0 < 2.0 || y1 + y0 == 0.0) return undefined;
  const double time1 = n1 * evoked_exposure, time0 = n0 * spontaneous_exposure;
  if (y1 == 0.0 || y0 == 0.0) {
    const boost::math::binomial chance(y1 + y0, time1 / (time1 + time0));
    // Spikes of one side only never speak for the other, however unequal the exposures are.
    return y0 == 0.0 ? std::min(boost::math::pdf(chance, y1), 0.5)
                     : std::max(1.0 - boost::math::pdf(chance, 0.0), 0.5);
  }
  double chi2 = 0.0;
  for (const double y : evoked) chi2 += (y - y1 / n1) * (y - y1 / n1) / (y1 / n1);
  for (const double y : spontaneous) chi2 += (y - y0 / n0) * (y - y0 / n0) / (y0 / n0);
  const double df = n1 + n0 - 2.0;
  const double slope = std::log(y1 / time1) - std::log(y0 / time0);
  const double error = std::sqrt(chi2 / df * (1.0 / y1 + 1.0 / y0));
  if (error == 0.0) return slope > 0.0 ? 0.0 : (slope < 0.0 ? 1.0 : 0.5);
  const boost::math::students_t distribution(df);
  return boost::math::cdf(boost::math::complement(distribution, slope / error));
}

double response_index(double evoked, double spontaneous) {
  const double sum = evoked + spontaneous;
  return sum == 0.0 ? undefined : (evoked - spontaneous) / sum;
}

double ContrastCurve::at(double contrast) const {
  const double c = std::pow(contrast, exponent);
  return r_max * c / (c + std::pow(c50, exponent)) + base;
}

ContrastCurve fit_contrast_curve(std::span<const double> contrast, std::span<const double> rate) {
  ContrastCurve best{undefined, undefined, undefined, undefined, undefined};
  if (contrast.size() < 4 || contrast.size() != rate.size()) return best;
  const double spread = deviation(rate, 0);
  if (!(spread > 0.0)) return best;
  const auto [low, high] = std::minmax_element(rate.begin(), rate.end());
  const bool rising = rate[rate.size() - 1] >= rate[0];
  double least = std::numeric_limits<double>::infinity();
  for (const double c50 : {0.1, 0.3, 0.7}) {
    for (const double exponent : {1.0, 2.0, 4.0}) {
      Eigen::VectorXd p(4);
      p << (rising ? 1.0 : -1.0) * (*high - *low), free_of(0.0, most_c50, c50),
          free_of(least_exponent, most_exponent, exponent), rising ? *low : *high;
      const CurveResiduals residuals{contrast, rate};
      Eigen::NumericalDiff<CurveResiduals> derived(residuals);
      Eigen::LevenbergMarquardt<Eigen::NumericalDiff<CurveResiduals>> solver(derived);
      solver.parameters.maxfev = 2000;
      solver.minimize(p);
      Eigen::VectorXd off(static_cast<Eigen::Index>(rate.size()));
      residuals(p, off);
      const double squares = off.squaredNorm();
      if (!(squares < least)) continue;
      least = squares;
      best = curve_of(p);
    }
  }
  best.r_squared = 1.0 - least / (spread * spread * static_cast<double>(rate.size()));
  return best;
}

}  // namespace v1::analyses
