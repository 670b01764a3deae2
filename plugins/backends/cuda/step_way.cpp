#include "plugins/backends/cuda/step_way.hpp"

#include <algorithm>
#include <iterator>
#include <v1e_sdk/error.hpp>

namespace v1::cuda {
namespace {

// The numbers of the words that `word` stands for.
template <std::size_t count>
std::vector<std::uint32_t> meant_by(const char* key, const char* const (&)[count],
                                    std::uint32_t word) {
  if (word >= count) throw v1e::Error(V1E_E_INVALID, key, "there is no such choice");
  if (word + 1 < count) return {word};
  std::vector<std::uint32_t> all;
  for (std::uint32_t w = 0; w + 1 < count; ++w) all.push_back(w);
  return all;
}

}  // namespace

std::string name_of(Way way) {
  return std::string(step_words[static_cast<std::size_t>(way.step)]) + ", " +
         state_words[static_cast<std::size_t>(way.state)];
}

std::vector<Way> ways_of(std::uint32_t step_word, std::uint32_t state_word) {
  std::vector<Way> ways;
  for (const std::uint32_t step : meant_by("step", step_words, step_word)) {
    for (const std::uint32_t state : meant_by("state", state_words, state_word)) {
      ways.push_back({static_cast<Way::Step>(step), static_cast<Way::State>(state)});
    }
  }
  return ways;
}

std::vector<Way> all_ways() {
  return ways_of(std::size(step_words) - 1, std::size(state_words) - 1);
}

std::uint32_t steps_ahead(const std::vector<Way>& ways) {
  const bool two = std::any_of(ways.begin(), ways.end(),
                               [](Way way) { return way.step == Way::Step::one_launch; });
  return two ? 2 : 1;
}

}  // namespace v1::cuda
