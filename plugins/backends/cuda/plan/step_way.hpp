#pragma once
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

namespace v1::cuda {

/// How a device goes about a step. All ways give the same bits and leave the same state behind.
/// Instances whose numbers are not float and int32 (has_ways) have the usual one only.
struct Way {
  /// resident: a window of steps is one kernel, whose blocks keep the state of their neurons.
  /// on_chip: likewise, and their input sums, for which synapses lie in an order of their own.
  enum class Step : std::uint8_t { two_launches, one_launch, resident, on_chip };
  /// streaming: state is the first to go from the second-level cache, so that input sums and
  /// synapses stay. persisting: a part of the cache is kept for the input sums.
  enum class State : std::uint8_t { cached, streaming, persisting };
  Step step = Step::two_launches;
  State state = State::cached;

  auto operator<=>(const Way&) const = default;

  /// Whether a window of steps is one kernel.
  bool is_one_kernel() const { return step == Step::resident || step == Step::on_chip; }
};

template <class Real, class Sum>
inline constexpr bool has_ways = std::is_same_v<Real, float>&& std::is_same_v<Sum, std::int32_t>;

/// As the parameters of the plugin have them. A last word "fastest" stands for all before it,
/// "auto" for the step that suits the size of the network.
inline constexpr const char* step_words[] = {"auto",     "two-launches", "one-launch",
                                             "resident", "on-chip",      "fastest"};
inline constexpr const char* state_words[] = {"cached", "streaming", "persisting", "fastest"};

/// "one-launch, streaming", "resident"
std::string name_of(Way way);

/// The ways that are wanted, the usual one first.
struct WantedWays {
  std::vector<Way> ways = {Way{}};
  bool by_size = false;  // those with the step that suits the network; else all, in turn
};
WantedWays ways_of(std::uint32_t step_word, std::uint32_t state_word);

/// Steps in the order in which they suit a network of which all lanes together move so many bytes
/// of state and input sums in a step, on a device with such a cache.
std::vector<Way::Step> suitable_steps(std::uint64_t moved_bytes, std::uint64_t cache_bytes);

/// Those of `ways` with the first of `steps` that any of them has.
std::vector<Way> with_step(const std::vector<Way>& ways, const std::vector<Way::Step>& steps);

std::vector<Way> all_ways();

/// For how many steps to come input events may be delivered when one is updated.
std::uint32_t steps_ahead(const std::vector<Way>& ways);

}  // namespace v1::cuda
