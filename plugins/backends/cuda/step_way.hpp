#pragma once
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

namespace v1::cuda {

/// How a device goes about a step. All ways give the same bits and leave the same state behind.
/// Instances whose numbers are not float and int32 (has_ways) have the usual one only.
struct Way {
  enum class Step : std::uint8_t { two_launches, one_launch };
  /// streaming: state is the first to go from the second-level cache, so that input sums and
  /// synapses stay. persisting: a part of the cache is kept for the input sums.
  enum class State : std::uint8_t { cached, streaming, persisting };
  Step step = Step::two_launches;
  State state = State::cached;

  auto operator<=>(const Way&) const = default;
};

template <class Real, class Sum>
inline constexpr bool has_ways = std::is_same_v<Real, float>&& std::is_same_v<Sum, std::int32_t>;

/// As the parameters of the plugin have them; a last word "fastest" stands for all before it.
inline constexpr const char* step_words[] = {"two-launches", "one-launch", "fastest"};
inline constexpr const char* state_words[] = {"cached", "streaming", "persisting", "fastest"};

/// "one-launch, streaming"
std::string name_of(Way way);

/// The ways that two such words ask for, the usual one first.
std::vector<Way> ways_of(std::uint32_t step_word, std::uint32_t state_word);

std::vector<Way> all_ways();

/// For how many steps to come input events may be drawn when one is updated.
std::uint32_t steps_ahead(const std::vector<Way>& ways);

}  // namespace v1::cuda
