#pragma once
#include <filesystem>
#include <system_error>

#include "engine/base/error.hpp"

namespace v1 {

/// The error, Error(memory), of a file or folder `place` that could not be made or written. `cause`
/// is the system's number (errno); with 0, where a library kept it to itself, the folder is looked
/// at: is it there, may it be written, is there room? The message names the cause and its cure.
Error cannot_write(const std::filesystem::path& place, int cause);
Error cannot_write(const std::filesystem::path& place, const std::error_code& cause);

/// True for the causes that mean there is no room: a full disk, a used-up quota.
bool is_out_of_room(int cause);

}  // namespace v1
