#pragma once
#include <algorithm>
#include <string>
#include <vector>

namespace v1::analyses {

/// The cells of a line of a table with commas and no quotes.
inline std::vector<std::string> csv_cells(std::string line) {
  if (!line.empty() && line.back() == '\r') line.pop_back();
  std::vector<std::string> cells;
  std::size_t from = 0;
  while (true) {
    const std::size_t comma = line.find(',', from);
    cells.push_back(line.substr(from, comma - from));
    if (comma == std::string::npos) return cells;
    from = comma + 1;
  }
}

/// The first name that a header has twice, else "".
inline std::string repeated_name(const std::vector<std::string>& header) {
  const auto twice = std::find_if(header.begin(), header.end(), [&](const std::string& name) {
    return !name.empty() && std::count(header.begin(), header.end(), name) > 1;
  });
  return twice == header.end() ? "" : *twice;
}

}  // namespace v1::analyses
