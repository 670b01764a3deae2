#include "plugins/analyses/shared/signals/spike_removal.hpp"

#include <algorithm>
#include <cmath>

namespace v1::analyses {
namespace {

bool has_room(const Series& v, std::int64_t spike, const SpikeWindow& window) {
  return spike >= window.before && spike + window.after < v.length;
}

void bridge(const Series& v, std::ptrdiff_t first, std::ptrdiff_t last) {
  const double a = v[first], b = v[last];
  const auto span = static_cast<double>(last - first);
  for (std::ptrdiff_t k = first + 1; k < last; ++k) {
    v[k] = a + static_cast<double>(k - first) * (b - a) / span;
  }
}

}  // namespace

SpikeWindow spike_window(double sample_ms) {
  const auto samples = [sample_ms](std::ptrdiff_t ms) {
    return std::max<std::ptrdiff_t>(1, std::llround(static_cast<double>(ms) / sample_ms));
  };
  return {samples(spike_before), samples(spike_after)};
}

void remove_spikes(const Series& v, std::span<const std::int64_t> spikes, SpikeWindow window) {
  for (std::size_t i = 0; i < spikes.size();) {
    if (!has_room(v, spikes[i], window)) {
      ++i;
      continue;
    }
    const std::ptrdiff_t first = spikes[i] - window.before;
    std::ptrdiff_t last = spikes[i] + window.after;
    for (++i;
         i < spikes.size() && has_room(v, spikes[i], window) && spikes[i] - window.before <= last;
         ++i) {
      last = spikes[i] + window.after;
    }
    bridge(v, first, last);
  }
}

void remove_spike_reference(const Series& v, std::int64_t spike) {
  constexpr int samples = spike_before + spike_after + 1;
  const std::ptrdiff_t first = spike - spike_before;
  const double a = v[first];
  const double step = (v[spike + spike_after] - a) / samples;
  for (int k = 0; k < samples; ++k) v[first + k] = a + k * step;
}

}  // namespace v1::analyses
