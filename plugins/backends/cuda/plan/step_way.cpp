#include "plugins/backends/cuda/plan/step_way.hpp"

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
  const std::string step = step_words[static_cast<std::size_t>(way.step) + 1];
  if (way.is_one_kernel()) return step;
  return step + ", " + state_words[static_cast<std::size_t>(way.state)];
}

WantedWays ways_of(std::uint32_t step_word, std::uint32_t state_word) {
  constexpr std::uint32_t any = std::size(step_words) - 1;
  WantedWays wanted = {{}, step_word == 0};
  for (const std::uint32_t step : meant_by("step", step_words, step_word == 0 ? any : step_word)) {
    if (step == 0) continue;  // "auto" is no step
    for (const std::uint32_t state : meant_by("state", state_words, state_word)) {
      Way way = {static_cast<Way::Step>(step - 1), static_cast<Way::State>(state)};
      // How long these take has not been measured on a device yet.
      if (wanted.by_size && way.step == Way::Step::on_chip) continue;
      // State that stays on the chip asks nothing of the cache.
      if (way.is_one_kernel()) way.state = Way::State::cached;
      if (std::find(wanted.ways.begin(), wanted.ways.end(), way) == wanted.ways.end()) {
        wanted.ways.push_back(way);
      }
    }
  }
  return wanted;
}

// Measured on an H100 (docs/performance.md): one launch was best where all lanes move 0.4 to 18 MB
// in a step, state on the chip where they move 42 or 45 MB.
std::vector<Way::Step> suitable_steps(std::uint64_t moved_bytes, std::uint64_t cache_bytes) {
  using Step = Way::Step;
  if (moved_bytes > cache_bytes / 2) {
    return {Step::resident, Step::one_launch, Step::two_launches};
  }
  return {Step::one_launch, Step::two_launches, Step::resident};
}

std::vector<Way> with_step(const std::vector<Way>& ways, const std::vector<Way::Step>& steps) {
  for (const Way::Step step : steps) {
    std::vector<Way> chosen;
    std::copy_if(ways.begin(), ways.end(), std::back_inserter(chosen),
                 [&](Way way) { return way.step == step; });
    if (!chosen.empty()) return chosen;
  }
  return ways;
}

std::vector<Way> all_ways() {
  return ways_of(std::size(step_words) - 1, std::size(state_words) - 1).ways;
}

std::uint32_t steps_ahead(const std::vector<Way>& ways) {
  const bool two = std::any_of(ways.begin(), ways.end(),
                               [](Way way) { return way.step != Way::Step::two_launches; });
  return two ? 2 : 1;
}

}  // namespace v1::cuda
