#include "plugins/analyses/math/spike_removal.hpp"

#include <algorithm>

namespace v1::analyses {
namespace {

bool has_room(const Series& v, std::int64_t spike) {
  return spike >= spike_before && spike + spike_after < v.length;
}

void bridge(const Series& v, std::ptrdiff_t first, std::ptrdiff_t last) {
  const double a = v[first], b = v[last];
  const auto span = static_cast<double>(last - first);
  for (std::ptrdiff_t k = first + 1; k < last; ++k) {
    v[k] = a + static_cast<double>(k - first) * (b - a) / span;
  }
}

}  // namespace

void remove_spikes(const Series& v, std::span<const std::int64_t> spikes) {
  for (std::size_t i = 0; i < spikes.size();) {
    if (!has_room(v, spikes[i])) {
      ++i;
      continue;
    }
    const std::ptrdiff_t first = spikes[i] - spike_before;
    std::ptrdiff_t last = spikes[i] + spike_after;
    for (++i; i < spikes.size() && has_room(v, spikes[i]) && spikes[i] - spike_before <= last;
         ++i) {
      last = spikes[i] + spike_after;
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

void remove_spikes_reference(const Series& v, std::span<const std::int64_t> spikes) {
  for (const std::int64_t spike : spikes) {
    if (has_room(v, spike)) remove_spike_reference(v, spike);
  }
}

}  // namespace v1::analyses
