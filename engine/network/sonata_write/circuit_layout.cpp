#include "engine/network/sonata_write/circuit_layout.hpp"

#include <fmt/format.h>

#include <numeric>

#include "engine/base/error.hpp"

namespace v1::network::sonata {

std::string csv_cell(const std::string& text) {
  if (text.empty()) return "NULL";
  if (text.find_first_of(" \"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
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
