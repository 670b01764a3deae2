#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "plugin_api/include/v1e/abi.h"

namespace v1::analysis {

/// A column of a result table. Text, whole numbers or numbers.
struct ResultColumn {
  std::string name;
  std::string unit = "1";
  std::variant<std::vector<double>, std::vector<std::int64_t>, std::vector<std::string>> values;
  std::size_t size() const;
};

struct ResultTable {
  std::string name;
  std::string summary;
  std::vector<ResultColumn> columns;

  std::size_t rows() const { return columns.empty() ? 0 : columns.front().size(); }
  std::size_t cells() const { return rows() * columns.size(); }
};

/// Tables with more cells go to tables.h5 instead of a CSV file.
inline constexpr std::size_t most_csv_cells = 200'000;

/// Copies a column of the plugin interface. Throws Error(plugin) for an unusable one.
ResultColumn copy_column(const v1e_column& column);

/// Appends rows; throws Error(plugin) when names, units or types of the columns differ.
void append_rows(ResultTable& table, std::vector<ResultColumn> columns);

/// Header cells "name [unit]" (the unit left out where it is "1"), 10 significant digits, "nan"
/// for not-a-number, text quoted where needed.
void write_csv(const ResultTable& table, const std::filesystem::path& path);

/// Writes TABLE.csv, or /TABLE/COLUMN with the attribute "unit" into tables.h5.
void write_table(const ResultTable& table, const std::filesystem::path& folder);

/// Reads a table written by write_table. Throws Error(data) when there is none of that name.
ResultTable read_table(const std::filesystem::path& folder, const std::string& name);

}  // namespace v1::analysis
