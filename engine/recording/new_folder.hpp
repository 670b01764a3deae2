#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

namespace v1::recording {

/// Makes the folder `output`; empty: base/NAME, then base/NAME-2, ... Returns its absolute path.
/// Throws Error(config) when `output` exists or cannot be made, Error(memory) on a full disk.
std::filesystem::path make_new_folder(const std::filesystem::path& output, const std::string& name,
                                      const std::filesystem::path& base);

/// Throws the error of a folder that cannot be made.
[[noreturn]] void refuse_folder(const std::filesystem::path& dir, const std::error_code& failure);

/// Who else may hold a folder meanwhile: nobody, or others who share it. In turn: waits for them.
enum class Hold { alone, shared, in_turn };

/// Holds a folder for writing as long as the result lives. Throws Error(config) when another
/// process holds it.
std::shared_ptr<const int> lock_folder(const std::filesystem::path& dir, Hold hold = Hold::alone);

}  // namespace v1::recording
