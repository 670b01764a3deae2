#include "tests/unit/analyses/wired_network.hpp"

#include <algorithm>
#include <cmath>

namespace v1::analysis {

WiredNetwork::WiredNetwork(network::Network& neurons, double dt_ms) : neurons_(neurons) {
  view_.struct_size = sizeof view_;
  view_.ctx = this;
  view_.neuron_count = static_cast<std::int64_t>(neurons.neurons.size());
  view_.dt_ms = dt_ms;
  for (std::uint32_t r = 0; r < receptors; ++r) kinds_.push_back({1, r});
  exponents_.assign(receptors, exponent);
  for (std::uint32_t r = 0; r < receptors; ++r) {
    psc_receptor_.push_back(r);
    psc_increment_.push_back(std::exp(1.0) / tau_ms(r));
    psc_decay_m1_.push_back(std::expm1(-dt_ms / tau_ms(r)));
    psc_step_.push_back(dt_ms * std::exp(-dt_ms / tau_ms(r)));
  }
  type_.struct_size = sizeof type_;
  type_.psc_count = receptors;
  type_.psc_receptor = psc_receptor_.data();
  type_.psc_increment = psc_increment_.data();
  type_.psc_decay_m1 = psc_decay_m1_.data();
  type_.psc_step = psc_step_.data();
  types_.assign(neurons.types.size(), &type_);
  view_.types = types_.data();
  view_.type_count = static_cast<std::uint32_t>(types_.size());
  view_.receptor_count = receptors;
  view_.synapse_kind_count = receptors;
  view_.synapse_kinds = kinds_.data();
  view_.weight_exponent = exponents_.data();
  view_.rows = rows;
}

WiredNetwork::~WiredNetwork() = default;

std::size_t WiredNetwork::add_block(const std::string& name, network::SourceKind kind,
                                    network::CurrentClass current, std::uint32_t sources) {
  network::EdgeBlock block;
  block.name = name;
  block.source_kind = kind;
  block.current_class = current;
  for (std::uint32_t i = 0; i < sources; ++i) block.source_id.push_back(i);
  neurons_.blocks.push_back(block);
  edges_.emplace_back();
  return edges_.size() - 1;
}

void WiredNetwork::add(std::size_t block, std::uint32_t source, std::uint32_t target,
                       double weight_pa, std::uint32_t receptor) {
  edges_[block].push_back({source, target, receptor, weight_pa});
}

const v1e_network* WiredNetwork::finish() {
  for (std::size_t b = 0; b < edges_.size(); ++b) finish_block(b);
  for (const v1e_edge_block& block : blocks_) block_pointers_.push_back(&block);
  view_.target_bits = target_bits;
  view_.block_count = static_cast<std::uint32_t>(blocks_.size());
  view_.blocks = block_pointers_.data();
  return &view_;
}

void WiredNetwork::finish_block(std::size_t b) {
  const network::EdgeBlock& named = neurons_.blocks[b];
  std::vector<Edge>& edges = edges_[b];
  std::stable_sort(edges.begin(), edges.end(), [](const Edge& x, const Edge& y) {
    return std::pair(x.source, x.target) < std::pair(y.source, y.target);
  });
  Rows& rows = stored_.emplace_back();
  std::size_t e = 0;
  for (std::uint32_t source = 0; source < named.source_id.size(); ++source) {
    for (; e < edges.size() && edges[e].source == source; ++e) {
      rows.address.push_back(edges[e].receptor << target_bits | edges[e].target);
      rows.weight.push_back(
          static_cast<std::int32_t>(std::lround(std::ldexp(edges[e].weight_pa, exponent))));
    }
    rows.row_ptr.push_back(static_cast<std::int64_t>(rows.address.size()));
  }
  v1e_edge_block block{};
  block.struct_size = sizeof block;
  block.source_kind = static_cast<std::uint32_t>(named.source_kind);
  block.current_class = static_cast<std::uint32_t>(named.current_class);
  block.name = named.name.c_str();
  block.source_count = static_cast<std::int64_t>(named.source_id.size());
  block.edge_count = static_cast<std::int64_t>(rows.address.size());
  block.source_id = named.source_id.data();
  blocks_.push_back(block);
}

// Hands out two rows at a time, so that results are merged from several slices.
v1e_status WiredNetwork::rows(void* ctx, std::uint32_t block, std::int64_t begin,
                              std::int64_t max_rows, v1e_rows* out, v1e_error*) noexcept {
  const Rows& rows = static_cast<WiredNetwork*>(ctx)->stored_.at(block);
  const auto count = static_cast<std::int64_t>(rows.row_ptr.size()) - 1;
  out->row_begin = begin;
  out->row_count = std::min({max_rows, count - begin, std::int64_t{2}});
  out->row_ptr = rows.row_ptr.data() + begin;
  out->address = rows.address.data();
  out->weight = rows.weight.data();
  return V1E_OK;
}

}  // namespace v1::analysis
