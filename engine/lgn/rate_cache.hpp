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

/// Removes rates in `directory`, and what was left of unfinished ones, until they fill at most
/// `limit_bytes`, those first that were not used for longest. What cannot be removed stays.
void shrink_cache(const std::filesystem::path& directory, std::uint64_t limit_bytes);

/// What rates are called in the cache: their rates_key(), and how many there are.
struct RatesName {
  std::uint64_t key = 0;
  std::int64_t frame_count = 0;
  std::int64_t unit_count = 0;
};

/// Hands over the rates stored in `directory`, or those that `compute` hands over, which are then
/// stored, and the cache is shrunk to cache_limit_bytes. Without a directory it only computes. A
/// damaged file is recomputed and replaced, and all its rates are handed over once more; a cache
/// that cannot be written costs a warning.
void cached_rates(const std::optional<std::filesystem::path>& directory, const RatesName& name,
                  const std::function<void(const RateRows&)>& compute, const RateRows& rows);

}  // namespace v1::lgn
