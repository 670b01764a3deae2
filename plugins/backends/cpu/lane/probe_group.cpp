#include "plugins/backends/cpu/lane/probe_group.hpp"

#include <algorithm>

#include "plugins/backends/cpu/kernels/sample_args.hpp"

namespace v1::cpu {
namespace {

bool same_neurons(const v1e_probe& a, const v1e_probe& b) {
  return a.neuron_count == b.neuron_count &&
         (a.neurons == b.neurons || std::equal(a.neurons, a.neurons + a.neuron_count, b.neurons));
}

bool fits(const v1e_backend_env& env, const ProbeGroup& group, std::uint32_t p) {
  const v1e_probe& first = *env.probes[group.probes.front()];
  const v1e_probe& probe = *env.probes[p];
  return group.probes.size() < rows_together && first.dtype == V1E_F16 && probe.dtype == V1E_F16 &&
         first.every_steps == probe.every_steps && same_neurons(first, probe);
}

// Strips over the places, which ascend.
std::vector<ProbeGroup::Strip> make_strips(const std::vector<std::uint32_t>& places,
                                           const Chunk& chunk) {
  std::vector<ProbeGroup::Strip> strips;
  auto run = chunk.runs.begin();
  for (std::size_t i = 0; i < places.size();) {
    while (places[i] >= run->end) ++run;
    const std::uint32_t begin = places[i] / places_per_vector * places_per_vector;
    const std::uint32_t end =
        std::min(run->padded_end, begin + static_cast<std::uint32_t>(sample_strip));
    std::uint32_t last = places[i];
    for (; i < places.size() && places[i] < end; ++i) last = places[i];
    const std::uint32_t count = (last - begin) / places_per_vector * places_per_vector;
    strips.push_back({begin, count + places_per_vector, run->type});
  }
  return strips;
}

std::vector<std::uint32_t> slice_strips(const std::vector<ProbeGroup::Strip>& strips,
                                        const Chunk& chunk) {
  std::vector<std::uint32_t> first;
  for (const std::uint32_t run : chunk.first_run_of_slice) {
    const std::uint32_t begin = run < chunk.runs.size() ? chunk.runs[run].begin : chunk.place_end;
    const auto strip = std::partition_point(strips.begin(), strips.end(),
                                            [&](const auto& one) { return one.begin < begin; });
    first.push_back(static_cast<std::uint32_t>(strip - strips.begin()));
  }
  return first;
}

void split(const v1e_probe& probe, const Layout& layout, std::vector<ProbeGroup::Part>& parts) {
  parts.resize(layout.chunks.size());
  for (std::uint32_t column = 0; column < probe.neuron_count; ++column) {
    const std::uint32_t position = probe.neurons[column];
    const std::uint16_t chunk = layout.chunk_of_position[position];
    ProbeGroup::Part& part = parts[chunk];
    auto& segments = part.segments;
    if (segments.empty() || segments.back().column + segments.back().length != column) {
      segments.push_back({column, 0});
    }
    ++segments.back().length;
    part.place.push_back(layout.place_of_position[position] - layout.chunks[chunk].place_begin);
  }
  for (std::size_t c = 0; c < parts.size(); ++c) {
    std::vector<std::uint32_t> places;
    for (const std::uint32_t place : parts[c].place) {
      places.push_back(layout.chunks[c].place_begin + place);
    }
    std::sort(places.begin(), places.end());
    parts[c].strips = make_strips(places, layout.chunks[c]);
    parts[c].strips_of_slice = slice_strips(parts[c].strips, layout.chunks[c]);
  }
}

}  // namespace

std::vector<ProbeGroup> group_probes(const v1e_backend_env& env, const std::vector<Probe>& made,
                                     const Layout& layout) {
  std::vector<ProbeGroup> groups;
  for (std::uint32_t p = 0; p < made.size(); ++p) {
    const auto found = std::find_if(groups.begin(), groups.end(),
                                    [&](const ProbeGroup& group) { return fits(env, group, p); });
    if (found != groups.end()) {
      found->probes.push_back(p);
      continue;
    }
    groups.push_back({{p}, {}});
    split(*env.probes[p], layout, groups.back().parts);
  }
  std::size_t bytes = 0;
  for (ProbeGroup& group : groups) {
    group.packed_begin = bytes;
    bytes += group.element_bytes(made[group.probes.front()].dtype);
  }
  return groups;
}

}  // namespace v1::cpu
