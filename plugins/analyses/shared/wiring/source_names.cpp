#include "plugins/analyses/shared/wiring/source_names.hpp"

#include <algorithm>

#include "plugins/analyses/shared/wiring/lgn_block.hpp"

namespace v1::analyses {

std::vector<std::string> source_names(const v1e::Dataset& dataset) {
  const v1e_network& network = *dataset.raw().network;
  int lgns = 0;
  for (std::uint32_t b = 0; b < network.block_count; ++b) lgns += is_lgn(dataset, b) ? 1 : 0;
  std::vector<std::string> out;
  for (std::uint32_t b = 0; b < network.block_count; ++b) {
    const v1e_edge_block& block = *network.blocks[b];
    const std::string called = block.name;
    if (block.current_class == V1E_CURRENT_BACKGROUND) {
      out.emplace_back("background");
    } else if (block.source_kind == V1E_SOURCE_NEURONS) {
      out.emplace_back("");
    } else if (is_lgn(dataset, b)) {
      out.push_back(lgns > 1 ? "LGN unit of " + called : "LGN unit");
    } else {
      out.push_back("input " + called);
    }
  }
  return out;
}

std::size_t place_of(const std::string& name, std::vector<std::string>& names) {
  const auto known = std::find(names.begin(), names.end(), name);
  if (known != names.end()) return static_cast<std::size_t>(known - names.begin());
  names.push_back(name);
  return names.size() - 1;
}

}  // namespace v1::analyses
