#pragma once
#include <cstddef>
#include <span>
#include <vector>

/// Power spectra of sampled signals.
namespace v1::analyses {

/// One-sided density: frequency k / (segment * sample length), power per Hz.
struct Spectrum {
  std::vector<double> frequency_hz;
  std::vector<double> power;
  std::size_t segments = 0;
};

/// Welch's method: periodic Hann window, mean of each segment removed, segments every
/// segment - overlap samples. Empty when the signal is shorter than a segment.
/// Welch PD (1967) IEEE Trans Audio Electroacoust 15:70.
Spectrum welch(std::span<const double> signal, double sample_ms, std::size_t segment,
               std::size_t overlap);

/// The segment for a signal of n samples of 1 ms: a second, or half of a signal shorter than two,
/// but all of it up to 500 ms. Overlap: half a segment.
std::size_t segment_length(std::size_t n);
std::size_t segment_overlap(std::size_t n);

/// A band of frequencies, both ends belong to it.
struct Band {
  const char* name;
  double low_hz, high_hz;
};
inline constexpr Band bands[] = {
    {"theta", 4.0, 8.0}, {"alpha", 8.0, 12.0}, {"beta", 12.0, 30.0}, {"gamma", 30.0, 80.0}};

/// Integral of the density over the band by trapezoids, interpolated at ends between two
/// frequencies; NaN where the band is narrower than the resolution or reaches beyond the spectrum.
double band_power(const Spectrum& spectrum, const Band& band);

/// Straight line in log-log coordinates, log10 P = intercept - exponent log10 f, over
/// low <= f <= high, as the median of the slopes of all pairs (Theil-Sen), which peaks do not
/// bend. NaN with fewer than 5 points.
struct Aperiodic {
  double intercept = 0.0, exponent = 0.0;
  double at(double frequency_hz) const;  // density
};
Aperiodic fit_aperiodic(const Spectrum& spectrum, double low_hz, double high_hz);

/// log10 of P f averaged over low < f <= high: the height of a line of slope -1.
double one_over_f_intercept(const Spectrum& spectrum, double low_hz, double high_hz);

/// Frequency of the local maximum that stands highest above the line, in the range of the fit,
/// and its ratio to the line; NaN where nothing is twice the line.
struct Peak {
  double frequency_hz = 0.0, ratio = 0.0;
};
Peak highest_peak(const Spectrum& spectrum, const Aperiodic& line, double low_hz, double high_hz);

}  // namespace v1::analyses
