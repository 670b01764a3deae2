#pragma once
#include <map>
#include <string>
#include <vector>

namespace v1::analyses {

/// Values to compare cell types with: a CSV file with a column `population` and columns of numbers
/// such as spont_mean_hz, grating_mean_hz, grating_median_hz, osi_median, dsi_median; the same
/// names with the prefix released_ hold a second set (another model). Lines with # are comments.
class ReferenceTable {
 public:
  ReferenceTable() = default;
  /// Throws v1e::Error naming the file, the line and what is wrong.
  static ReferenceTable read(const std::string& path);

  bool empty() const { return rows_.empty(); }
  /// NaN where the table has no such population, column or value.
  double value(const std::string& population, const std::string& column) const;
  bool has_column(const std::string& column) const { return columns_.contains(column); }

 private:
  std::map<std::string, std::size_t> columns_;
  std::map<std::string, std::vector<double>> rows_;
};

}  // namespace v1::analyses
