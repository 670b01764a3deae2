#include "engine/simulate/prepared_network.hpp"

#include <algorithm>
#include <numeric>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"

namespace v1::simulate {
namespace {

using network::EdgeBlock;
using network::SourceKind;

// Kinds are shared by all blocks, but in scheme billeh-tf the delay of a synapse depends on
// whether its source is a neuron.
struct KindUse {
  bool by_neurons = false;
  bool by_inputs = false;
};

std::vector<KindUse> find_uses(const network::Network& network) {
  std::vector<KindUse> uses(network.synapse_kinds.size());
  for (const EdgeBlock& block : network.blocks) {
    const bool neurons = block.source_kind == SourceKind::neurons;
    for (std::size_t e = 0; e < block.edge_count(); ++e) {
      const std::uint16_t kind = block.address.kind(e);
      (neurons ? uses[kind].by_neurons : uses[kind].by_inputs) = true;
    }
  }
  return uses;
}

}  // namespace

PreparedNetwork::PreparedNetwork(const network::Network& network,
                                 const config::SimulationConfig& simulation,
                                 std::vector<BlockDrive> drives)
    : network_(&network), drives_(std::move(drives)) {
  std::vector<std::uint32_t> multiplicity;
  for (const BlockDrive& drive : drives_) multiplicity.push_back(drive.max_multiplicity);
  scale_ = choose_scale(network, multiplicity);
  prepare_types(simulation);
  prepare_kinds(simulation);
  prepare_blocks();
  finish_view(simulation.dt_ms);
}

void PreparedNetwork::prepare_types(const config::SimulationConfig& simulation) {
  for (const network::NodeType& type : network_->types) {
    try {
      types_.push_back(std::make_unique<Propagators>(type, simulation.dt_ms, simulation.scheme));
    } catch (const Error& e) {  // a model that the scheme does not serve
      throw error(e.code(), "{}{}", place_prefix(simulation.scheme_where), e.what());
    }
    type_views_.push_back(&types_.back()->view());
    const bool never_reset = simulation.scheme == config::Scheme::billeh_tf &&
                             simulation.reset == config::ResetRule::hard &&
                             static_cast<float>(type.t_ref_ms) <= simulation.dt_ms;
    if (never_reset) never_reset_types_.push_back(type.id);
  }
}

// Scheme billeh-tf delays spikes of neurons and of inputs by different rules, so a kind that both
// use is split: neurons keep it, inputs get one of their own at the end.
void PreparedNetwork::prepare_kinds(const config::SimulationConfig& simulation) {
  const std::vector<KindUse> uses = find_uses(*network_);
  double longest_ms = 0.0;
  for (std::size_t k = 0; k < uses.size(); ++k) {
    if (uses[k].by_neurons) longest_ms = std::max(longest_ms, network_->synapse_kinds[k].delay_ms);
  }
  const double kept_ms = longest_kept_delay(longest_ms);
  const auto finished = [&](const network::SynapseKind& kind, bool from_neurons) {
    try {
      return v1e_synapse_kind{
          delay_steps(kind.delay_ms, simulation.dt_ms, simulation.scheme, from_neurons, kept_ms),
          kind.receptor};
    } catch (const Error& e) {
      throw error(e.code(), "{}{}", place_prefix(simulation.dt_where), e.what());
    }
  };
  for (std::size_t k = 0; k < uses.size(); ++k) {
    const network::SynapseKind& kind = network_->synapse_kinds[k];
    const bool used = uses[k].by_neurons || uses[k].by_inputs;
    kinds_.push_back(used ? finished(kind, uses[k].by_neurons)
                          : v1e_synapse_kind{1, kind.receptor});
  }
  if (simulation.scheme != config::Scheme::billeh_tf) return;
  std::vector<std::uint16_t> kind_of_inputs(uses.size());
  std::iota(kind_of_inputs.begin(), kind_of_inputs.end(), std::uint16_t{0});
  for (std::size_t k = 0; k < uses.size(); ++k) {
    if (!uses[k].by_neurons || !uses[k].by_inputs) continue;
    kind_of_inputs[k] = static_cast<std::uint16_t>(kinds_.size());
    kinds_.push_back(finished(network_->synapse_kinds[k], false));
  }
  if (kinds_.size() > network::SynapseAddresses::most_kinds(network_->neurons.size())) {
    throw error(ExitCode::config,
                "network '{}': {} neurons leave no room for the {} combinations of delay and "
                "receptor that scheme billeh-tf needs to tell neurons and inputs apart",
                network_->name, network_->neurons.size(), kinds_.size());
  }
  if (kinds_.size() > uses.size()) give_inputs_own_kinds(kind_of_inputs);
}

void PreparedNetwork::give_inputs_own_kinds(const std::vector<std::uint16_t>& kind_of_inputs) {
  own_addresses_.resize(network_->blocks.size());
  for (std::size_t b = 0; b < network_->blocks.size(); ++b) {
    const EdgeBlock& block = network_->blocks[b];
    if (block.source_kind == SourceKind::neurons) continue;
    network::SynapseAddresses& own = own_addresses_[b].emplace(block.address);
    for (std::size_t e = 0; e < block.edge_count(); ++e) {
      own.set(e, own.target(e), kind_of_inputs[own.kind(e)]);
    }
  }
}

const network::SynapseAddresses& PreparedNetwork::addresses(std::size_t block) const {
  const bool own = block < own_addresses_.size() && own_addresses_[block];
  return own ? *own_addresses_[block] : network_->blocks[block].address;
}

void PreparedNetwork::prepare_blocks() {
  for (std::size_t b = 0; b < network_->blocks.size(); ++b) {
    const EdgeBlock& block = network_->blocks[b];
    const BlockDrive& drive = drives_[b];
    QuantizedWeights quantized = quantize(*network_, block, scale_);
    rounded_to_zero_ += quantized.rounded_to_zero;
    weights_.push_back(std::move(quantized.weight));

    v1e_edge_block view{};
    view.struct_size = sizeof view;
    view.source_kind = static_cast<std::uint32_t>(drive.given_events ? network::SourceKind::events
                                                                     : block.source_kind);
    view.name = block.name.c_str();
    view.current_class = static_cast<std::uint32_t>(block.current_class);
    view.random_stream = drive.random_stream;
    view.source_count = static_cast<std::int64_t>(block.source_count());
    view.edge_count = static_cast<std::int64_t>(block.edge_count());
    view.source_id = block.source_id.data();
    for (std::size_t e = 0; e < block.edge_count(); ++e) {
      view.max_delay_steps =
          std::max(view.max_delay_steps, kinds_[addresses(b).kind(e)].delay_steps);
    }
    view.max_multiplicity = drive.max_multiplicity;
    view.draw_every_steps = drive.draw_every_steps;
    view.count_threshold_count = static_cast<std::uint32_t>(drive.count_thresholds.size());
    view.count_thresholds = drive.count_thresholds.data();
    blocks_.push_back(view);
  }
  for (const v1e_edge_block& block : blocks_) block_views_.push_back(&block);
}

void PreparedNetwork::finish_view(double dt_ms) {
  view_.struct_size = sizeof view_;
  view_.block_count = static_cast<std::uint32_t>(blocks_.size());
  view_.ctx = this;
  view_.content_hash = network_->content_hash;
  view_.neuron_count = static_cast<std::int64_t>(network_->neurons.size());
  view_.dt_ms = dt_ms;
  view_.type_count = static_cast<std::uint32_t>(types_.size());
  view_.receptor_count = static_cast<std::uint32_t>(scale_.exponent.size());
  view_.synapse_kind_count = static_cast<std::uint32_t>(kinds_.size());
  for (const v1e_edge_block& block : blocks_) {
    view_.max_delay_steps = std::max(view_.max_delay_steps, block.max_delay_steps);
  }
  view_.accumulator_bits = static_cast<std::uint32_t>(scale_.accumulator_bits);
  view_.target_bits = network::SynapseAddresses::bits_for(network_->neurons.size());
  view_.weight_exponent = scale_.exponent.data();
  view_.types = type_views_.data();
  view_.synapse_kinds = kinds_.data();
  view_.neuron_type = network_->neurons.type.data();
  view_.neuron_id = network_->neurons.id.data();
  view_.blocks = block_views_.data();
  view_.rows = &PreparedNetwork::rows;
}

std::uint64_t PreparedNetwork::synapse_count() const {
  std::uint64_t total = 0;
  for (const EdgeBlock& block : network_->blocks) total += block.edge_count();
  return total;
}

v1e_status PreparedNetwork::rows(void* ctx, std::uint32_t block, std::int64_t row_begin,
                                 std::int64_t max_rows, v1e_rows* out, v1e_error*) noexcept {
  const auto& self = *static_cast<const PreparedNetwork*>(ctx);
  if (block >= self.blocks_.size() || row_begin < 0 || max_rows < 0) return V1E_E_INVALID;
  const EdgeBlock& edges = self.network_->blocks[block];
  const auto sources = static_cast<std::int64_t>(edges.source_count());
  if (row_begin > sources) return V1E_E_INVALID;
  out->row_begin = row_begin;
  out->row_count = std::min(max_rows, sources - row_begin);
  out->row_ptr = edges.row_ptr.data() + row_begin;
  out->address = self.addresses(block).words().data();
  out->weight = self.weights_[block].data();
  return V1E_OK;
}

}  // namespace v1::simulate
