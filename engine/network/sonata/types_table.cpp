#include "engine/network/sonata/types_table.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <fstream>

#include "engine/base/byte_order_mark.hpp"
#include "engine/base/distinct_columns.hpp"
#include "engine/base/error.hpp"
#include "engine/base/special_file.hpp"
#include "engine/base/split_quoted.hpp"
#include "engine/base/text.hpp"

namespace v1::network::sonata {
namespace {

struct Line {
  std::size_t number;
  std::string text;
};

std::vector<Line> read_lines(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) {
    throw error(ExitCode::data, "{}: is a folder; expected a table of text", path.string());
  }
  refuse_special_file(path);
  std::ifstream stream(path);
  if (!stream) {
    throw error(ExitCode::data, "{}: cannot be opened; check the path in the circuit config",
                path.string());
  }
  std::vector<Line> lines;
  std::string text;
  for (std::size_t number = 1; std::getline(stream, text); ++number) {
    if (!text.empty() && text.back() == '\r') text.pop_back();
    if (number == 1) text.erase(0, byte_order_mark(text));
    if (text.find('\0') != std::string::npos) {
      throw error(ExitCode::data, "{}:{}: holds zero bytes; expected a table of UTF-8 text",
                  path.string(), number);
    }
    if (std::count(text.begin(), text.end(), '"') % 2 != 0) {
      throw error(ExitCode::data,
                  "{}:{}: a quote is opened and not closed; a quote inside a quoted field is "
                  "written twice",
                  path.string(), number);
    }
    if (!trim(text).empty()) lines.push_back({number, text});
  }
  return lines;
}

using Table = std::vector<std::vector<std::string>>;

Table split_all(const std::vector<Line>& lines, char separator, bool merge_runs) {
  Table table;
  table.reserve(lines.size());
  for (const Line& line : lines) table.push_back(split_quoted(line.text, separator, merge_runs));
  return table;
}

bool rows_fit_header(const Table& table) {
  return std::all_of(table.begin(), table.end(),
                     [&](const auto& row) { return row.size() <= table.front().size(); });
}

bool all_rows_are_full(const Table& table) {
  return std::all_of(table.begin(), table.end(),
                     [&](const auto& row) { return row.size() == table.front().size(); });
}

// One blank, as written by the standard's tools; commas or tabs where the header has no blank.
char separator_of(const std::string& header) {
  if (header.find(' ') != std::string::npos) return ' ';
  if (header.find('\t') != std::string::npos) return '\t';
  return header.find(',') != std::string::npos ? ',' : ' ';
}

}  // namespace

bool is_missing(std::string_view cell) {
  if (cell.empty()) return true;
  if (cell.size() != 3 && cell.size() != 4) return false;
  std::string upper(cell);
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return upper == "NULL" || upper == "NONE" || upper == "NAN";
}

TypesTable TypesTable::read(const std::filesystem::path& path) {
  const std::vector<Line> lines = read_lines(path);
  if (lines.empty()) {
    throw error(ExitCode::data, "{}: is empty; expected a header line with column names",
                path.string());
  }
  const char separator = separator_of(lines.front().text);
  Table table = split_all(lines, separator, false);
  if (separator == ' ' && !rows_fit_header(table)) {
    Table merged = split_all(lines, separator, true);
    if (all_rows_are_full(merged)) table = std::move(merged);
  }
  TypesTable result;
  result.path_ = path;
  result.columns_ = std::move(table.front());
  check_distinct_columns(result.columns_,
                         fmt::format("{}:{}", path.string(), lines.front().number));
  for (std::size_t i = 1; i < table.size(); ++i) {
    if (table[i].size() > result.columns_.size()) {
      throw error(ExitCode::data,
                  "{}:{}: {} fields, but the header names {} columns; fields are separated by one "
                  "space, and a field that contains spaces needs quotes",
                  path.string(), lines[i].number, table[i].size(), result.columns_.size());
    }
    table[i].resize(result.columns_.size());
    result.cells_.push_back(std::move(table[i]));
    result.lines_.push_back(lines[i].number);
  }
  return result;
}

bool TypesTable::has(std::string_view column) const {
  return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
}

std::optional<std::string> TypesTable::text(std::size_t row, std::string_view column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found == columns_.end()) return std::nullopt;
  const std::string& cell = cells_.at(row)[static_cast<std::size_t>(found - columns_.begin())];
  if (is_missing(cell)) return std::nullopt;
  return cell;
}

std::optional<double> TypesTable::number(std::size_t row, std::string_view column) const {
  const auto cell = text(row, column);
  if (!cell) return std::nullopt;
  double value = 0.0;
  const char* first = cell->data() + (cell->front() == '+' ? 1 : 0);
  const char* last = cell->data() + cell->size();
  const auto [end, status] = std::from_chars(first, last, value);
  if (status != std::errc() || end != last || !std::isfinite(value)) {
    throw error(ExitCode::data, "{}: column '{}' must be a number, found '{}'", where(row), column,
                *cell);
  }
  return value;
}

std::optional<std::int64_t> TypesTable::integer(std::size_t row, std::string_view column) const {
  const auto value = number(row, column);
  if (!value) return std::nullopt;
  if (*value != std::floor(*value) || std::fabs(*value) > 9e15) {
    throw error(ExitCode::data, "{}: column '{}' must be an integer, found '{}'", where(row),
                column, text(row, column).value_or(""));
  }
  return static_cast<std::int64_t>(*value);
}

std::unordered_map<std::int64_t, std::size_t> TypesTable::index_by(
    std::string_view key_column) const {
  if (!has(key_column)) {
    throw error(ExitCode::data,
                "{}: no column '{}'{}; the file needs one row per type, with its id",
                path_.string(), key_column,
                columns_.size() == 1 && columns_[0].find_first_of(";|:") != std::string::npos
                    ? "; fields are separated by one space, commas or tabs"
                    : did_you_mean(key_column, columns_));
  }
  std::unordered_map<std::int64_t, std::size_t> index;
  for (std::size_t row = 0; row < rows(); ++row) {
    const auto id = integer(row, key_column);
    if (!id) {
      throw error(ExitCode::data, "{}: column '{}' must be an integer, found ''", where(row),
                  key_column);
    }
    if (!index.emplace(*id, row).second) {
      throw error(ExitCode::data, "{}: {} {} appears twice; remove one of the rows", where(row),
                  key_column, *id);
    }
  }
  return index;
}

std::string TypesTable::where(std::size_t row) const {
  return fmt::format("{}:{}", path_.string(), lines_.at(row));
}

}  // namespace v1::network::sonata
