#include "engine/figures/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <set>

#include "engine/base/csv.hpp"
#include "engine/base/error.hpp"
#include "engine/base/hdf5.hpp"
#include "engine/base/text.hpp"

namespace v1::figures {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

std::optional<double> parse_number(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  double value = 0.0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

Column read_column(const CsvTable& csv, const std::string& header) {
  Column column;
  std::tie(column.name, column.unit) = split_header(header);
  for (std::size_t row = 0; row < csv.rows() && !column.is_text; ++row) {
    const std::string_view cell = trim(csv.text(row, header));
    const std::optional<double> value = cell.empty() ? missing : parse_number(cell);
    if (value) column.numbers.push_back(*value);
    column.is_text = !value;
  }
  if (!column.is_text) return column;
  column.numbers.clear();
  for (std::size_t row = 0; row < csv.rows(); ++row)
    column.texts.emplace_back(trim(csv.text(row, header)));
  return column;
}

}  // namespace

std::string Column::key(std::size_t row) const {
  return is_text ? texts[row] : fmt::format("{}", numbers[row]);
}

const Column* Table::find(std::string_view column) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const Column& item) { return item.name == column; });
  return found == columns.end() ? nullptr : &*found;
}

std::vector<std::string> Table::column_names() const {
  std::vector<std::string> names;
  for (const Column& column : columns) names.push_back(column.name);
  return names;
}

std::pair<std::string, std::string> split_header(std::string_view cell) {
  cell = trim(cell);
  const std::size_t open = cell.rfind('[');
  if (open == std::string_view::npos || open == 0 || cell.back() != ']')
    return {std::string(cell), ""};
  const std::string_view unit = trim(cell.substr(open + 1, cell.size() - open - 2));
  return {std::string(trim(cell.substr(0, open))), unit == "1" ? "" : std::string(unit)};
}

Table read_csv_table(const std::filesystem::path& file) {
  const CsvTable csv = CsvTable::read(file);
  Table table;
  table.name = file.stem().string();
  table.rows = csv.rows();
  for (const std::string& header : csv.columns()) table.columns.push_back(read_column(csv, header));
  return table;
}

Table read_hdf5_table(const std::filesystem::path& file, const std::string& name) {
  const h5::File stored = h5::File::read(file);
  Table table;
  table.name = name;
  for (const std::string& child : stored.children("/" + name)) {
    const std::string dataset = "/" + name + "/" + child;
    Column column;
    column.name = child;
    column.unit = stored.text_attribute(dataset, "unit").value_or("");
    if (column.unit == "1") column.unit.clear();
    column.is_text = stored.is_text(dataset);
    if (column.is_text) {
      column.texts = stored.strings(dataset);
    } else {
      column.numbers = stored.values<double>(dataset);
    }
    const std::size_t rows = column.is_text ? column.texts.size() : column.numbers.size();
    if (!table.columns.empty() && rows != table.rows)
      throw error(
          ExitCode::data,
          "{}: columns of table '{}' must be of equal length, but '{}' has {} rows and '{}' has {}",
          file.string(), name, child, rows, table.columns.front().name, table.rows);
    table.rows = rows;
    table.columns.push_back(std::move(column));
  }
  return table;
}

TableStore::TableStore(std::filesystem::path folder) : folder_(std::move(folder)) {
  const std::filesystem::path stored = folder_ / "tables.h5";
  if (std::filesystem::exists(stored)) in_hdf5_ = h5::File::read(stored).children("/");
}

std::vector<std::string> TableStore::names() const {
  std::set<std::string> names(in_hdf5_.begin(), in_hdf5_.end());
  for (const auto& entry : std::filesystem::directory_iterator(folder_))
    if (entry.path().extension() == ".csv") names.insert(entry.path().stem().string());
  return {names.begin(), names.end()};
}

std::shared_ptr<const Table> TableStore::find(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  if (const auto known = cache_.find(name); known != cache_.end()) return known->second;
  std::shared_ptr<const Table> table;
  if (std::find(in_hdf5_.begin(), in_hdf5_.end(), name) != in_hdf5_.end()) {
    table = std::make_shared<Table>(read_hdf5_table(folder_ / "tables.h5", name));
  } else if (const auto file = folder_ / (name + ".csv"); std::filesystem::exists(file)) {
    table = std::make_shared<Table>(read_csv_table(file));
  }
  cache_[name] = table;
  return table;
}

}  // namespace v1::figures
