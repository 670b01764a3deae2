#include "engine/run/disk_room.hpp"

#include <fmt/format.h>

#include <string>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"

namespace v1::run {

void check_disk(const std::filesystem::path& folder, std::uint64_t bytes, std::uint64_t least_bytes,
                std::uint64_t free_bytes) {
  if (bytes <= free_bytes) return;
  const std::string found =
      fmt::format("{}: the run writes about {} before compression, but only {} are free",
                  folder.string(), format_bytes(bytes), format_bytes(free_bytes));
  if (least_bytes > free_bytes) {
    throw error(ExitCode::memory, "{}; choose another -o or record less ([record])", found);
  }
  log::warn("{}; if it does not fit, finished trials are kept and --resume goes on", found);
}

}  // namespace v1::run
