#pragma once
#include <v1e/network.h>

#include <cstdint>

/// The words of v1e_rows.address.
namespace v1e {

/// Splits a word into the position of the target neuron and the synapse kind.
class AddressBits {
 public:
  explicit AddressBits(const v1e_network& network)
      : bits_(network.target_bits), mask_((1u << network.target_bits) - 1u) {}
  std::uint32_t target(std::uint32_t word) const { return word & mask_; }
  std::uint32_t kind(std::uint32_t word) const { return word >> bits_; }

 private:
  std::uint32_t bits_, mask_;
};

}  // namespace v1e
