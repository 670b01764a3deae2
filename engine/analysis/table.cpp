#include "engine/analysis/table.hpp"

#include <cerrno>
#include <cmath>
#include <fstream>
#include <map>

#include "engine/base/csv.hpp"
#include "engine/base/error.hpp"
#include "engine/base/hdf5.hpp"
#include "engine/base/text.hpp"
#include "engine/base/write_failure.hpp"

namespace v1::analysis {
namespace {

template <class T, class Out>
void copy_numbers(const v1e_const_array& array, Out& out) {
  const char* at = static_cast<const char*>(array.data);
  for (std::int64_t i = 0; i < array.shape[0]; ++i, at += array.stride[0]) {
    out.push_back(static_cast<typename Out::value_type>(*reinterpret_cast<const T*>(at)));
  }
}

using Integers = std::vector<std::int64_t>;
using Numbers = std::vector<double>;
using Texts = std::vector<std::string>;

std::string cell(const ResultColumn& column, std::size_t row) {
  if (const auto* numbers = std::get_if<Numbers>(&column.values)) {
    const double value = (*numbers)[row];
    return std::isnan(value) ? "nan" : fmt::format("{:.10g}", value + 0.0);  // no "-0"
  }
  if (const auto* integers = std::get_if<Integers>(&column.values)) {
    return fmt::format("{}", (*integers)[row]);
  }
  return csv_cell(std::get<Texts>(column.values)[row]);
}

std::string header_cell(const ResultColumn& column) {
  const bool bare = column.unit.empty() || column.unit == "1";
  return csv_cell(bare ? column.name : column.name + " [" + column.unit + "]");
}

ResultColumn typed_column(const CsvTable& csv, const std::string& header) {
  ResultColumn column;
  column.name = header;
  const std::size_t open = header.rfind(" [");
  if (open != std::string::npos && header.back() == ']') {
    column.name = header.substr(0, open);
    column.unit = header.substr(open + 2, header.size() - open - 3);
  }
  Integers integers;
  Numbers numbers;
  Texts texts;
  bool all_integers = true, all_numbers = true;
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    const std::string& text = csv.text(row, header);
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    all_numbers = all_numbers && !text.empty() && *end == '\0';
    const long long integer = std::strtoll(text.c_str(), &end, 10);
    all_integers = all_integers && !text.empty() && *end == '\0';
    numbers.push_back(number);
    integers.push_back(integer);
    texts.push_back(text);
  }
  if (all_integers) {
    column.values = std::move(integers);
  } else if (all_numbers) {
    column.values = std::move(numbers);
  } else {
    column.values = std::move(texts);
  }
  return column;
}

ResultTable read_h5(const std::filesystem::path& path, const std::string& name) {
  const h5::File file = h5::File::read(path);
  ResultTable table;
  table.name = name;
  std::map<std::int64_t, ResultColumn> ordered;
  for (const std::string& child : file.children("/" + name)) {
    const std::string object = "/" + name + "/" + child;
    ResultColumn column;
    column.name = child;
    column.unit = file.text_attribute(object, "unit").value_or("1");
    if (file.is_text(object)) {
      column.values = file.strings(object);
    } else if (file.is_float(object)) {
      column.values = file.values<double>(object);
    } else {
      column.values = file.values<std::int64_t>(object);
    }
    const double position = file.number_attribute(object, "position").value_or(0.0);
    ordered.emplace(static_cast<std::int64_t>(position), std::move(column));
  }
  for (auto& [position, column] : ordered) table.columns.push_back(std::move(column));
  return table;
}

void write_h5(const ResultTable& table, const std::filesystem::path& path) {
  h5::File file = std::filesystem::exists(path) ? h5::File::append(path) : h5::File::create(path);
  file.set_attribute("/", "format", "v1e-tables/1");
  file.make_group("/" + table.name);
  file.set_attribute("/" + table.name, "summary", table.summary);
  std::int64_t position = 0;
  for (const ResultColumn& column : table.columns) {
    const std::string object = "/" + table.name + "/" + column.name;
    std::visit(
        [&](const auto& values) {
          if constexpr (std::is_same_v<std::decay_t<decltype(values)>, Texts>) {
            file.write_strings(object, values);
          } else {
            h5::Layout layout;
            if (!values.empty())
              layout = {{std::min<std::uint64_t>(values.size(), 1u << 16)}, 1, true, false};
            file.write(object, values, {values.size()}, layout);
          }
        },
        column.values);
    file.set_attribute(object, "unit", column.unit);
    file.set_attribute(object, "position", position++);
  }
}

}  // namespace

