#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The folder a run writes: names, creation, resuming, run.json.
namespace v1::recording {

/// Version of all files in a run folder. A later major version is refused, an earlier one read.
inline constexpr int format_version = 1;

/// Replaces a file so that readers see the old or the new text, never a part.
/// Throws Error(memory) when it cannot be written.
void write_file_atomic(const std::filesystem::path& path, std::string_view text);

/// Numbers of the trials with a closed file in DIR/trials, ascending.
std::vector<std::uint32_t> finished_trials(const std::filesystem::path& dir);

/// DIR/trials/NNNN.h5
std::filesystem::path trial_path(const std::filesystem::path& dir, std::uint32_t trial);

/// True for a folder with a nodes.h5 written by a run.
bool is_run_folder(const std::filesystem::path& path);

/// Throws Error(data), which says what is missing or damaged, when it is none.
void check_run_folder(const std::filesystem::path& path);

/// Contents of run.json. Free-form parts are JSON objects.
struct RunInfo {
  std::string name, version, git_revision;
  std::string status = "running";  // running | complete | interrupted | failed
  std::string created;             // ISO 8601, UTC
  std::string host, device;
  std::vector<std::string> command;
  nlohmann::ordered_json seeds = nlohmann::ordered_json::object();
  nlohmann::ordered_json network = nlohmann::ordered_json::object();
  nlohmann::ordered_json simulation = nlohmann::ordered_json::object();
  nlohmann::ordered_json plugins = nlohmann::ordered_json::array();  // {name, version, abi, file}
  nlohmann::ordered_json timings_s = nlohmann::ordered_json::object();
  double rtf = 0.0;        // step loop alone
  double rtf_total = 0.0;  // with waiting for the writer
  std::uint64_t peak_memory_bytes = 0;
  nlohmann::ordered_json counts = nlohmann::ordered_json::object();
  nlohmann::ordered_json rates = nlohmann::ordered_json::object();  // Hz by population
  nlohmann::ordered_json fixed_point = nlohmann::ordered_json::object();
  std::vector<std::string> warnings;

  nlohmann::ordered_json to_json() const;
};

/// Parsed run.json, an object; Error(data) when it is missing, broken or of a later version.
nlohmann::json read_run_info(const std::filesystem::path& dir);

/// The text under a key of run.json; empty when there is none.
std::string info_text(const nlohmann::json& info, const char* key);

/// A run folder held for writing: a second process that tries the same is refused while this
/// object (or a Recorder made from it) lives.
class RunFolder {
 public:
  /// Makes the folder `output`; empty: base/NAME, then base/NAME-2, ... Throws Error(config) when
  /// `output` exists or cannot be made, Error(memory) when the disk is full.
  static RunFolder create(const std::filesystem::path& output, const std::string& name,
                          const std::filesystem::path& base = "runs");
  /// Opens an existing folder and tidies up what a killed run left: partial trials go, the
  /// checkpoint is brought in step with the trials. carry_state: only trials up to the checkpoint
  /// count as finished, later ones are removed. Throws Error(config) when there is no such folder
  /// or it holds something else.
  static RunFolder open_for_resume(const std::filesystem::path& dir, bool carry_state);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path file(std::string_view name) const { return path_ / name; }
  /// Trials that were finished when the folder was opened.
  const std::vector<std::uint32_t>& finished() const { return finished_; }

  void write_config(std::string_view resolved_toml) const;  // config.toml
  void write_run_info(const RunInfo& info) const;           // run.json

 private:
  RunFolder(std::filesystem::path path, std::shared_ptr<const int> lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  std::filesystem::path path_;
  std::shared_ptr<const int> lock_;  // descriptor with an advisory lock
  std::vector<std::uint32_t> finished_;
};

}  // namespace v1::recording
