#include "plugins/analyses/shared/signals/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>
#include <unsupported/Eigen/FFT>

#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {
namespace {

constexpr std::size_t least_points = 5;
constexpr double least_peak_ratio = 2.0;

std::vector<double> periodic_hann(std::size_t n) {
  std::vector<double> window(n);
  for (std::size_t k = 0; k < n; ++k) {
    window[k] = 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(k) /
                                     static_cast<double>(n));
  }
  return window;
}

// Indices of the frequencies of a range that can stand on logarithmic axes.
std::vector<std::size_t> logarithmic_points(const Spectrum& spectrum, double low, double high) {
  std::vector<std::size_t> points;
  for (std::size_t k = 0; k < spectrum.power.size(); ++k) {
    const double f = spectrum.frequency_hz[k];
    if (f > 0.0 && f >= low && f <= high && spectrum.power[k] > 0.0) points.push_back(k);
  }
  return points;
}

}  // namespace

Spectrum welch(std::span<const double> signal, double sample_ms, std::size_t segment,
               std::size_t overlap) {
  Spectrum spectrum;
  if (segment < 2 || signal.size() < segment || overlap >= segment) return spectrum;
  const std::vector<double> window = periodic_hann(segment);
  const double energy = std::inner_product(window.begin(), window.end(), window.begin(), 0.0);
  const double sample_s = sample_ms * 1e-3;
  const std::size_t half = segment / 2;
  spectrum.power.assign(half + 1, 0.0);
  Eigen::FFT<double> fft;
  std::vector<double> part(segment);
  std::vector<std::complex<double>> transformed;
  for (std::size_t begin = 0; begin + segment <= signal.size(); begin += segment - overlap) {
    const auto piece = signal.subspan(begin, segment);
    const double level = mean(piece);
    for (std::size_t k = 0; k < segment; ++k) part[k] = (piece[k] - level) * window[k];
    fft.fwd(transformed, part);
    for (std::size_t k = 0; k <= half; ++k) spectrum.power[k] += std::norm(transformed[k]);
    ++spectrum.segments;
  }
  for (std::size_t k = 0; k <= half; ++k) {
    const bool single = k == 0 || (segment % 2 == 0 && k == half);
    spectrum.power[k] *=
        (single ? 1.0 : 2.0) * sample_s / (energy * static_cast<double>(spectrum.segments));
    spectrum.frequency_hz.push_back(static_cast<double>(k) /
                                    (static_cast<double>(segment) * sample_s));
  }
  return spectrum;
}

std::size_t segment_length(std::size_t n) {
  return std::max(std::min<std::size_t>(1000, n / 2), std::min<std::size_t>(500, n));
}

std::size_t segment_overlap(std::size_t n) { return segment_length(n) / 2; }

double band_power(const Spectrum& spectrum, const Band& band) {
  const auto& f = spectrum.frequency_hz;
  if (f.size() < 2 || f.back() < band.high_hz || f[1] - f[0] > band.high_hz - band.low_hz) {
    return undefined;
  }
  double sum = 0.0;
  for (std::size_t k = 1; k < f.size(); ++k) {
    const double from = std::max(f[k - 1], band.low_hz), to = std::min(f[k], band.high_hz);
    if (from >= to) continue;
    const auto density = [&](double at) {
      return std::lerp(spectrum.power[k - 1], spectrum.power[k],
                       (at - f[k - 1]) / (f[k] - f[k - 1]));
    };
    sum += 0.5 * (to - from) * (density(from) + density(to));
  }
  return sum;
}

double Aperiodic::at(double frequency_hz) const {
  return std::pow(10.0, intercept - exponent * std::log10(frequency_hz));
}

Aperiodic fit_aperiodic(const Spectrum& spectrum, double low_hz, double high_hz) {
  const auto points = logarithmic_points(spectrum, low_hz, high_hz);
  if (points.size() < least_points) return {undefined, undefined};
  std::vector<double> x, y, slopes, intercepts;
  for (const std::size_t k : points) {
    x.push_back(std::log10(spectrum.frequency_hz[k]));
    y.push_back(std::log10(spectrum.power[k]));
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = i + 1; j < x.size(); ++j) slopes.push_back((y[j] - y[i]) / (x[j] - x[i]));
  }
  const double slope = quantile(std::move(slopes), 0.5);
  for (std::size_t i = 0; i < x.size(); ++i) intercepts.push_back(y[i] - slope * x[i]);
  return {quantile(std::move(intercepts), 0.5), -slope};
}

double one_over_f_intercept(const Spectrum& spectrum, double low_hz, double high_hz) {
  std::vector<double> heights;
  for (const std::size_t k : logarithmic_points(spectrum, low_hz, high_hz)) {
    const double f = spectrum.frequency_hz[k];
    if (f > low_hz) heights.push_back(std::log10(spectrum.power[k]) + std::log10(f));
  }
  return mean(heights);
}

Peak highest_peak(const Spectrum& spectrum, const Aperiodic& line, double low_hz, double high_hz) {
  Peak best{undefined, undefined};
  // Frequency 0 is no neighbour: the mean of each segment was removed, so there is nothing there.
  for (std::size_t k = 2; k + 1 < spectrum.power.size(); ++k) {
    const double f = spectrum.frequency_hz[k], power = spectrum.power[k];
    if (f < low_hz || f > high_hz) continue;
    if (power < spectrum.power[k - 1] || power <= spectrum.power[k + 1]) continue;
    const double ratio = power / line.at(f);
    if (ratio >= least_peak_ratio && !(ratio <= best.ratio)) best = {f, ratio};
  }
  return best;
}

}  // namespace v1::analyses
