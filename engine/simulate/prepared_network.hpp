#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/config/run_config.hpp"
#include "engine/network/network.hpp"
#include "engine/simulate/background.hpp"
#include "engine/simulate/fixed_point.hpp"
#include "engine/simulate/propagators.hpp"

namespace v1::simulate {

/// A network finished for one step size and scheme: propagators, delays in steps, fixed-point
/// weights. Lends itself to backends as a v1e_network; the synapses stay in the network's store.
class PreparedNetwork {
 public:
  /// `network` must outlive this object. drives: one per block, see apply_background.
  PreparedNetwork(const network::Network& network, const config::SimulationConfig& simulation,
                  std::vector<BlockDrive> drives);

  const v1e_network& view() const { return view_; }
  const network::Network& network() const { return *network_; }
  const std::vector<BlockDrive>& drives() const { return drives_; }
  const FixedPointScale& scale() const { return scale_; }
  std::uint64_t weights_rounded_to_zero() const { return rounded_to_zero_; }
  std::uint64_t synapse_count() const;
  /// Node types whose refractory period is no longer than a step, which scheme billeh-tf never
  /// resets (a property of the published model that the scheme reproduces).
  std::vector<std::int64_t> never_reset_types() const { return never_reset_types_; }

  PreparedNetwork(const PreparedNetwork&) = delete;
  PreparedNetwork& operator=(const PreparedNetwork&) = delete;

 private:
  void prepare_types(const config::SimulationConfig& simulation);
  void prepare_kinds(const config::SimulationConfig& simulation);
  void give_inputs_own_kinds(const std::vector<std::uint16_t>& kind_of_inputs);
  /// Of the synapses of a block: those of the network's store, or its own where kinds were split.
  const network::SynapseAddresses& addresses(std::size_t block) const;
  void prepare_blocks();
  void finish_view(double dt_ms);
  static v1e_status rows(void* ctx, std::uint32_t block, std::int64_t row_begin,
                         std::int64_t max_rows, v1e_rows* out, v1e_error* err) noexcept;

  const network::Network* network_;
  std::vector<BlockDrive> drives_;
  FixedPointScale scale_;
  std::uint64_t rounded_to_zero_ = 0;
  std::vector<std::int64_t> never_reset_types_;
  std::vector<std::unique_ptr<Propagators>> types_;
  std::vector<const v1e_neuron_type*> type_views_;
  std::vector<v1e_synapse_kind> kinds_;
  std::vector<std::optional<network::SynapseAddresses>> own_addresses_;  // empty, or per block
  std::vector<std::vector<std::int32_t>> weights_;                       // per block
  std::vector<v1e_edge_block> blocks_;
  std::vector<const v1e_edge_block*> block_views_;
  v1e_network view_{};
};

}  // namespace v1::simulate
