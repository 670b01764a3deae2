#pragma once
#include <filesystem>
#include <string>

namespace v1 {

/// All bytes of a file; "" when it cannot be read.
std::string read_file(const std::filesystem::path& file);

}  // namespace v1
