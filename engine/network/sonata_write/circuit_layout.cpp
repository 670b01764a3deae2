#include "engine/network/sonata_write/circuit_layout.hpp"

#include <fmt/format.h>

#include <numeric>

#include "engine/base/csv.hpp"
#include "engine/base/error.hpp"

namespace v1::network::sonata {

std::string types_cell(const std::string& text) {
  return text.empty() ? "NULL" : csv_cell(text, ' ');
}

std::string number_text(double value) { return fmt::format("{}", value); }

std::vector<std::uint64_t> node_ids(const PopulationRange& range) {
  std::vector<std::uint64_t> ids(range.end - range.begin);
  std::iota(ids.begin(), ids.end(), std::uint64_t{0});
  return ids;
}

std::vector<std::uint64_t> node_ids(const EdgeBlock& block) {
  return {block.source_id.begin(), block.source_id.end()};
}

}  // namespace v1::network::sonata
