#pragma once
#include <filesystem>
#include <string>

namespace v1::cli {

/// Writes a whole file. Throws Error(memory), which asks about a full disk.
void write_text(const std::filesystem::path& path, const std::string& text);

/// Throws Error(config) when the folder that the file is to lie in does not exist. Said before long
/// work begins.
void check_parent_folder(const std::filesystem::path& file);

}  // namespace v1::cli
