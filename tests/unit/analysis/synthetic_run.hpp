#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "engine/analysis/run_data.hpp"

namespace v1::analysis {

/// A stored run made up in memory. State values come from a function.
class SyntheticRun : public RunData {
 public:
  using StateFunction = std::function<float(std::size_t variable, std::uint32_t trial,
                                            std::int64_t step, std::uint32_t position)>;

  SyntheticRun(network::Network network, std::uint32_t trials, std::int64_t steps);
  ~SyntheticRun() override;

  RunFacts& change() { return facts_; }
  network::Network& change_network() { return network_; }
  void add_variable(const std::string& name, const std::string& unit);
  void set_state(StateFunction state) { state_ = std::move(state); }
  void add_spike(std::uint32_t trial, std::uint32_t step, std::uint32_t position);
  void add_block_spike(std::uint32_t trial, std::uint32_t step, std::uint32_t source);

  const RunFacts& facts() const override { return facts_; }
  recording::SpikeEvents spikes(std::uint32_t trial, std::uint32_t block) const override;
  void state(std::size_t variable, std::uint32_t trial, std::int64_t begin, std::int64_t count,
             std::size_t neuron_begin, std::size_t neuron_count, float* out) const override;
  const std::vector<float>& rates(std::uint32_t trial, std::size_t index) const override;
  const v1e_network* synapses() override { return full_; }
  void set_synapses(const v1e_network* full) { full_ = full; }

 private:
  network::Network network_;
  RunFacts facts_;
  StateFunction state_;
  std::vector<recording::SpikeEvents> spikes_, block_spikes_;
  const v1e_network* full_ = nullptr;
};

/// A network of one type per name, `per_type` neurons each, without edges.
network::Network small_network(const std::vector<std::string>& populations, std::uint32_t per_type);

}  // namespace v1::analysis
