#include "engine/network/network.hpp"

#include <algorithm>
#include <span>

#include "engine/base/hash.hpp"
#include "engine/network/lgn_mosaic.hpp"
#include "engine/network/receptors.hpp"

namespace v1::network {
namespace {

template <class T>
std::span<const T> all(const std::vector<T>& items) {
  return items;
}

void hash_type(Hasher& hasher, const NodeType& type) {
  hasher.value(type.id).text(type.population).text(type.ei).text(type.location);
  hasher.value(type.model);
  for (const double value : {type.c_m_pf, type.g_ns, type.e_l_mv, type.v_th_mv, type.v_reset_mv,
                             type.v_init_mv, type.t_ref_ms, type.constant_current_pa}) {
    hasher.value(value);
  }
  for (const auto& pair : {type.asc_decay_per_ms, type.asc_amplitude_pa, type.asc_carry}) {
    hasher.value(pair[0]).value(pair[1]);
  }
  hasher.values(all(type.tau_syn_ms)).values(all(type.tau_syn_slow_ms)).values(all(type.amp_slow));
  if (!type.moving_threshold) return;
  const MovingThreshold& moving = *type.moving_threshold;
  for (const double value :
       {moving.spike_jump_mv, moving.spike_decay_per_ms, moving.reset_fraction, moving.reset_add_mv,
        moving.voltage_index_per_ms, moving.voltage_decay_per_ms}) {
    hasher.value(value);
  }
  hasher.value(static_cast<std::uint8_t>(moving.follows_voltage));
}

void hash_neurons(Hasher& hasher, const Neurons& neurons) {
  for (const PopulationRange& range : neurons.populations) {
    hasher.text(range.name).value(range.begin).value(range.end);
  }
  hasher.values(all(neurons.id)).values(all(neurons.type));
  hasher.values(all(neurons.x_um)).values(all(neurons.y_um)).values(all(neurons.z_um));
  hasher.values(all(neurons.tuning_angle_deg));
  hasher.value(static_cast<std::uint8_t>(neurons.has_positions));
}

void hash_block(Hasher& hasher, const EdgeBlock& block) {
  hasher.text(block.name).value(block.source_kind).value(block.current_class);
  hasher.values(all(block.source_id)).values(all(block.row_ptr));
  hasher.value(block.address.target_bits()).values(block.address.words());
  hasher.values(all(block.weight_pa));
}

void hash_mosaic(Hasher& hasher, const LgnMosaic& mosaic) {
  hasher.value(mosaic.field_width_deg).value(mosaic.field_height_deg);
  for (const std::string& name : mosaic.class_names) hasher.text(name);
  hasher.values(all(mosaic.id)).values(all(mosaic.unit_class));
  hasher.values(all(mosaic.x_deg)).values(all(mosaic.y_deg)).values(all(mosaic.spatial_size_deg));
  hasher.values(all(mosaic.dominant)).values(all(mosaic.non_dominant));
  hasher.values(all(mosaic.tuning_angle_deg)).values(all(mosaic.sf_sep_deg));
  hasher.values(all(mosaic.spontaneous_hz));
  if (!mosaic.on_off_sigma.empty()) hasher.values(all(mosaic.on_off_sigma));
}

}  // namespace

const PopulationRange& population_of(const Neurons& neurons, std::uint32_t position) {
  const auto found =
      std::find_if(neurons.populations.begin(), neurons.populations.end(),
                   [position](const PopulationRange& range) { return position < range.end; });
  return found == neurons.populations.end() ? neurons.populations.back() : *found;
}

std::optional<std::size_t> Network::find_block(const std::string& block_name) const {
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    if (blocks[b].name == block_name) return b;
  }
  return std::nullopt;
}

std::uint32_t Network::receptor_count() const {
  std::uint32_t count = 0;
  for (const NodeType& type : types) {
    count = std::max(count, network::receptor_count(type));
  }
  return count;
}

std::uint64_t hash_network(const Network& network) {
  Hasher hasher;
  hasher.value<std::uint64_t>(network.types.size());
  for (const NodeType& type : network.types) hash_type(hasher, type);
  hash_neurons(hasher, network.neurons);
  hasher.value<std::uint64_t>(network.synapse_kinds.size());
  for (const SynapseKind& kind : network.synapse_kinds) {
    hasher.value(kind.delay_ms).value(kind.receptor);
  }
  for (const EdgeBlock& block : network.blocks) hash_block(hasher, block);
  hasher.text(network.background.kind).value(network.background.rate_hz);
  if (network.lgn_mosaic) hash_mosaic(hasher, *network.lgn_mosaic);
  return hasher.digest();
}

}  // namespace v1::network
