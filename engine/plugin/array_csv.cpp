#include <charconv>
#include <cmath>
#include <fstream>
#include <optional>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/plugin/array_sources.hpp"

namespace v1::plugin {
namespace {

std::optional<double> to_number(std::string_view cell) {
  cell = trim(cell);
  if (!cell.empty() && cell.front() == '+') cell.remove_prefix(1);
  double value = 0.0;
  const auto [end, status] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (status != std::errc() || end != cell.data() + cell.size()) return std::nullopt;
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// Rows of numbers separated by commas or blanks; a first line that is not all numbers is a
/// header, lines that begin with '#' are comments.
class CsvArray : public ArrayFile {
 public:
  explicit CsvArray(const std::string& path) : ArrayFile(path) {
    std::ifstream in(path);
    if (!in) throw error(ExitCode::data, "{}: cannot be opened", path);
    std::int64_t rows = 0;
    std::size_t width = 0;
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
      if (trim(line).empty() || trim(line).front() == '#') continue;
      const std::vector<std::string> cells = fields(line);
      const bool may_be_header = width == 0;
      if (width == 0) width = cells.size();
      if (cells.size() != width) {
        throw error(ExitCode::data, "{}:{}: has {} fields; the first line has {}", path, number,
                    cells.size(), width);
      }
      if (add_row(cells, number, may_be_header)) ++rows;
    }
    shape_ = {rows, static_cast<std::int64_t>(width)};
    dtype_ = V1E_F64;
  }

 protected:
  v1e_dtype read_native(const std::vector<std::int64_t>& offset,
                        const std::vector<std::int64_t>& count,
                        std::vector<std::byte>& out) const override {
    for_each_run(shape_, offset, count, [&](std::int64_t first, std::int64_t n) {
      const auto* begin = reinterpret_cast<const std::byte*>(values_.data() + first);
      out.insert(out.end(), begin, begin + n * static_cast<std::int64_t>(sizeof(double)));
    });
    return V1E_F64;
  }

 private:
  static std::vector<std::string> fields(const std::string& line) {
    if (line.find(',') != std::string::npos) return split(line, ',');
    std::vector<std::string> cells;
    for (const char separator : {'\t', ' '}) {
      cells = split(trim(line), separator);
      std::erase_if(cells, [](const std::string& cell) { return trim(cell).empty(); });
      if (cells.size() > 1) break;
    }
    return cells;
  }

  // False when the line is the header.
  bool add_row(const std::vector<std::string>& cells, std::size_t line, bool may_be_header) {
    const std::size_t before = values_.size();
    for (const std::string& cell : cells) {
      const std::optional<double> value = to_number(cell);
      if (!value && may_be_header) {
        values_.resize(before);
        return false;
      }
      if (!value) throw error(ExitCode::data, "{}:{}: '{}' is no number", address_, line, cell);
      values_.push_back(*value);
    }
    return true;
  }

  std::vector<double> values_;
};

}  // namespace

std::unique_ptr<ArrayFile> open_csv(const std::string& path) {
  return std::make_unique<CsvArray>(path);
}

}  // namespace v1::plugin
