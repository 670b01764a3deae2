#include "engine/recording/run_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "engine/base/error.hpp"
#include "engine/base/files.hpp"
#include "engine/base/hdf5.hpp"
#include "engine/base/json_text.hpp"
#include "engine/base/log.hpp"
#include "engine/base/write_failure.hpp"
#include "engine/recording/checkpoint.hpp"
#include "engine/recording/new_folder.hpp"
#include "engine/recording/trial_index.hpp"

namespace v1::recording {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view part_suffix = ".part";

// The number in "0012.h5".
std::optional<std::uint32_t> trial_number(const std::string& file_name) {
  const std::size_t digits = file_name.size() < 3 ? 0 : file_name.size() - 3;
  if (digits < 4 || file_name.substr(digits) != ".h5") return std::nullopt;
  std::uint32_t trial = 0;
  const auto [end, status] = std::from_chars(file_name.data(), file_name.data() + digits, trial);
  if (status != std::errc() || end != file_name.data() + digits) return std::nullopt;
  return trial;
}

bool has_part_suffix(const fs::path& path) { return path.extension() == part_suffix; }

void remove_parts(const fs::path& dir) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(dir, ignored)) {
    if (has_part_suffix(entry.path())) fs::remove(entry.path(), ignored);
  }
}

// Brings the checkpoint in step with the trials: a kill between the two renames of end_trial
// leaves the new one under its .part name. Returns its trial.
std::optional<std::uint32_t> settle_checkpoint(const fs::path& dir,
                                               const std::vector<std::uint32_t>& finished) {
  const fs::path settled = dir / "checkpoint.h5";
  const fs::path part = dir / "checkpoint.h5.part";
  const std::optional<std::uint32_t> next = checkpoint_trial(part);
  if (next && !finished.empty() && *next == finished.back()) fs::rename(part, settled);
  return checkpoint_trial(settled);
}

// With carried state only an unbroken row of trials up to the checkpoint can be continued.
std::vector<std::uint32_t> carried_trials(const fs::path& dir,
                                          const std::vector<std::uint32_t>& found,
                                          std::optional<std::uint32_t> checkpoint) {
  std::vector<std::uint32_t> row;
  while (row.size() < found.size() && found[row.size()] == row.size()) {
    row.push_back(found[row.size()]);
  }
  if (row.empty()) return row;
  if (!checkpoint) {
    log::warn("{}: no checkpoint.h5, so all trials are simulated again", dir.string());
    return {};
  }
  if (*checkpoint >= row.size()) {
    throw error(ExitCode::data,
                "{}: checkpoint.h5 stands at trial {}, but {} is missing; restore that file or "
                "start a new run",
                dir.string(), *checkpoint,
                trial_path("", static_cast<std::uint32_t>(row.size())).string());
  }
  row.resize(*checkpoint + 1);
  return row;
}

}  // namespace

void write_file_atomic(const fs::path& path, std::string_view text) {
  const fs::path part = fs::path(path).concat(part_suffix);
  const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  bool good = fd >= 0;
  int cause = errno;
  for (std::size_t done = 0; good && done < text.size();) {
    const ssize_t written = ::write(fd, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    good = written > 0;
    if (good) done += static_cast<std::size_t>(written);
  }
  good = good && ::fsync(fd) == 0;
  if (!good) cause = errno;
  if (fd >= 0) ::close(fd);
  if (good && std::rename(part.c_str(), path.c_str()) == 0) return;
  if (good) cause = errno;
  std::error_code ignored;
  fs::remove(part, ignored);
  throw cannot_write(path, cause);
}

std::vector<std::uint32_t> finished_trials(const fs::path& dir) {
  std::vector<std::uint32_t> trials;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(dir / "trials", ignored)) {
    if (const auto trial = trial_number(entry.path().filename())) trials.push_back(*trial);
  }
  std::sort(trials.begin(), trials.end());
  return trials;
}

fs::path trial_path(const fs::path& dir, std::uint32_t trial) {
  return dir / "trials" / fmt::format("{:04}.h5", trial);
}

bool is_run_folder(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(path / "nodes.h5", ignored)) return false;
  try {
    const h5::File file = h5::File::read(path / "nodes.h5");
    return file.text_attribute("/", "v1engine_content") == "nodes";
  } catch (const Error&) {
    return false;
  }
}

