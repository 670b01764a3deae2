#pragma once
#include <filesystem>

namespace v1::cli {

/// Throws Error(config) when the folder that the file is to lie in does not exist, Error(memory)
/// when it may not be written. Said before long work begins.
void check_parent_folder(const std::filesystem::path& file);

}  // namespace v1::cli
