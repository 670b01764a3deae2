#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace v1::network::sonata {

/// A SONATA CSV file. Dialect of the tools that write them: exactly one space separates fields (two
/// adjacent spaces enclose an empty field), "..." quotes with "" for a quote. Files whose lines
/// only fit their header when runs of spaces count as one separator are read that way, and files
/// with commas but no space in the header as comma-separated. Empty, NULL, NONE and nan cells are
/// missing.
class TypesTable {
 public:
  TypesTable() = default;  // no rows, no columns
  /// Throws Error(data) naming file and line.
  static TypesTable read(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  const std::vector<std::string>& columns() const { return columns_; }
  std::size_t rows() const { return cells_.size(); }
  bool has(std::string_view column) const;
  /// Nothing when the column does not exist or the cell is missing.
  std::optional<std::string> text(std::size_t row, std::string_view column) const;
  std::optional<double> number(std::size_t row, std::string_view column) const;
  std::optional<std::int64_t> integer(std::size_t row, std::string_view column) const;

  /// Rows by the integer in `key_column`. Throws Error(data) for a missing column, a cell that is
  /// no integer, or an id given twice.
  std::unordered_map<std::int64_t, std::size_t> index_by(std::string_view key_column) const;
  /// "file:line", for messages.
  std::string where(std::size_t row) const;

 private:
  std::filesystem::path path_;
  std::vector<std::string> columns_;
  std::vector<std::vector<std::string>> cells_;
  std::vector<std::size_t> lines_;
};

/// True for the spellings of "no value": "", NULL, NONE, None, nan.
bool is_missing(std::string_view cell);

}  // namespace v1::network::sonata
