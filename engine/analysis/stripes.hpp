#pragma once
#include <cstdint>
#include <vector>

#include "engine/analysis/requests.hpp"

/// Which accumulators a pass needs and which piece of the data each of them sees. All of this
/// follows from the requests, the data and the memory budget; never from the number of threads.
namespace v1::analysis {

/// Requests whose chunks belong together: the same stripes.
struct Family {
  enum class Kind { trials, neurons, slices, table };
  Kind kind = Kind::trials;
  std::uint32_t dataset = 0;
  /// Request indices. For trials: units that share windows (a group, or a single request),
  /// one after another. For neurons: one unit per trial with all of them.
  std::vector<std::vector<std::size_t>> units;
  std::uint32_t trial_begin = 0, trial_end = 0;  // over all requests
  std::size_t neuron_count = 0;                  // neurons: length of the list
  std::size_t block_neurons = 0;                 // neurons: per stripe
  std::int64_t bytes_per_neuron = 0;             // neurons: of one trial, all requests
};

/// Splits the requests of a pass into families, in the order of their first requests.
/// Throws Error(plugin) for groups that cannot be delivered together, Error(memory) when a single
/// neuron's trial does not fit the budget.
std::vector<Family> make_families(const std::vector<Request>& requests, std::uint64_t budget);

std::size_t stripe_count(const Family& family);

/// Steps per chunk of a unit in stripes of trials: as many as fit the wish or the budget, whole
/// bins, whole stored chunks where possible.
std::int64_t steps_per_chunk(const std::vector<const Request*>& unit, std::uint64_t budget,
                             std::int64_t stored_chunk_steps);

inline constexpr std::uint64_t default_chunk_bytes = 16ull << 20;

}  // namespace v1::analysis