void check_run_folder(const fs::path& path) {
  std::error_code ignored, closed;
  if (!fs::exists(path, ignored)) {
    throw error(ExitCode::data, "{}: no such run folder", path.string());
  }
  if (!fs::is_directory(path, ignored)) {
    throw error(ExitCode::data, "{}: is a file, but a run folder is needed", path.string());
  }
  if (!fs::exists(path / "nodes.h5", closed)) {
    const std::string why = closed ? "cannot be read (" + closed.message() + ")"
                                   : "is no run folder (it has no nodes.h5)";
    throw error(ExitCode::data, "{}: {}", path.string(), why);
  }
  check_file_mark(h5::File::read(path / "nodes.h5"), "nodes");
}

nlohmann::ordered_json RunInfo::to_json() const {
  return {{"format_version", format_version},
          {"name", name},
          {"version", version},
          {"git_revision", git_revision},
          {"status", status},
          {"created", created},
          {"host", host},
          {"device", device},
          {"command", command},
          {"seeds", seeds},
          {"network", network},
          {"simulation", simulation},
          {"plugins", plugins},
          {"timings_s", timings_s},
          {"rtf", rtf},
          {"rtf_total", rtf_total},
          {"peak_memory_bytes", peak_memory_bytes},
          {"counts", counts},
          {"rates", rates},
          {"fixed_point", fixed_point},
          {"warnings", warnings}};
}

nlohmann::json read_run_info(const fs::path& dir) {
  const fs::path path = dir / "run.json";
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) {
    throw error(ExitCode::data, "{}: no such file; run --resume on the folder writes it anew",
                path.string());
  }
  nlohmann::json info = nlohmann::json::parse(read_file(path), nullptr, false);
  if (!info.is_object()) {
    throw error(ExitCode::data,
                "{}: is damaged (no JSON object); run --resume on the folder writes it anew",
                path.string());
  }
  const auto version = info.find("format_version");
  if (version != info.end() && version->is_number() && *version > format_version) {
    throw error(ExitCode::data,
                "{}: has format version {}, this v1engine reads versions 1 to {}; use a newer one",
                path.string(), version->dump(), format_version);
  }
  return info;
}

std::string info_text(const nlohmann::json& info, const char* key) {
  const auto value = info.find(key);
  return value != info.end() && value->is_string() ? value->get<std::string>() : "";
}

RunFolder RunFolder::create(const fs::path& output, const std::string& name, const fs::path& base) {
  const fs::path dir = make_new_folder(output, name, base);
  std::error_code failure;
  if (!fs::create_directory(dir / "trials", failure)) refuse_folder(dir, failure);
  return RunFolder(dir, lock_folder(dir));
}

RunFolder RunFolder::open_for_resume(const fs::path& dir, bool carry_state) {
  const fs::path clean = fs::absolute(dir / "").lexically_normal().parent_path();
  std::error_code ignored;
  if (!fs::is_directory(clean, ignored)) {
    throw error(ExitCode::config, "{}: there is no such run to resume", clean.string());
  }
  // A run killed early has not got as far as nodes.h5.
  if (!is_run_folder(clean) && !fs::exists(clean / "config.toml", ignored) &&
      !fs::is_directory(clean / "trials", ignored) && !fs::is_empty(clean, ignored)) {
    throw error(ExitCode::config, "{}: holds no run to resume; choose another -o", clean.string());
  }
  RunFolder folder(clean, lock_folder(clean));
  fs::create_directory(clean / "trials", ignored);
  const std::vector<std::uint32_t> found = finished_trials(clean);
  const std::optional<std::uint32_t> checkpoint = settle_checkpoint(clean, found);
  remove_parts(clean);
  remove_parts(clean / "trials");
  folder.finished_ = carry_state ? carried_trials(clean, found, checkpoint) : found;
  return folder;
}

void RunFolder::write_config(std::string_view resolved_toml) const {
  write_file_atomic(path_ / "config.toml", resolved_toml);
}

void RunFolder::write_run_info(const RunInfo& info) const {
  // Names and warnings may quote bytes that are not UTF-8; those become U+FFFD.
  write_file_atomic(path_ / "run.json", json_text(info.to_json(), 2) + "\n");
}

}  // namespace v1::recording
