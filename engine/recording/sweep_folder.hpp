#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace v1::recording {

/// A point of a sweep as its folder knows it.
struct SweepPointInfo {
  std::string name;                                           // folder points/NAME
  std::vector<std::pair<std::string, std::string>> settings;  // swept key, TOML value
};

/// DIR/points/NAME, itself a run folder.
std::filesystem::path point_path(const std::filesystem::path& dir, const std::string& name);

/// True for a folder with a sweep.json.
bool is_sweep_folder(const std::filesystem::path& path);

/// The points of a sweep folder in their order. Throws Error(data) when sweep.json is broken.
std::vector<SweepPointInfo> read_sweep_points(const std::filesystem::path& dir);

/// True when the run in `dir` has all its trials and says so.
bool is_complete(const std::filesystem::path& dir, std::uint32_t trials);

/// The folder of a sweep, held for writing.
class SweepFolder {
 public:
  /// As RunFolder::create.
  static SweepFolder create(const std::filesystem::path& output, const std::string& name);
  /// Throws Error(config) when there is no sweep to resume.
  static SweepFolder open_for_resume(const std::filesystem::path& dir);
  /// The folder of a sweep whose points several processes share; the first one makes it. Throws
  /// Error(config) when another one holds it alone, or it is no sweep's.
  static SweepFolder join(const std::filesystem::path& dir);

  const std::filesystem::path& path() const { return path_; }
  /// Those who share the folder do in turn what this is held for.
  std::shared_ptr<const int> my_turn() const;
  /// sweep.json, and config.toml with the sweep.
  void write_plan(const std::vector<SweepPointInfo>& points, std::string_view config_toml) const;
  void write_run_info(const nlohmann::ordered_json& info) const;  // run.json

 private:
  SweepFolder(std::filesystem::path path, std::shared_ptr<const int> lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  std::filesystem::path path_;
  std::shared_ptr<const int> lock_;
};

}  // namespace v1::recording
