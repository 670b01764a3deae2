#include "plugins/analyses/shared/wiring/lgn_block.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>

namespace v1::analyses {
namespace {

// "lgn", "LGN", "lgn_left", "lgn2"; not "lgnesque".
bool is_named_lgn(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (!name.starts_with("lgn")) return false;
  return name.size() == 3 || !std::isalpha(static_cast<unsigned char>(name[3]));
}

bool has_filters(const v1e_dataset& dataset, const char* block) {
  for (std::uint64_t i = 0; i < dataset.input_count; ++i) {
    if (std::strcmp(dataset.input_names[i], block) != 0) continue;
    for (std::int64_t c = 0; c < dataset.input_column_counts[i]; ++c) {
      if (std::strcmp(dataset.input_columns[i][c]->name, "spatial_size") == 0) return true;
    }
  }
  return false;
}

}  // namespace

bool is_lgn(const v1e::Dataset& dataset, std::uint32_t block) {
  const v1e_edge_block& raw = *dataset.raw().network->blocks[block];
  if (raw.source_kind == V1E_SOURCE_NEURONS || raw.current_class == V1E_CURRENT_BACKGROUND) {
    return false;
  }
  return raw.source_kind == V1E_SOURCE_RATES || has_filters(dataset.raw(), raw.name) ||
         is_named_lgn(raw.name);
}

int lgn_input(const v1e::Dataset& dataset) {
  const v1e_network& network = *dataset.raw().network;
  for (std::uint32_t b = 0; b < network.block_count; ++b) {
    if (!is_lgn(dataset, b)) continue;
    const int input = dataset.input(network.blocks[b]->name);
    if (input >= 0) return input;
  }
  return -1;
}

}  // namespace v1::analyses
