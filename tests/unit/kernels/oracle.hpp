#pragma once
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

/// Reads tests/data/oracle/*.csv: a comment line, a header line, numbers.
namespace v1::test {

struct Table {
  std::map<std::string, std::vector<double>> columns;
  std::size_t rows = 0;

  const std::vector<double>& operator[](const std::string& name) const { return columns.at(name); }
};

inline Table read_oracle(const std::string& name) {
  const std::string path = std::string(V1_TEST_DATA) + "/oracle/" + name + ".csv";
  std::ifstream file(path);
  if (!file) throw std::runtime_error("missing " + path);
  std::string line, cell;
  std::vector<std::string> header;
  Table table;
  while (std::getline(file, line)) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream cells(line);
    std::vector<std::string> words;
    while (std::getline(cells, cell, ',')) words.push_back(cell);
    if (header.empty()) {
      header = words;
      continue;
    }
    for (std::size_t c = 0; c < header.size(); ++c) {
      table.columns[header[c]].push_back(std::stod(words.at(c)));
    }
    ++table.rows;
  }
  return table;
}

/// Steps in which the spiked column of a single-cell table is 1.
inline std::vector<int> spike_steps(const Table& table) {
  std::vector<int> steps;
  for (std::size_t i = 0; i < table.rows; ++i) {
    if (table["spiked"][i] != 0) steps.push_back(static_cast<int>(table["step"][i]));
  }
  return steps;
}

}  // namespace v1::test
