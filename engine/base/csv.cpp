#include "engine/base/csv.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>

#include "engine/base/byte_order_mark.hpp"
#include "engine/base/distinct_columns.hpp"
#include "engine/base/error.hpp"
#include "engine/base/special_file.hpp"
#include "engine/base/split_quoted.hpp"
#include "engine/base/text.hpp"

namespace v1 {
namespace {

// Position of a field in its line, counted in characters from 1.
std::size_t field_position(const std::string& line, char separator, std::size_t field) {
  bool quoted = false;
  for (std::size_t i = 0; i < line.size() && field > 0; ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] == separator && !quoted && --field == 0) return i + 2;
  }
  return 1;
}

bool is_number(std::string_view text) {
  text = trim(text);
  double value = 0.0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  return !text.empty() && status == std::errc() && end == text.data() + text.size();
}

// Spreadsheets of many countries separate by semicolons.
char separator_in(const std::string& header, char expected) {
  if (header.find(expected) != std::string::npos) return expected;
  for (const char other : {';', '\t'}) {
    if (header.find(other) != std::string::npos) return other;
  }
  return expected;
}

// numpy.savetxt and others begin the line of the column names with '#', as a comment: names above
// a first line that has a number and as many fields.
bool names_columns(const std::vector<std::string>& comment,
                   const std::vector<std::string>& first_line) {
  return comment.size() == first_line.size() &&
         std::any_of(first_line.begin(), first_line.end(), is_number) &&
         std::none_of(comment.begin(), comment.end(),
                      [](const std::string& name) { return name.empty() || is_number(name); });
}

}  // namespace

CsvTable CsvTable::read(const std::filesystem::path& path, char separator) {
  refuse_special_file(path);
  std::ifstream stream(path);
  if (!stream) throw error(ExitCode::data, "{}: cannot be opened for reading", path.string());
  CsvTable table;
  table.path_ = path;
  table.separator_ = separator;
  std::string line, comment;
  for (std::size_t number = 1; std::getline(stream, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (number == 1) line.erase(0, byte_order_mark(line));
    if (line.empty()) continue;
    if (line.front() == '#') {
      if (table.columns_.empty()) comment = trim(std::string_view(line).substr(1));
      continue;
    }
    if (std::count(line.begin(), line.end(), '"') % 2 != 0) {
      throw error(ExitCode::data,
                  "{}:{}: a quote is opened and not closed; a quote inside a quoted field is "
                  "written twice",
                  path.string(), number);
    }
    if (table.columns_.empty()) table.separator_ = separator_in(line, separator);
    auto fields = split_quoted(line, table.separator_);
    if (table.columns_.empty()) {
      auto commented = split_quoted(comment, table.separator_);
      const bool above = names_columns(commented, fields);
      table.columns_ = above ? std::move(commented) : fields;
      table.header_line_ = number;
      check_distinct_columns(table.columns_, fmt::format("{}:{}", path.string(), number));
      if (!above) continue;
    }
    if (fields.size() != table.columns_.size()) {
      throw error(ExitCode::data, "{}:{}: {} fields, but the header names {} columns",
                  path.string(), number, fields.size(), table.columns_.size());
    }
    table.cells_.push_back(std::move(fields));
    table.line_of_row_.push_back(number);
  }
  if (table.columns_.empty()) throw error(ExitCode::data, "{}: is empty", path.string());
  return table;
}

void CsvTable::require(std::initializer_list<std::string_view> columns) const {
  for (const std::string_view column : columns) column_index(column);
}

bool CsvTable::has(std::string_view column) const {
  return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
}

std::string CsvTable::where(std::size_t row) const {
  const auto appended = where_of_row_.find(row);
  if (appended != where_of_row_.end()) return appended->second;
  return fmt::format("{}:{}", path_.string(), line_of_row_.at(row));
}

std::string CsvTable::where(std::size_t row, std::string_view column) const {
  const std::size_t index = column_index(column);
  const auto replaced = where_of_cell_.find({row, index});
  if (replaced != where_of_cell_.end()) return replaced->second;
  if (where_of_row_.contains(row)) return where(row);
  std::ifstream stream(path_);
  std::string line;
  for (std::size_t number = 0; number < line_of_row_.at(row); ++number) std::getline(stream, line);
  return fmt::format("{}:{}", where(row), field_position(line, separator_, index));
}

ExitCode CsvTable::blame(std::size_t row, std::string_view column) const {
  const bool mine =
      where_of_row_.contains(row) || where_of_cell_.contains({row, column_index(column)});
  return mine ? ExitCode::config : ExitCode::data;
}

std::size_t CsvTable::column_index(std::string_view column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found == columns_.end()) {
    throw error(ExitCode::data, "{}:{}: no column '{}'{}", path_.string(), header_line_, column,
                did_you_mean(column, columns_));
  }
  return static_cast<std::size_t>(found - columns_.begin());
}

const std::string& CsvTable::text(std::size_t row, std::string_view column) const {
  return cells_.at(row)[column_index(column)];
}

double CsvTable::number(std::size_t row, std::string_view column) const {
  const std::string_view cell = trim(text(row, column));
  double value = 0.0;
  const auto [end, status] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (status != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value)) {
    const bool comma = separator_ != ',' && cell.find(',') != std::string_view::npos;
    throw error(blame(row, column), "{}: column '{}' must be a number, found '{}'{}",
                where(row, column), column, cell, comma ? "; decimals need a point" : "");
  }
  return value;
}

double CsvTable::number_or(std::size_t row, std::string_view column, double fallback) const {
  return text(row, column).empty() ? fallback : number(row, column);
}

long long CsvTable::integer(std::size_t row, std::string_view column) const {
  const double value = number(row, column);
  if (value != std::floor(value) || std::fabs(value) > 9e15) {
    throw error(blame(row, column), "{}: column '{}' must be an integer, found '{}'",
                where(row, column), column, text(row, column));
  }
  return static_cast<long long>(value);
}

void CsvTable::set(std::size_t row, std::string_view column, std::string text, std::string where) {
  const std::size_t index = column_index(column);
  cells_.at(row)[index] = std::move(text);
  where_of_cell_[{row, index}] = std::move(where);
}

std::size_t CsvTable::append_copy(std::size_t row, const std::string& where) {
  std::vector<std::string> copy = cells_.at(row);
  cells_.push_back(std::move(copy));
  line_of_row_.push_back(0);
  where_of_row_[cells_.size() - 1] = where;
  return cells_.size() - 1;
}

std::size_t CsvTable::append_empty(const std::string& where) {
  cells_.emplace_back(columns_.size());
  line_of_row_.push_back(0);
  where_of_row_[cells_.size() - 1] = where;
  return cells_.size() - 1;
}

std::string csv_cell(const std::string& text, char separator) {
  const bool plain =
      text.find_first_of(std::string("\"\n\r") + separator) == std::string::npos &&
      (text.empty() || (text.front() != '#' && text.front() != ' ' && text.back() != ' '));
  if (plain) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

}  // namespace v1
