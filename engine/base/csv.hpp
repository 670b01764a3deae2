#pragma once
#include <filesystem>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/error.hpp"

namespace v1 {

/// A delimited text table with a header line, held as text; cells are converted on use.
class CsvTable {
 public:
  /// Reads `path`. Fields may be quoted with "" ('""' inside is one quote). Where the header lacks
  /// the separator, semicolons or tabs separate. Lines that begin with '#' are comments, except
  /// that one may name the columns above a first line of numbers. Throws Error(data) naming file
  /// and line.
  static CsvTable read(const std::filesystem::path& path, char separator = ',');

  std::size_t rows() const { return cells_.size(); }
  const std::vector<std::string>& columns() const { return columns_; }
  bool has(std::string_view column) const;
  /// Throws Error(data) for the first of these that there is no column of. Reading a cell does
  /// that, too, but there may be no row.
  void require(std::initializer_list<std::string_view> columns) const;
  /// "FILE:LINE" of a row, for messages.
  std::string where(std::size_t row) const;
  /// "FILE:LINE:COLUMN" of a cell, or the place that set() named. Reads the file again.
  std::string where(std::size_t row, std::string_view column) const;
  /// How to end on a mistake in this cell: config when set() or append made it, else data.
  ExitCode blame(std::size_t row, std::string_view column) const;
  const std::filesystem::path& path() const { return path_; }
  /// Empty text where the cell is missing. Throws Error(data) for an unknown column.
  const std::string& text(std::size_t row, std::string_view column) const;
  /// Throws Error(data) naming file, line and column when the cell is no finite number.
  double number(std::size_t row, std::string_view column) const;
  double number_or(std::size_t row, std::string_view column, double fallback) const;
  long long integer(std::size_t row, std::string_view column) const;

  /// Replaces a cell; messages about it then name `where`. Throws Error(data) for an unknown
  /// column.
  void set(std::size_t row, std::string_view column, std::string text, std::string where);
  /// Appends a copy of a row, or an empty row; returns its index. `where` stands for its line.
  std::size_t append_copy(std::size_t row, const std::string& where);
  std::size_t append_empty(const std::string& where);

 private:
  std::size_t column_index(std::string_view column) const;
  std::filesystem::path path_;
  std::vector<std::string> columns_;
  std::vector<std::vector<std::string>> cells_;
  char separator_ = ',';
  std::size_t header_line_ = 0;
  std::vector<std::size_t> line_of_row_;                                      // 0: appended
  std::map<std::size_t, std::string> where_of_row_;                           // appended rows
  std::map<std::pair<std::size_t, std::size_t>, std::string> where_of_cell_;  // replaced cells
};

/// Text as one cell of a table: quoted where the separator, a quote, a line break, a space at an
/// end or a '#' in front would change what is read.
std::string csv_cell(const std::string& text, char separator = ',');

}  // namespace v1
