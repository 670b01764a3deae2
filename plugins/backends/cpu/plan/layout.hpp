#pragma once
#include <v1e/network.h>

#include <cstdint>
#include <vector>

#include "plugins/backends/cpu/plan/census.hpp"

namespace v1::cpu {

inline constexpr std::uint32_t no_position = 0xFFFFFFFFu;
/// Runs of neurons are filled up to multiples of this, so that vector loops have no rest.
inline constexpr std::uint32_t places_per_vector = 8;

/// Longest run of a network whose variables are recorded, and most places of a slice of runs but
/// for its last.
inline constexpr std::uint32_t places_per_slice = 1024;

/// Places [begin, end) hold neurons of one type, places [end, padded_end) hold none. The input
/// sums of a run are rows of padded_end - begin, one for each receptor its type uses, from
/// input_begin on in the sums of the chunk.
struct TypeRun {
  std::uint32_t begin = 0, end = 0, padded_end = 0;
  std::uint32_t type = 0;
  std::uint32_t input_begin = 0;
  std::uint32_t row_length() const { return padded_end - begin; }
};

/// What one thread owns: consecutive places.
struct Chunk {
  std::uint32_t place_begin = 0, place_end = 0;
  std::uint32_t input_count = 0;  // sums of one step
  std::vector<TypeRun> runs;
  /// Runs that are updated and sampled together, what they touch stays in the cache: the first run
  /// of each such slice, and the number of runs.
  std::vector<std::uint32_t> first_run_of_slice;
};

/// Where the state of a neuron is kept. Stretches of consecutive positions or whole types are dealt
/// out to the threads (deal.hpp), so that none waits for a busy one. Inside a chunk neurons are
/// ordered by type, then position, so that the update runs over neurons with the same constants;
/// chunks begin on cache lines.
struct Layout {
  std::vector<Chunk> chunks;
  std::vector<std::uint32_t> place_of_position;
  std::vector<std::uint16_t> chunk_of_position;
  std::vector<std::uint32_t> input_of_position;       // sum of its type's first receptor
  std::vector<std::uint32_t> row_length_of_position;  // distance to the next receptor's sum
  std::vector<std::uint32_t> position_of_place;       // no_position in the gaps
  std::size_t place_count() const { return position_of_place.size(); }
};

/// Deals the network out to `threads` chunks of about equal work. samples: variables are recorded.
Layout make_layout(const v1e_network& network, std::uint32_t threads, const Census& census,
                   bool samples);

}  // namespace v1::cpu
