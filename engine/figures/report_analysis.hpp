#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace v1::figures {

/// The report's section of analyses/NAME: scalars, figures, tables, notes. Notes that warn go to
/// `warnings`.
std::string analysis_section(const std::filesystem::path& folder,
                             std::vector<std::string>& warnings);

}  // namespace v1::figures
