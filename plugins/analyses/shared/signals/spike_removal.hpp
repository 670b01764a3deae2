#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

/// Replaces spikes in a membrane potential by straight lines from 2 ms before to 3 ms after each of
/// them.
namespace v1::analyses {

/// A series with a stride: sample i is data[i * stride].
struct Series {
  double* data = nullptr;
  std::ptrdiff_t length = 0;
  std::ptrdiff_t stride = 1;
  double& operator[](std::ptrdiff_t i) const { return data[i * stride]; }
};

inline constexpr std::ptrdiff_t spike_before = 2;  // samples of the published scripts, of 1 ms
inline constexpr std::ptrdiff_t spike_after = 3;

/// Samples before and after a spike that its line spans.
struct SpikeWindow {
  std::ptrdiff_t before = spike_before, after = spike_after;
};
/// The same 2 and 3 ms whatever the step, at least a sample each.
SpikeWindow spike_window(double sample_ms);

/// Overlapping windows are merged; the line of a window reaches both ends exactly. Spikes whose
/// window does not fit the series are left alone. `spikes` ascends.
void remove_spikes(const Series& v, std::span<const std::int64_t> spikes, SpikeWindow window = {});

/// The published scripts' way: spikes one after another on already changed values, the line ends
/// one step short of its target. One spike at a time, so that series can be fed in pieces:
/// needs t >= 2 and t + 3 < v.length.
void remove_spike_reference(const Series& v, std::int64_t spike);

}  // namespace v1::analyses
