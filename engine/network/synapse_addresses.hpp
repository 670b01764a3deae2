#pragma once
#include <bit>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace v1::network {

/// Where synapses lead: target and kind in one word, kind << target_bits | target, so that a
/// synapse takes 8 bytes with its weight. target_bits is just wide enough for the network.
class SynapseAddresses {
 public:
  SynapseAddresses() = default;  // of a network with two neurons at most
  explicit SynapseAddresses(std::size_t neurons) : bits_(bits_for(neurons)) {}

  static constexpr std::uint32_t bits_for(std::size_t neurons) {
    return neurons < 2 ? 1u : static_cast<std::uint32_t>(std::bit_width(neurons - 1));
  }
  /// How many kinds fit into the rest of the word (and into an index of 16 bits).
  static constexpr std::uint32_t most_kinds(std::size_t neurons) {
    const std::uint32_t bits = bits_for(neurons);
    return bits <= 16 ? 1u << 16 : bits < 32 ? 1u << (32 - bits) : 1u;
  }

  std::uint32_t target_bits() const { return bits_; }
  std::size_t size() const { return words_.size(); }
  std::uint32_t target(std::size_t synapse) const { return words_[synapse] & mask(); }
  std::uint16_t kind(std::size_t synapse) const {
    return static_cast<std::uint16_t>(words_[synapse] >> bits_);
  }
  std::span<const std::uint32_t> words() const { return words_; }

  /// All words at once, as words() gave them.
  void assign(std::vector<std::uint32_t> words) { words_ = std::move(words); }
  void resize(std::size_t synapses) { words_.resize(synapses); }
  void set(std::size_t synapse, std::uint32_t target, std::uint16_t kind) {
    words_[synapse] = word(target, kind);
  }
  void push_back(std::uint32_t target, std::uint16_t kind) { words_.push_back(word(target, kind)); }
  /// A synapse as it is stored in another column of the same network.
  void set_word(std::size_t synapse, std::uint32_t word) { words_[synapse] = word; }

 private:
  std::uint32_t mask() const { return (1u << bits_) - 1u; }
  std::uint32_t word(std::uint32_t target, std::uint16_t kind) const {
    return static_cast<std::uint32_t>(kind) << bits_ | target;
  }

  std::uint32_t bits_ = 1;
  std::vector<std::uint32_t> words_;
};

}  // namespace v1::network
