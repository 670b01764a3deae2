#pragma once
#include <cstddef>
#include <span>
#include <vector>

/// Smoothed firing rates as in Galvan Fraile et al. (2024): spikes counted in blocks of 16 ms,
/// smoothed by a Gaussian of 6 blocks cut at 4 sigma, mirrored at the borders.
namespace v1::analyses {

inline constexpr double rate_block_ms = 16.0;
inline constexpr int rate_sigma_blocks = 6;
inline constexpr int rate_radius_blocks = 24;

/// Half kernel w[0..radius]: w[0] + 2 sum w[k] = 1.
std::vector<double> gaussian_half_kernel(double sigma, int radius);

/// Gaussian filter with half-sample reflection (... b1 b0 | b0 b1 ...), also where the kernel is
/// longer than the series.
std::vector<double> smooth_reflected(std::span<const double> series,
                                     std::span<const double> half_kernel);

/// How counts become rates.
enum class RateScaling {
  reference,   // count x 60, smoothed, cut to a whole number: what the published scripts store
  true_length  // count / length of the block (the last one may be shorter), smoothed; Hz
};

/// Rates of one trial from the counts in blocks. last_block_ms: length of the last block.
std::vector<double> smoothed_rate(std::span<const double> counts, double last_block_ms,
                                  RateScaling scaling);

/// Number of blocks of a trial; a shorter last block counts.
std::size_t rate_block_count(double trial_ms);
/// Length of the last of them.
double last_rate_block_ms(double trial_ms);
/// Time in the middle of one.
double rate_block_center_ms(std::size_t block, double trial_ms);

}  // namespace v1::analyses
