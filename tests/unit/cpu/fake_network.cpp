#include "tests/unit/cpu/fake_network.hpp"

#include <algorithm>
#include <cmath>

namespace v1::test {

std::uint16_t FakeNetwork::kind_of(std::uint32_t delay_steps, std::uint32_t receptor) {
  for (std::size_t k = 0; k < kinds_.size(); ++k) {
    if (kinds_[k].delay_steps == delay_steps && kinds_[k].receptor == receptor) {
      return static_cast<std::uint16_t>(k);
    }
  }
  kinds_.push_back({delay_steps, receptor});
  return static_cast<std::uint16_t>(kinds_.size() - 1);
}

v1e_edge_block& FakeNetwork::add_block(const std::string& name, std::uint32_t source_kind,
                                       std::uint32_t current_class, std::uint32_t sources,
                                       const std::vector<Edge>& edges) {
  Block& block = blocks_.emplace_back();
  block.name = name;
  std::vector<Edge> sorted = edges;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Edge& a, const Edge& b) { return a.source < b.source; });
  block.row_ptr.assign(sources + 1, 0);
  for (const Edge& edge : sorted) {
    ++block.row_ptr[edge.source + 1];
    block.address.push_back(static_cast<std::uint32_t>(kind_of(edge.delay_steps, edge.receptor))
                                << target_bits |
                            edge.target);
    block.weight.push_back(
        static_cast<std::int32_t>(std::lround(edge.weight_pa * NeuronType::units_per_pa)));
    block.view.max_delay_steps = std::max(block.view.max_delay_steps, edge.delay_steps);
  }
  for (std::uint32_t s = 0; s < sources; ++s) {
    block.row_ptr[s + 1] += block.row_ptr[s];
    block.source_id.push_back(s);
  }
  block.view.struct_size = sizeof block.view;
  block.view.source_kind = source_kind;
  block.view.name = block.name.c_str();
  block.view.current_class = current_class;
  block.view.source_count = sources;
  block.view.edge_count = static_cast<std::int64_t>(sorted.size());
  block.view.source_id = block.source_id.data();
  block.view.max_multiplicity = 64;
  block.view.draw_every_steps = 1;
  return block.view;
}

const v1e_network& FakeNetwork::view() {
  type_views_.clear();
  block_views_.clear();
  view_ = {};
  for (const auto& type : types_) type_views_.push_back(&type->view());
  for (const Block& block : blocks_) {
    block_views_.push_back(&block.view);
    view_.max_delay_steps = std::max(view_.max_delay_steps, block.view.max_delay_steps);
  }
  view_.struct_size = sizeof view_;
  view_.block_count = static_cast<std::uint32_t>(blocks_.size());
  view_.ctx = this;
  view_.neuron_count = size();
  view_.dt_ms = dt_ms_;
  view_.type_count = static_cast<std::uint32_t>(types_.size());
  view_.receptor_count = static_cast<std::uint32_t>(exponent_.size());
  view_.synapse_kind_count = static_cast<std::uint32_t>(kinds_.size());
  view_.accumulator_bits = accumulator_bits_;
  view_.target_bits = target_bits;
  view_.weight_exponent = exponent_.data();
  view_.types = type_views_.data();
  view_.synapse_kinds = kinds_.data();
  view_.neuron_type = neuron_type_.data();
  view_.neuron_id = neuron_id_.data();
  view_.blocks = block_views_.data();
  view_.rows = &FakeNetwork::rows;
  return view_;
}

v1e_status FakeNetwork::rows(void* ctx, std::uint32_t block, std::int64_t row_begin,
                             std::int64_t max_rows, v1e_rows* out, v1e_error*) noexcept {
  const auto& self = *static_cast<FakeNetwork*>(ctx);
  const Block& edges = self.blocks_[block];
  // Few rows at a time, so that readers have to ask again.
  out->row_begin = row_begin;
  out->row_count = std::min<std::int64_t>({max_rows, 100, edges.view.source_count - row_begin});
  out->row_ptr = edges.row_ptr.data() + row_begin;
  out->address = edges.address.data();
  out->weight = edges.weight.data();
  return V1E_OK;
}

}  // namespace v1::test
