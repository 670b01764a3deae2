#pragma once
#include <cstdint>

#include "kernels/philox.hpp"
#include "kernels/portable_math.hpp"
#include "kernels/streams.hpp"

/// Random numbers of the generator. Every draw belongs to a neuron or LGN unit by its id in the
/// full network, so a part of a network sees the numbers of the whole.
namespace v1::network::generator {

namespace stream {
inline constexpr std::uint32_t positions = kernels::stream::generator_first + 0;
inline constexpr std::uint32_t types = kernels::stream::generator_first + 1;
inline constexpr std::uint32_t recurrent = kernels::stream::generator_first + 2;
inline constexpr std::uint32_t lgn_fields = kernels::stream::generator_first + 3;
inline constexpr std::uint32_t lgn_connections = kernels::stream::generator_first + 4;
inline constexpr std::uint32_t sizes = kernels::stream::generator_first + 5;
inline constexpr std::uint32_t lgn_budget = kernels::stream::generator_first + 6;
inline constexpr std::uint32_t lgn_synapses = kernels::stream::generator_first + 7;
inline constexpr std::uint32_t background_wiring = kernels::stream::generator_first + 8;
inline constexpr std::uint32_t lgn_units = kernels::stream::lgn_parameters;
inline constexpr std::uint32_t selection = kernels::stream::selection;
}  // namespace stream

/// Consecutive draws of one item of a stream.
class DrawSequence {
 public:
  DrawSequence(std::uint64_t seed, std::uint32_t stream_id, std::uint32_t item,
               std::uint32_t trial = 0)
      : seed_(seed), stream_(stream_id), item_(item), trial_(trial) {}

  kernels::PhiloxWords next() { return kernels::philox4(seed_, stream_, item_, trial_, block_++); }
  /// In (0, 1).
  double uniform() {
    const kernels::PhiloxWords words = next();
    return kernels::uniform_open(words.word[0], words.word[1]);
  }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }

 private:
  std::uint64_t seed_;
  std::uint32_t stream_, item_, trial_;
  std::uint32_t block_ = 0;
};

/// Exponential with mean 1, from the first two words.
inline double exponential(const kernels::PhiloxWords& words) {
  return -kernels::portable_log(kernels::uniform_open(words.word[0], words.word[1]));
}

/// Sort key of an item in a random order: smaller first, ties by id.
inline std::uint64_t shuffle_key(std::uint64_t seed, std::uint32_t stream_id, std::uint32_t item) {
  const kernels::PhiloxWords words = kernels::philox4(seed, stream_id, item, 0, 0);
  return std::uint64_t{words.word[0]} << 32 | words.word[1];
}

}  // namespace v1::network::generator
