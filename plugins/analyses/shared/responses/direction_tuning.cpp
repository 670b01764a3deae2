#include "plugins/analyses/shared/responses/direction_tuning.hpp"

#include <boost/math/distributions/fisher_f.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/angles.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {
namespace {

// Sums of rounding errors have neither length nor direction.
constexpr double vanishing = 1e-12;

double wrapped(double degrees, double period) {
  const double rest = degrees - period * std::floor(degrees / period);
  return rest > period - 1e-9 ? 0.0 : rest;
}

// Rate at a direction, NaN where it was not shown.
double rate_at(const Directions& directions, std::span<const double> rates, double degrees) {
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const double apart = wrapped(directions.degrees(i) - degrees, 360.0);
    if (apart < 1e-6 || apart > 360.0 - 1e-6) return rates[i];
  }
  return undefined;
}

double contrast(double a, double b) { return a + b > 0.0 ? (a - b) / (a + b) : undefined; }

void peak_forms(const Directions& directions, std::span<const double> rates, double best,
                Selectivity& out) {
  const auto at = [&](double offset) { return rate_at(directions, rates, best + offset); };
  out.dsi_peak = contrast(at(0.0), at(180.0));
  out.osi_peak = contrast(at(0.0) + at(180.0), at(90.0) + at(270.0));
}

}  // namespace

Directions::Directions(std::vector<double> degrees) : degrees_(std::move(degrees)) {
  for (const double angle : degrees_) {
    once_.push_back(std::polar(1.0, angle / kernels::degrees_per_radian));
    twice_.push_back(std::polar(1.0, 2.0 * angle / kernels::degrees_per_radian));
  }
}

bool Directions::evenly_spaced() const {
  if (degrees_.size() < 4) return false;
  std::vector<double> sorted;
  for (const double angle : degrees_) sorted.push_back(wrapped(angle, 360.0));
  std::sort(sorted.begin(), sorted.end());
  const double step = 360.0 / static_cast<double>(sorted.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (std::abs(sorted[i] - sorted[0] - step * static_cast<double>(i)) > 1e-6) return false;
  }
  return true;
}

Selectivity selectivity(const Directions& directions, std::span<const double> rates) {
  const double sum = std::accumulate(rates.begin(), rates.end(), 0.0);
  Selectivity out;
  out.osi = out.dsi = out.osi_peak = out.dsi_peak = undefined;
  out.best_direction = out.preferred_orientation = out.preferred_direction = undefined;
  if (!(sum > 0.0)) return out;
  std::complex<double> once = 0.0, twice = 0.0;
  std::size_t best = 0;
  bool all_equal = true;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    once += rates[i] * directions.unit(i);
    twice += rates[i] * directions.unit_twice(i);
    all_equal = all_equal && rates[i] == rates[0];
    const bool equal_but_lower =
        rates[i] == rates[best] && directions.degrees(i) < directions.degrees(best);
    if (rates[i] > rates[best] || equal_but_lower) best = i;
  }
  out.osi = std::abs(twice) / sum;
  out.dsi = std::abs(once) / sum;
  peak_forms(directions, rates, directions.degrees(best), out);
  if (!all_equal) out.best_direction = directions.degrees(best);
  if (out.osi < vanishing) return out;
  const double half_angle = 0.5 * std::arg(twice);
  out.preferred_orientation = wrapped(half_angle * kernels::degrees_per_radian, 180.0);
  if (out.dsi < vanishing) return out;
  const double along = std::real(once * std::polar(1.0, -half_angle));
  const bool opposite = along < -vanishing * sum;
  out.preferred_direction =
      wrapped(half_angle * kernels::degrees_per_radian + (opposite ? 180.0 : 0.0), 360.0);
  return out;
}

constexpr double least_variance = 1e-12;  // spikes squared

double orientation_p(std::span<const std::complex<double>> vectors) {
  const std::size_t count = vectors.size();
  if (count < 3) return undefined;
  const auto n = static_cast<double>(count);
  const std::complex<double> mean =
      std::accumulate(vectors.begin(), vectors.end(), std::complex<double>(0.0)) / n;
  double xx = 0.0, yy = 0.0, xy = 0.0;
  for (const std::complex<double>& vector : vectors) {
    const std::complex<double> d = vector - mean;
    xx += d.real() * d.real() / (n - 1.0);
    yy += d.imag() * d.imag() / (n - 1.0);
    xy += d.real() * d.imag() / (n - 1.0);
  }
  const double determinant = xx * yy - xy * xy;
  if (!(determinant > 1e-12 * xx * yy)) return undefined;
  // Along the narrow axis the variance is about determinant / (xx + yy): roundings of equal sums
  // must not pass for a spread that makes any mean significant.
  if (!(determinant > least_variance * (xx + yy))) return undefined;
  const double x = mean.real(), y = mean.imag();
  const double t2 = n * (yy * x * x - 2.0 * xy * x * y + xx * y * y) / determinant;
  const double f = (n - 2.0) / (2.0 * (n - 1.0)) * t2;
  return boost::math::cdf(boost::math::complement(boost::math::fisher_f(2.0, n - 2.0), f));
}

}  // namespace v1::analyses