std::size_t ResultColumn::size() const {
  return std::visit([](const auto& items) { return items.size(); }, values);
}

ResultColumn copy_column(const v1e_column& column) {
  ResultColumn out;
  if (!column.name || !*column.name) throw error(ExitCode::plugin, "a column has no name");
  out.name = column.name;
  out.unit = column.unit && *column.unit ? column.unit : "1";
  const v1e_const_array& array = column.values;
  if (array.ndim != 1 || array.shape[0] < 0 || (array.shape[0] > 0 && !array.data)) {
    throw error(ExitCode::plugin, "column '{}' is no one-dimensional array", out.name);
  }
  Integers integers;
  Numbers numbers;
  Texts texts;
  switch (array.dtype) {
    case V1E_U8:
      copy_numbers<std::uint8_t>(array, integers);
      break;
    case V1E_U16:
      copy_numbers<std::uint16_t>(array, integers);
      break;
    case V1E_U32:
      copy_numbers<std::uint32_t>(array, integers);
      break;
    case V1E_U64:
      copy_numbers<std::uint64_t>(array, integers);
      break;
    case V1E_I32:
      copy_numbers<std::int32_t>(array, integers);
      break;
    case V1E_I64:
      copy_numbers<std::int64_t>(array, integers);
      break;
    case V1E_F32:
      copy_numbers<float>(array, numbers);
      out.values = std::move(numbers);
      return out;
    case V1E_F64:
      copy_numbers<double>(array, numbers);
      out.values = std::move(numbers);
      return out;
    case V1E_STR:
      for (std::int64_t i = 0; i < array.shape[0]; ++i) {
        const char* at = static_cast<const char*>(array.data) + i * array.stride[0];
        const char* text = *reinterpret_cast<const char* const*>(at);
        texts.emplace_back(text ? text : "");
      }
      out.values = std::move(texts);
      return out;
    default:
      throw error(ExitCode::plugin, "column '{}' has the element type {}, expected numbers or text",
                  out.name, array.dtype);
  }
  out.values = std::move(integers);
  return out;
}

void append_rows(ResultTable& table, std::vector<ResultColumn> columns) {
  if (table.columns.empty()) {
    table.columns = std::move(columns);
    return;
  }
  if (columns.size() != table.columns.size()) {
    throw error(ExitCode::plugin, "table '{}' has {} columns, rows with {} were appended",
                table.name, table.columns.size(), columns.size());
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const ResultColumn& into = table.columns[i];
    if (columns[i].name != into.name || columns[i].unit != into.unit ||
        columns[i].values.index() != into.values.index()) {
      throw error(ExitCode::plugin, "table '{}': column '{}' was appended where '{}' is",
                  table.name, columns[i].name, into.name);
    }
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::visit(
        [&](auto& values) {
          const auto& more = std::get<std::decay_t<decltype(values)>>(columns[i].values);
          values.insert(values.end(), more.begin(), more.end());
        },
        table.columns[i].values);
  }
}

void write_csv(const ResultTable& table, const std::filesystem::path& path) {
  errno = 0;
  std::ofstream file(path, std::ios::binary);
  std::vector<std::string> cells;
  for (const ResultColumn& column : table.columns) cells.push_back(header_cell(column));
  file << join(cells, ",") << '\n';
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = cell(table.columns[i], row);
    file << join(cells, ",") << '\n';
  }
  file.close();
  if (!file) throw cannot_write(path, errno);
}

void write_table(const ResultTable& table, const std::filesystem::path& folder) {
  if (table.cells() > most_csv_cells) {
    write_h5(table, folder / "tables.h5");
  } else {
    write_csv(table, folder / (table.name + ".csv"));
  }
}

ResultTable read_table(const std::filesystem::path& folder, const std::string& name) {
  const std::filesystem::path large = folder / "tables.h5", small = folder / (name + ".csv");
  if (std::filesystem::exists(large) && h5::File::read(large).has("/" + name)) {
    return read_h5(large, name);
  }
  if (!std::filesystem::exists(small)) {
    throw error(ExitCode::data, "{}: no table '{}' in this folder", folder.string(), name);
  }
  const CsvTable csv = CsvTable::read(small);
  ResultTable table;
  table.name = name;
  for (const std::string& header : csv.columns())
    table.columns.push_back(typed_column(csv, header));
  return table;
}

}  // namespace v1::analysis
