#include "engine/lgn/temporal_kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/base/error.hpp"
#include "kernels/portable_math.hpp"

namespace v1::lgn {

namespace {

constexpr double pi = 3.14159265358979323846;
constexpr double time_offset_ms = 0.3;  // keeps the logarithm finite at 0

// Half the logarithmic distance between neighbouring bumps, fixed by the published fits.
double log_spacing() {
  static const double spacing = kernels::portable_log(200.3 / 100.3);
  return spacing;
}

// ln(t + 0.3) for t = 1 ... 600.
const std::array<double, bump_samples>& log_times() {
  static const std::array<double, bump_samples> table = [] {
    std::array<double, bump_samples> logs{};
    for (int i = 0; i < bump_samples; ++i) {
      logs[i] = kernels::portable_log(i + 1 + time_offset_ms);
    }
    return logs;
  }();
  return table;
}

// False when there is nothing to scale.
bool scale_to_unit_norm(std::vector<double>& samples) {
  double sum = 0.0;
  for (const double x : samples) sum += x * x;
  if (!(sum > 0.0)) return false;
  const double norm = std::sqrt(sum);
  for (double& x : samples) x /= norm;
  return true;
}

// `bump` moved back by `delay` lags into a kernel of `length` lags.
std::vector<double> delayed(const std::vector<double>& bump, int delay, int length) {
  std::vector<double> out(static_cast<std::size_t>(length), 0.0);
  const int count = std::min<int>(bump_samples, length - delay);
  for (int i = 0; i < count; ++i) out[delay + i] = bump[i];
  if (count < bump_samples && !scale_to_unit_norm(out)) {
    throw error(ExitCode::data, "LGN temporal kernel: a delay of {} ms pushes a bump out of it",
                delay);
  }
  return out;
}

}  // namespace

std::vector<double> cosine_bump(double kpeak_ms) {
  std::vector<double> bump(bump_samples, 0.0);
  if (kpeak_ms > 0.0) {
    const double log_peak = kernels::portable_log(kpeak_ms);
    const double scale = pi / (2.0 * log_spacing());
    for (int i = 0; i < bump_samples; ++i) {
      const double phase = (log_times()[i] - log_peak) * scale;
      if (phase > -pi && phase < pi) bump[i] = 0.5 * (1.0 + kernels::portable_cos(phase));
    }
  }
  if (!scale_to_unit_norm(bump)) {
    throw error(ExitCode::data,
                "LGN temporal kernel: expected kpeaks between 1 and 2000 ms, found {}", kpeak_ms);
  }
  return bump;
}

void check_kernel(const network::TemporalKernelParameters& parameters) {
  const auto& [kpeak, weight, delay] = parameters;
  if (!(kpeak[0] >= 1.0 && kpeak[0] < kpeak[1] && kpeak[1] <= 2000.0)) {
    throw error(ExitCode::data,
                "expected kpeaks of 1 to 2000 ms, the first below the second, found "
                "{} and {}",
                kpeak[0], kpeak[1]);
  }
  if (!(weight[0] > 0.0 && std::isfinite(weight[0]) && std::isfinite(weight[1]))) {
    throw error(ExitCode::data,
                "expected a first weight above 0 and a finite second, found {} and {}", weight[0],
                weight[1]);
  }
  if (!(delay[0] >= 0.0 && delay[0] <= delay[1] && delay[1] < bump_samples)) {
    throw error(ExitCode::data,
                "expected delays of 0 ms to below {} ms, the first not above the second, found {} "
                "and {}",
                bump_samples, delay[0], delay[1]);
  }
}

std::vector<double> temporal_kernel(const network::TemporalKernelParameters& parameters) {
  const double* delay = parameters.delay_ms;
  if (!(delay[0] >= 0.0 && delay[1] >= delay[0] && delay[1] < bump_samples)) {
    throw error(ExitCode::data,
                "LGN temporal kernel: expected 0 <= delay 0 <= delay 1 < {} ms, found {} and {}",
                bump_samples, delay[0], delay[1]);
  }
  const int delays[2] = {static_cast<int>(delay[0]), static_cast<int>(delay[1])};
  const int length = bump_samples + delays[0];
  const std::vector<double> first = delayed(cosine_bump(parameters.kpeak_ms[0]), delays[0], length);
  const std::vector<double> second =
      delayed(cosine_bump(parameters.kpeak_ms[1]), delays[1], length);
  std::vector<double> kernel(first.size());
  for (std::size_t lag = 0; lag < kernel.size(); ++lag) {
    kernel[lag] = parameters.weight[0] * first[lag] + parameters.weight[1] * second[lag];
  }
  return kernel;
}

PositiveLobe positive_lobe(std::span<const double> kernel) {
  const auto lags = kernel.first(std::min<std::size_t>(kernel.size(), bump_samples));
  const auto peak = std::max_element(lags.begin(), lags.end()) - lags.begin();
  for (std::size_t lag = static_cast<std::size_t>(peak) + 1; lag < lags.size(); ++lag) {
    if (!(lags[lag - 1] >= 0.0 && lags[lag] < 0.0)) continue;
    double sum = 0.0;
    for (std::size_t i = 0; i < lag; ++i) sum += lags[i];
    return {static_cast<int>(lag), sum};
  }
  throw error(ExitCode::data,
              "LGN temporal kernel of a composite unit never turns negative: expected a positive "
              "first and a negative second weight");
}

network::TemporalKernelParameters shifted_to(const network::TemporalKernelParameters& parameters,
                                             const PositiveLobe& lobe, double ttp_ms) {
  network::TemporalKernelParameters out = parameters;
  const double shift = ttp_ms - lobe.zero_crossing;
  for (double& delay : out.delay_ms) delay += shift;
  if (out.delay_ms[0] < 0.0) {
    throw error(ExitCode::data,
                "LGN temporal kernel of a composite unit crosses zero at {} ms, which is too late "
                "to be shifted to {} ms",
                lobe.zero_crossing, ttp_ms);
  }
  return out;
}

}  // namespace v1::lgn
