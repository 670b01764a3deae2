#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "engine/figures/report_outline.hpp"

namespace v1::figures {

/// The report's section of one analysis: heading, text, notes, scalars, figures, tables. Notes that
/// warn go to `warnings`.
std::string analysis_section(const ReportSection& section, const std::filesystem::path& run_dir,
                             std::vector<std::string>& warnings);

/// All figures of a folder without a summary.json, by name.
std::string figures_of(const std::filesystem::path& folder);

}  // namespace v1::figures
