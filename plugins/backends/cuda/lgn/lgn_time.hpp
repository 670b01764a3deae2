#pragma once
#include "plugins/backends/cuda/lgn/lgn_view.hpp"
#include "plugins/backends/cuda/step/atomics.hpp"

/// Time: kernels over the responses of space, and the rates. A warp serves a unit; the responses
/// that its kernel reaches lie in shared memory, and each thread slides over them with the nine
/// frames that it computes.
namespace v1::cuda {

/// Doubles of shared memory that a warp needs.
V1_HD inline std::uint32_t lgn_reach(const LgnView& v) {
  return v.most_frames_back + frames_per_tile;
}

/// Response of space to frame t of the stretch; negative: before it, as far back as the kernel
/// reaches.
V1_HD inline double response_at(const LgnView& v, std::uint32_t subunit, const LgnKernel& kernel,
                                std::int64_t t) {
  const double* past = v.history + kernel.history + kernel.frames_back;
  if (t < 0) return past[t];
  const std::uint32_t shown = v.shown[t];
  return shown == 0 ? past[-1] : v.response[std::uint64_t{subunit} * v.max_frames + (shown - 1)];
}

/// reach[i] = response to frame base - frames_back + i; one thread's share.
V1_HD inline void load_reach(const LgnView& v, std::uint32_t subunit, std::uint32_t base,
                             std::uint32_t lane, double* reach) {
  const LgnKernel kernel = v.kernels[subunit];
  const std::uint32_t length = kernel.frames_back + frames_per_tile;
  for (std::uint32_t i = lane; i < length; i += lgn_lanes) {
    const std::int64_t t = std::int64_t{base} + i - kernel.frames_back;
    reach[i] = t < v.frame_count ? response_at(v, subunit, kernel, t) : 0.0;
  }
}

/// Nine rates, frames base + 9 lane and on.
struct LgnSums {
  double hz[frames_per_thread] = {};
};

/// Adds the rectified response of a subunit.
V1_HD inline void add_subunit(const LgnView& v, std::uint32_t subunit, std::uint32_t lane,
                              const double* reach, LgnSums& sums) {
  const LgnKernel kernel = v.kernels[subunit];
  const double* weight = v.kernel_weights + kernel.weights;
  // Output r reads now[r - k] at lag first_lag + k.
  const double* now = reach + (kernel.frames_back + lane * frames_per_thread) - kernel.first_lag;
  double sum[frames_per_thread] = {};
  double held[frames_per_thread];  // now[r - k] is held[(r - k) mod 9]
  if (kernel.lags > 0) {
    V1_UNROLL
    for (std::uint32_t r = 0; r < frames_per_thread; ++r) held[r] = now[r];
  }
  for (std::uint32_t first = 0; first < kernel.lags; first += frames_per_thread) {
    V1_UNROLL
    for (std::uint32_t u = 0; u < frames_per_thread; ++u) {
      const std::uint32_t k = first + u;
      if (k < kernel.lags) {
        const double w = weight[k];
        V1_UNROLL
        for (std::uint32_t r = 0; r < frames_per_thread; ++r) {
          sum[r] += w * held[(r + frames_per_thread - u) % frames_per_thread];
        }
        if (k + 1 < kernel.lags) {
          held[frames_per_thread - 1 - u] = *(now - (std::int64_t{k} + 1));
        }
      }
    }
  }
  V1_UNROLL
  for (std::uint32_t r = 0; r < frames_per_thread; ++r) {
    const double hz = kernel.gain * sum[r] + kernel.offset_hz;
    sums.hz[r] += 0.0 < hz ? hz : 0.0;
  }
}

V1_HD inline void store_rates(const LgnView& v, std::uint32_t unit, std::uint32_t base,
                              std::uint32_t lane, const LgnSums& sums) {
  V1_UNROLL
  for (std::uint32_t r = 0; r < frames_per_thread; ++r) {
    const std::uint32_t t = base + lane * frames_per_thread + r;
    if (t < v.frame_count) {
      v.rates[std::uint64_t{t} * v.unit_count + unit] = static_cast<float>(sums.hz[r]);
    }
  }
}

/// What the next stretch finds before it; one thread's share.
V1_HD inline void store_history(const LgnView& v, std::uint32_t subunit, std::uint32_t lane) {
  const LgnKernel kernel = v.kernels[subunit];
  for (std::uint32_t i = lane; i < kernel.frames_back; i += lgn_lanes) {
    const std::int64_t t = std::int64_t{v.frame_count} - kernel.frames_back + i;
    v.next_history[kernel.history + i] = response_at(v, subunit, kernel, t);
  }
}

}  // namespace v1::cuda
