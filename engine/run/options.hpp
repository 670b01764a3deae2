#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// What the command line says about a run.
namespace v1::run {

/// What several commands take.
struct CommonOptions {
  std::vector<std::filesystem::path> plugin_paths;
  bool allow_unsafe_plugins = false;  // from folders that everybody may write to
  bool quiet = false;
  bool verbose = false;
};

/// CONFIG and everything that changes it.
struct ConfigOptions {
  std::filesystem::path config;
  bool natural_5k = false;  // instead: what bench measures without a config
  std::vector<std::string> sets;
  std::optional<std::string> backend;
  std::optional<std::int64_t> threads, trials, neurons, seed, device;
  std::optional<std::filesystem::path> cache_dir;
  bool no_cache = false;
};

/// One of several processes that share the points of a sweep: points number - 1, number - 1 + of,
/// ...
struct PointShare {
  std::uint32_t number = 1;  // 1 .. of
  std::uint32_t of = 1;
};

struct RunOptions {
  ConfigOptions config;
  std::filesystem::path output;  // empty: runs/NAME
  bool resume = false;
  bool no_analyses = false;
  bool isolate = false;  // analyses in child processes, as [limits] isolate
  std::optional<double> max_time_s;
  std::optional<PointShare> share;
  std::vector<std::string> command;  // as typed, for run.json
};

}  // namespace v1::run
