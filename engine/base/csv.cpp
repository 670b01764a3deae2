#include "engine/base/csv.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"

namespace v1 {
namespace {

std::vector<std::string> split_quoted(const std::string& line, char separator) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back() += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == separator && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

}  // namespace

CsvTable CsvTable::read(const std::filesystem::path& path, char separator) {
  std::ifstream stream(path);
  if (!stream) throw error(ExitCode::data, "{}: cannot be opened for reading", path.string());
  CsvTable table;
  table.path_ = path;
  std::string line;
  for (std::size_t number = 1; std::getline(stream, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    auto fields = split_quoted(line, separator);
    if (table.columns_.empty()) {
      table.columns_ = std::move(fields);
      continue;
    }
    if (fields.size() > table.columns_.size()) {
      throw error(ExitCode::data, "{}:{}: {} fields, but the header names {} columns",
                  path.string(), number, fields.size(), table.columns_.size());
    }
    fields.resize(table.columns_.size());
    table.cells_.push_back(std::move(fields));
    table.line_of_row_.push_back(number);
  }
  if (table.columns_.empty()) throw error(ExitCode::data, "{}: is empty", path.string());
  return table;
}

bool CsvTable::has(std::string_view column) const {
  return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
}

std::string CsvTable::where(std::size_t row) const {
  return fmt::format("{}:{}", path_.string(), line_of_row_.at(row));
}

std::size_t CsvTable::column_index(std::string_view column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found == columns_.end()) {
    throw error(ExitCode::data, "{}: no column '{}'{}", path_.string(), column,
                did_you_mean(column, columns_));
  }
  return static_cast<std::size_t>(found - columns_.begin());
}

const std::string& CsvTable::text(std::size_t row, std::string_view column) const {
  return cells_.at(row)[column_index(column)];
}

double CsvTable::number(std::size_t row, std::string_view column) const {
  const std::string& cell = text(row, column);
  double value = 0.0;
  const auto [end, status] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (status != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value)) {
    throw error(ExitCode::data, "{}:{}: column '{}' must be a number, found '{}'", path_.string(),
                line_of_row_[row], column, cell);
  }
  return value;
}

double CsvTable::number_or(std::size_t row, std::string_view column, double fallback) const {
  return text(row, column).empty() ? fallback : number(row, column);
}

long long CsvTable::integer(std::size_t row, std::string_view column) const {
  const double value = number(row, column);
  if (value != std::floor(value) || std::fabs(value) > 9e15) {
    throw error(ExitCode::data, "{}:{}: column '{}' must be an integer, found '{}'", path_.string(),
                line_of_row_[row], column, text(row, column));
  }
  return static_cast<long long>(value);
}

}  // namespace v1
