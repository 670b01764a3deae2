#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/network/network.hpp"

namespace v1::recording {

/// Spike counts over finished trials, of all neurons and sources, stored or not.
struct Totals {
  std::uint32_t trials = 0;
  std::vector<std::uint64_t> populations;  // by Neurons::populations
  std::vector<std::uint64_t> types;        // by Network::types
  std::vector<std::uint64_t> blocks;       // by Network::blocks; events of sources

  void add(const Totals& other);
  std::uint64_t neuron_spikes() const;
};

Totals empty_totals(const network::Network& network);

/// Mean rate in Hz by NodeType::population ("e23"), and by SONATA population where the two names
/// differ. 0 before the first trial has finished.
std::map<std::string, double> mean_rates_hz(const Totals& totals, const network::Network& network,
                                            double trial_ms);

}  // namespace v1::recording
