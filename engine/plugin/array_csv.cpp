#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>
#include <optional>

#include "engine/base/byte_order_mark.hpp"
#include "engine/base/distinct_columns.hpp"
#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/plugin/array_sources.hpp"

namespace v1::plugin {
namespace {

// NaN and infinity, too.
std::optional<double> to_any_number(std::string_view cell) {
  cell = trim(cell);
  if (!cell.empty() && cell.front() == '+') cell.remove_prefix(1);
  double value = 0.0;
  const auto [end, status] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (status == std::errc::invalid_argument || end != cell.data() + cell.size()) {
    return std::nullopt;
  }
  return status == std::errc() ? value : std::numeric_limits<double>::infinity();
}

std::optional<double> to_number(std::string_view cell) {
  const auto value = to_any_number(cell);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

// "0,5"
bool has_decimal_comma(std::string_view cell) {
  std::string text(trim(cell));
  const std::size_t comma = text.find(',');
  if (comma == std::string::npos) return false;
  text[comma] = '.';
  return to_number(text).has_value();
}

// Calls take(cell) for the cells of a line, separated by semicolons, else commas, else tabs, else
// runs of blanks.
template <class Take>
void for_each_cell(std::string_view line, Take&& take) {
  const bool semicolons = line.find(';') != std::string_view::npos;
  const bool commas = semicolons || line.find(',') != std::string_view::npos;
  if (!commas) line = trim(line);
  const char separator = semicolons                                  ? ';'
                         : commas                                    ? ','
                         : line.find('\t') != std::string_view::npos ? '\t'
                                                                     : ' ';
  std::size_t begin = 0;
  while (begin <= line.size()) {
    const std::size_t end = std::min(line.find(separator, begin), line.size());
    const std::string_view cell = line.substr(begin, end - begin);
    if (commas || !trim(cell).empty()) take(cell);
    begin = end + 1;
  }
}

// Columns are read by position, but two of one name are still a mistake.
void check_column_names(std::string_view line, const std::string& where) {
  std::vector<std::string> names;
  for_each_cell(line, [&](std::string_view cell) { names.emplace_back(trim(cell)); });
  check_distinct_columns(names, where);
}

/// Rows of numbers separated by commas, semicolons or blanks; a first line that is not all numbers
/// is a header, lines that begin with '#' are comments. Everything is checked on opening, but only
/// the places of the rows are kept: tables of rates may be larger than memory.
class CsvArray : public ArrayFile {
 public:
  explicit CsvArray(const std::string& path) : ArrayFile(path) {
    std::ifstream in = open_stream();
    std::int64_t width = 0;
    std::streamoff place = 0;
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
      std::streamoff here = place;
      place += static_cast<std::streamoff>(line.size()) + 1;
      if (number == 1) {
        const std::size_t mark = byte_order_mark(line);
        here += static_cast<std::streamoff>(mark);
        line.erase(0, mark);
      }
      const std::string_view text = trim(line);
      if (text.empty() || text.front() == '#') continue;
      bool may_be_header = width == 0;
      std::int64_t cells = 0;
      std::optional<std::string> strange;
      for_each_cell(line, [&](std::string_view cell) {
        ++cells;
        if (to_number(cell)) return;
        if (to_any_number(cell) || has_decimal_comma(cell)) {
          may_be_header = false;  // no column is called nan
        }
        if (!strange || to_any_number(cell)) strange = std::string(trim(cell));
      });
      if (width == 0) width = cells;
      if (cells != width) {
        throw error(ExitCode::data, "{}:{}: has {} fields; the first line has {}", path, number,
                    cells, width);
      }
      if (strange && may_be_header) {
        check_column_names(line, fmt::format("{}:{}", path, number));
        continue;
      }
      if (strange) {
        throw error(ExitCode::data, "{}:{}: '{}' is no number{}", path, number, *strange,
                    has_decimal_comma(*strange) ? "; decimals need a point" : "");
      }
      row_place_.push_back(here);
    }
    shape_ = {static_cast<std::int64_t>(row_place_.size()), width};
    dtype_ = V1E_F64;
  }

 protected:
  v1e_dtype read_native(const std::vector<std::int64_t>& offset,
                        const std::vector<std::int64_t>& count,
                        std::vector<std::byte>& out) const override {
    std::ifstream in = open_stream();
    std::string line;
    std::vector<double> row;
    for (std::int64_t i = 0; i < count[0]; ++i) {
      in.seekg(row_place_[static_cast<std::size_t>(offset[0] + i)]);
      std::getline(in, line);
      row.clear();
      for_each_cell(line,
                    [&](std::string_view cell) { row.push_back(to_number(cell).value_or(0)); });
      if (!in || static_cast<std::int64_t>(row.size()) != shape_[1]) {
        throw error(ExitCode::data, "{}: changed while it was read", address_);
      }
      const auto* begin = reinterpret_cast<const std::byte*>(row.data() + offset[1]);
      out.insert(out.end(), begin, begin + count[1] * static_cast<std::int64_t>(sizeof(double)));
    }
    return V1E_F64;
  }

 private:
  std::ifstream open_stream() const {
    std::ifstream in(address_, std::ios::binary);
    if (!in) throw error(ExitCode::data, "{}: cannot be opened", address_);
    return in;
  }

  std::vector<std::streamoff> row_place_;
};

}  // namespace

std::unique_ptr<ArrayFile> open_csv(const std::string& path) {
  return std::make_unique<CsvArray>(path);
}

}  // namespace v1::plugin
