#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace v1 {

/// A delimited text table with a header line, held as text; cells are converted on use.
class CsvTable {
 public:
  /// Reads `path`. Fields may be quoted with "" ('""' inside is one quote). Lines that begin
  /// with '#' are comments. Throws Error(data) naming file and line.
  static CsvTable read(const std::filesystem::path& path, char separator = ',');

  std::size_t rows() const { return cells_.size(); }
  const std::vector<std::string>& columns() const { return columns_; }
  bool has(std::string_view column) const;
  /// "FILE:LINE" of a row, for messages.
  std::string where(std::size_t row) const;
  /// Empty text where the cell is missing. Throws Error(data) for an unknown column.
  const std::string& text(std::size_t row, std::string_view column) const;
  /// Throws Error(data) naming file, line and column when the cell is no finite number.
  double number(std::size_t row, std::string_view column) const;
  double number_or(std::size_t row, std::string_view column, double fallback) const;
  long long integer(std::size_t row, std::string_view column) const;

 private:
  std::size_t column_index(std::string_view column) const;
  std::filesystem::path path_;
  std::vector<std::string> columns_;
  std::vector<std::vector<std::string>> cells_;
  std::vector<std::size_t> line_of_row_;
};

}  // namespace v1
