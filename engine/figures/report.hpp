#pragma once
#include <filesystem>

namespace v1::figures {

/// Writes RUN_DIR/report.html: one page without any outside request, from run.json, config.toml,
/// log.txt and analyses/ (docs/run_folder.md). Whatever is missing or unreadable is left out with a
/// note. Throws Error(data) if the folder does not exist, Error(memory) if the page cannot be
/// written.
void write_report(const std::filesystem::path& run_dir);

}  // namespace v1::figures
