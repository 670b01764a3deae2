#pragma once
#include <cstdint>
#include <filesystem>

namespace v1::run {

/// A run writes `bytes` before compression and `least_bytes` however well they compress. Throws
/// Error(memory) where it cannot fit into the free bytes of `folder`, and warns where it may not.
void check_disk(const std::filesystem::path& folder, std::uint64_t bytes, std::uint64_t least_bytes,
                std::uint64_t free_bytes);

}  // namespace v1::run
