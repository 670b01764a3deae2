#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "engine/lgn/rates.hpp"

namespace v1::lgn {

/// Content key of a set of rates. `stimulus_key` stands for the movie: see
/// stimulus::stimulus_key().
std::uint64_t rates_key(const network::LgnMosaic& mosaic, const config::LgnConfig& config,
                        std::int64_t frame_count, std::int64_t preroll_ms,
                        std::uint64_t stimulus_key);

/// A sweep leaves some 170 MB per stimulus; more than this is not kept.
inline constexpr std::uint64_t cache_limit_bytes = 8ull << 30;

/// Removes rates in `directory` until they fill at most `limit_bytes`, those first that were not
/// used for longest. What cannot be removed stays.
void shrink_cache(const std::filesystem::path& directory, std::uint64_t limit_bytes);

/// The rates stored under `key` in `directory`, or those that `compute` makes, which are then
/// stored, and the cache is shrunk to cache_limit_bytes. Without a directory it only computes. A
/// damaged file is recomputed and replaced; a cache that cannot be written costs a warning.
Rates cached_rates(const std::optional<std::filesystem::path>& directory, std::uint64_t key,
                   const std::function<Rates()>& compute);

}  // namespace v1::lgn
