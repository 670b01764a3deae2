#pragma once
#include <span>
#include <vector>

#include "engine/network/lgn_mosaic.hpp"

/// Temporal filters of LGN units: the difference of two raised-cosine bumps in logarithmic time
/// (bmtk filternet, TemporalFilterCosineBump, with its constants). Lags in whole ms.
namespace v1::lgn {

/// Samples of a bump, t = 1 ... 600 ms (the sample at 0 is left out by the published model).
inline constexpr int bump_samples = 600;

/// One bump with its peak near kpeak_ms, scaled to unit L2 norm; zero outside
/// kpeak / 3.988 ... 3.988 kpeak. Throws Error(data) unless kpeak_ms > 0 leaves a sample.
std::vector<double> cosine_bump(double kpeak_ms);

/// Throws Error(data) for parameters from a file that filternet would not take: kpeaks of 1 to
/// 2000 ms and delays in ascending order, a first weight above 0, everything finite.
void check_kernel(const network::TemporalKernelParameters& parameters);

/// Kernel h by lag, 0 ... 600 + int(delay_ms[0]) - 1: weight[0] bump0 + weight[1] bump1, each
/// shifted by the integer part of its delay, cut at the end and rescaled to unit norm.
/// Lag 0 multiplies the present frame. Throws Error(data) unless 0 <= delay[0] <= delay[1].
std::vector<double> temporal_kernel(const network::TemporalKernelParameters& parameters);

/// First lobe of a kernel, over its first 600 lags.
struct PositiveLobe {
  int zero_crossing;  // first lag after the maximum where the kernel turns negative
  double sum;         // of all lags before it
};

/// Throws Error(data) for a kernel that never turns negative.
PositiveLobe positive_lobe(std::span<const double> kernel);

/// `parameters` with both delays moved so that the zero crossing falls on ttp_ms. Throws
/// Error(data) when that would take a negative delay.
network::TemporalKernelParameters shifted_to(const network::TemporalKernelParameters& parameters,
                                             const PositiveLobe& lobe, double ttp_ms);

}  // namespace v1::lgn
