#pragma once
#include <filesystem>
#include <string>

namespace v1 {

/// The absolute path that is meant by `written` in `file`: beside the file as it is named or, where
/// nothing of that name is there and a link led to the file, beside the file that it points to.
/// "data.h5:/group/dataset" names something in data.h5.
std::filesystem::path written_path(const std::filesystem::path& file, const std::string& written);

/// Why a TOML file cannot name the path, which a run folder does to be run again; "" where it can.
std::string path_problem(const std::filesystem::path& path);

}  // namespace v1
