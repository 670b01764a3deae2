#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "engine/network/network.hpp"
#include "plugin_api/include/v1e/network.h"

namespace v1::analysis {

/// A view of a network with synapses for tests of analyses: rows of sources, weights in multiples
/// of 2^-10 pA, one synapse kind per receptor.
class WiredNetwork {
 public:
  static constexpr int exponent = 10;

  /// `neurons` gets the names of the blocks and must outlive this object.
  explicit WiredNetwork(network::Network& neurons, double dt_ms = 1.0);
  ~WiredNetwork();
  WiredNetwork(const WiredNetwork&) = delete;
  WiredNetwork& operator=(const WiredNetwork&) = delete;

  static double tau_ms(std::uint32_t receptor) { return 2.0 + receptor; }

  std::size_t add_block(const std::string& name, network::SourceKind kind,
                        network::CurrentClass current, std::uint32_t sources);
  void add(std::size_t block, std::uint32_t source, std::uint32_t target, double weight_pa,
           std::uint32_t receptor = 0);

  /// Call after the last synapse.
  const v1e_network* finish();

 private:
  static constexpr std::uint32_t receptors = 4;
  static constexpr std::uint32_t target_bits = 12;
  struct Edge {
    std::uint32_t source, target, receptor;
    double weight_pa;
  };
  struct Rows {
    std::vector<std::int64_t> row_ptr{0};
    std::vector<std::uint32_t> address;
    std::vector<std::int32_t> weight;
  };

  void finish_block(std::size_t b);

  static v1e_status rows(void* ctx, std::uint32_t block, std::int64_t begin, std::int64_t max_rows,
                         v1e_rows* out, v1e_error* error) noexcept;

  network::Network& neurons_;
  std::vector<std::vector<Edge>> edges_;
  std::deque<Rows> stored_;
  std::deque<v1e_edge_block> blocks_;
  std::vector<const v1e_edge_block*> block_pointers_;
  std::vector<v1e_synapse_kind> kinds_;
  std::vector<std::int32_t> exponents_;
  std::vector<std::uint32_t> psc_receptor_;
  std::vector<double> psc_increment_, psc_decay_m1_, psc_step_;
  v1e_neuron_type type_{};
  std::vector<const v1e_neuron_type*> types_;
  v1e_network view_{};
};

}  // namespace v1::analysis
