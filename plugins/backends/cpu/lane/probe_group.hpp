#pragma once
#include <v1e/backend.h>

#include <cstdint>
#include <vector>

#include "plugins/backends/cpu/lane/probe.hpp"
#include "plugins/backends/cpu/plan/layout.hpp"

namespace v1::cpu {

/// Most probes of a group.
inline constexpr std::size_t rows_together = 4;

/// Probes of the same neurons that are sampled together: neurons stand in the state by type and
/// in the samples by position, and moving four halves of a neuron costs no more than moving one.
struct ProbeGroup {
  /// Places that are sampled as vectors, neurons of one type.
  struct Strip {
    std::uint32_t begin, count;  // count: at most sample_strip, a multiple of places_per_vector
    std::uint32_t type;
  };
  /// Neighbouring columns of the samples that one thread writes.
  struct Segment {
    std::uint32_t column, length;
  };
  struct Part {  // of one chunk
    std::vector<Strip> strips;
    std::vector<std::uint32_t>
        strips_of_slice;               // first strip of each slice of the chunk, and the end
    std::vector<Segment> segments;     // ascending
    std::vector<std::uint32_t> place;  // by column, of all segments; counted from the chunk's first
  };

  std::vector<std::uint32_t> probes;  // one, or up to four F16 probes
  std::vector<Part> parts;
  std::size_t packed_begin = 0;  // bytes per place of the groups before

  /// What a neuron takes while it is moved.
  std::size_t element_bytes(v1e_dtype dtype) const {
    if (dtype == V1E_F32) return 4;
    return probes.size() == 1 ? 2 : probes.size() == 2 ? 4 : 8;
  }
};

/// probes: as the engine described them; made: the same, checked.
std::vector<ProbeGroup> group_probes(const v1e_backend_env& env, const std::vector<Probe>& made,
                                     const Layout& layout);

}  // namespace v1::cpu
