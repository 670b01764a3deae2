#pragma once
#include <filesystem>
#include <string>

namespace v1 {

/// What a path is that can be no file of data: "a pipe (FIFO)", "a device", "a socket"; "" for
/// files, folders and paths where nothing is. Opening a pipe would wait for its writer for ever.
/// Streams that this program was started with (/dev/stdin, and /dev/fd/63 of a shell's <(...))
/// count as files.
std::string special_file(const std::filesystem::path& path);

/// Throws Error(data) where special_file() says something.
void refuse_special_file(const std::filesystem::path& path);

}  // namespace v1
