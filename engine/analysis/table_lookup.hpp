#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "engine/analysis/table.hpp"

namespace v1::analysis {

/// Where the tables of a run are searched.
struct TableDirs {
  std::vector<std::filesystem::path> own;  // in this order
  std::filesystem::path shared;            // last; only results of several runs count
};

/// The table "ANALYSIS/TABLE" out of the first folder that has it. ANALYSIS is the name of an
/// analysis, or of a plugin that exactly one analysis there used. Throws Error(data).
ResultTable find_table(const std::string& name, const TableDirs& dirs);

/// Plugins that have results in the folder of a run's analyses.
std::vector<std::string> plugins_with_results(const std::filesystem::path& analyses_dir);

}  // namespace v1::analysis
