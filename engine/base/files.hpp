#pragma once
#include <filesystem>
#include <string>

namespace v1 {

/// All bytes of a file; "" when it cannot be read.
std::string read_file(const std::filesystem::path& file);

/// Writes a whole file. Throws Error(memory) with the cause and its cure.
void write_file(const std::filesystem::path& file, const std::string& bytes);

}  // namespace v1
