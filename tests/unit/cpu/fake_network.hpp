#pragma once
#include <v1e/network.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "tests/unit/kernels/cells.hpp"

namespace v1::test {

/// A network made by hand, with the view a backend sees. Weights count in units of 1/1000 pA.
class FakeNetwork {
 public:
  FakeNetwork(double dt_ms, std::uint32_t receptors) : dt_ms_(dt_ms), exponent_(receptors, 0) {}
  FakeNetwork(const FakeNetwork&) = delete;

  NeuronType& add_type(const Cell& cell, bool exact) {
    types_.push_back(std::make_unique<NeuronType>(cell, dt_ms_, exact));
    return *types_.back();
  }
  void add_neuron(std::uint16_t type) {
    neuron_type_.push_back(type);
    neuron_id_.push_back(static_cast<std::uint32_t>(1000 + 2 * neuron_id_.size()));
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(neuron_type_.size()); }

  struct Edge {
    std::uint32_t source, target, receptor;
    double weight_pa;
    std::uint32_t delay_steps;
  };
  /// Returns the view for further settings (stream, count thresholds); valid for good.
  v1e_edge_block& add_block(const std::string& name, std::uint32_t source_kind,
                            std::uint32_t current_class, std::uint32_t sources,
                            const std::vector<Edge>& edges);
  void use_wide_sums() { accumulator_bits_ = 64; }

  const v1e_network& view();

 private:
  static constexpr std::uint32_t target_bits = 20;
  struct Block {
    std::string name;
    v1e_edge_block view{};
    std::vector<std::uint32_t> source_id, address;
    std::vector<std::int64_t> row_ptr;
    std::vector<std::int32_t> weight;
  };
  std::uint16_t kind_of(std::uint32_t delay_steps, std::uint32_t receptor);
  static v1e_status rows(void* ctx, std::uint32_t block, std::int64_t row_begin,
                         std::int64_t max_rows, v1e_rows* out, v1e_error* err) noexcept;

  double dt_ms_;
  std::uint32_t accumulator_bits_ = 32;
  std::vector<std::int32_t> exponent_;
  std::vector<std::unique_ptr<NeuronType>> types_;
  std::vector<const v1e_neuron_type*> type_views_;
  std::vector<std::uint16_t> neuron_type_;
  std::vector<std::uint32_t> neuron_id_;
  std::vector<v1e_synapse_kind> kinds_;
  std::deque<Block> blocks_;
  std::vector<const v1e_edge_block*> block_views_;
  v1e_network view_{};
};

}  // namespace v1::test
