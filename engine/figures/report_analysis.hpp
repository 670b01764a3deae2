#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace v1::figures {

/// The report's section of analyses/NAME: scalars, figures, tables, notes. Notes that warn go to
/// `warnings`.
std::string analysis_section(const std::filesystem::path& folder,
                             std::vector<std::string>& warnings);

/// All figures of a folder without a summary.json, by name.
std::string figures_of(const std::filesystem::path& folder);

}  // namespace v1::figures
