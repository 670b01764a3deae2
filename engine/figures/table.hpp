#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace v1::figures {

/// Numbers or text; missing numbers are NaN, missing texts "".
struct Column {
  std::string name;
  std::string unit;  // "" for none
  bool is_text = false;
  std::vector<double> numbers;
  std::vector<std::string> texts;
  /// The value of a row as text (numbers in their shortest form).
  std::string key(std::size_t row) const;
};

struct Table {
  std::string name;
  std::size_t rows = 0;
  std::vector<Column> columns;
  const Column* find(std::string_view column) const;
  std::vector<std::string> column_names() const;
};

/// "rate [Hz]" -> {"rate", "Hz"}
std::pair<std::string, std::string> split_header(std::string_view cell);

/// TABLE.csv of the layout in docs/figures.md. A column is text if any filled cell is no number.
Table read_csv_table(const std::filesystem::path& file);
/// Group /TABLE of tables.h5.
Table read_hdf5_table(const std::filesystem::path& file, const std::string& name);

/// The tables of one analysis folder, read when first asked for. Thread-safe.
class TableStore {
 public:
  explicit TableStore(std::filesystem::path folder);
  std::vector<std::string> names() const;
  /// Throws Error(data) for an unreadable table; nullptr if there is none of that name.
  std::shared_ptr<const Table> find(const std::string& name) const;

 private:
  std::filesystem::path folder_;
  std::vector<std::string> in_hdf5_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<const Table>> cache_;
};

}  // namespace v1::figures
