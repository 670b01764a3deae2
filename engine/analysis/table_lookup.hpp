#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "engine/analysis/table.hpp"

namespace v1::analysis {

/// The table "ANALYSIS/TABLE" out of the first folder that has it. ANALYSIS is the name of an
/// analysis, or of a plugin that exactly one analysis there used. Throws Error(data).
ResultTable find_table(const std::string& name,
                       const std::vector<std::filesystem::path>& analyses_dirs);

}  // namespace v1::analysis
