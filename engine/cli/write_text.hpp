#pragma once
#include <filesystem>
#include <string>

namespace v1::cli {

/// Writes a whole file. Throws Error(memory), which asks about a full disk.
void write_text(const std::filesystem::path& path, const std::string& text);

}  // namespace v1::cli
