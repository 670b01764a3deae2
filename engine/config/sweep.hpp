#pragma once
#include <string>
#include <utility>
#include <vector>

#include "engine/config/load_config.hpp"

namespace v1::config {

/// One combination of the values of a [[sweep]]: a run of its own.
struct SweepPoint {
  std::string name;  // "contrast=0.1,orientation=90": its folder and its label
  std::vector<std::pair<std::string, std::string>> settings;  // key and value (TOML), as swept
  std::size_t block = 0;                                      // which [[sweep]]
  std::vector<std::size_t> choice;                            // index into each of its axes
  RunConfig config;                                           // complete, without a sweep
};

/// All points of the [[sweep]] blocks in order, the last axis fastest; none when the file has no
/// sweep. Combinations that occur twice come once. Throws ConfigErrors with the mistakes of all
/// points; the file itself must have passed load_config.
std::vector<SweepPoint> load_points(const LoadOptions& options, const plugin::Registry& registry);

/// Unit of the values of a key that can be swept, as far as it is a parameter of a stimulus or an
/// input
/// ("pA" for input.0.params.amplitude of current_clamp) or a time of `simulation`; else "1".
std::string unit_of_key(const RunConfig& config, const std::string& key);

/// The [[sweep]] blocks of a config as TOML with the resolved values of their points (defaults
/// filled in, absolute paths), to stand behind the resolved text of `base`.
std::string write_sweep_toml(const RunConfig& base, const std::vector<SweepPoint>& points);

}  // namespace v1::config
