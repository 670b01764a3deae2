#include "plugins/analyses/tuning/reference_table.hpp"

#include <v1e_sdk/error.hpp>

#include <cstdlib>
#include <fstream>
#include <limits>

#include "plugins/analyses/tuning/csv_cells.hpp"

namespace v1::analyses {
namespace {

// Texts other than numbers (names of units, say) count as missing.
double number_or_nan(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  const bool whole = !text.empty() && *end == '\0';
  return whole ? value : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

ReferenceTable ReferenceTable::read(const std::string& path) {
  std::ifstream file(path);
  const auto fail = [&](const std::string& what) {
    return v1e::Error(V1E_E_IO, "reference", path + ": " + what);
  };
  if (!file) throw fail("the file cannot be read");
  ReferenceTable table;
  std::string line;
  std::size_t population = 0;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> cells = csv_cells(line);
    if (table.columns_.empty()) {
      const std::string twice = repeated_name(cells);
      if (!twice.empty()) {
        throw fail("line " + std::to_string(number) + ": two columns are named '" + twice + "'");
      }
      for (std::size_t i = 0; i < cells.size(); ++i) table.columns_[cells[i]] = i;
      if (!table.columns_.contains("population")) {
        throw fail("line " + std::to_string(number) + ": expected a column 'population'");
      }
      population = table.columns_["population"];
      continue;
    }
    if (cells.size() != table.columns_.size()) {
      throw fail("line " + std::to_string(number) + ": expected " +
                 std::to_string(table.columns_.size()) + " cells, found " +
                 std::to_string(cells.size()));
    }
    std::vector<double>& row = table.rows_[cells[population]];
    for (const std::string& cell : cells) row.push_back(number_or_nan(cell));
  }
  if (table.rows_.empty()) throw fail("it holds no rows");
  return table;
}

double ReferenceTable::value(const std::string& population, const std::string& column) const {
  const auto row = rows_.find(population);
  const auto at = columns_.find(column);
  if (row == rows_.end() || at == columns_.end()) return std::numeric_limits<double>::quiet_NaN();
  return row->second.at(at->second);
}

}  // namespace v1::analyses
