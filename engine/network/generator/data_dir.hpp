#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace v1::network::generator {

/// Folder of the data tables: $V1ENGINE_DATA, else share/v1engine/data beside the program's bin
/// folder, else data/ of the source tree the program was built from.
/// Throws Error(data) when none of them exists.
std::filesystem::path data_directory();

/// Names of the models that come with the program.
std::vector<std::string> builtin_models();

/// Folder of a model: a name from builtin_models(), or the path of a folder with a model.toml.
/// Throws Error(config) for anything else.
std::filesystem::path find_model_directory(const std::string& model);

}  // namespace v1::network::generator
