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

/// The rates stored under `key` in `directory`, or those that `compute` makes, which are then
/// stored. Without a directory it only computes. A damaged file is recomputed and replaced; a
/// cache that cannot be written costs a warning.
Rates cached_rates(const std::optional<std::filesystem::path>& directory, std::uint64_t key,
                   const std::function<Rates()>& compute);

}  // namespace v1::lgn
