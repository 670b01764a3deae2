#include "engine/recording/sweep_folder.hpp"

#include <fstream>

#include "engine/base/error.hpp"
#include "engine/base/json_text.hpp"
#include "engine/recording/new_folder.hpp"
#include "engine/recording/run_folder.hpp"

namespace v1::recording {

namespace fs = std::filesystem;

fs::path point_path(const fs::path& dir, const std::string& name) { return dir / "points" / name; }

bool is_sweep_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path / "sweep.json", ignored);
}

std::vector<SweepPointInfo> read_sweep_points(const fs::path& dir) {
  const fs::path path = dir / "sweep.json";
  std::ifstream in(path);
  if (!in) throw error(ExitCode::data, "{}: no such file", path.string());
  try {
    const auto plan = nlohmann::ordered_json::parse(in);
    if (plan.at("format_version").get<int>() > format_version) {
      throw error(ExitCode::data, "{}: was written by a later version of v1engine", path.string());
    }
    std::vector<SweepPointInfo> points;
    for (const auto& entry : plan.at("points")) {
      SweepPointInfo point{entry.at("name").get<std::string>(), {}};
      for (const auto& [key, value] : entry.at("settings").items()) {
        point.settings.emplace_back(key, value.get<std::string>());
      }
      points.push_back(std::move(point));
    }
    return points;
  } catch (const nlohmann::json::exception&) {
    throw error(ExitCode::data,
                "{}: is damaged, no plan of a sweep; run --resume on the folder writes it anew",
                path.string());
  }
}

bool is_complete(const fs::path& dir, std::uint32_t trials) {
  std::error_code ignored;
  if (!fs::exists(dir / "run.json", ignored) || !is_run_folder(dir)) return false;
  try {
    const bool complete = info_text(read_run_info(dir), "status") == "complete";
    return complete && finished_trials(dir).size() >= trials;
  } catch (const Error&) {
    return false;  // resuming the point writes its record anew
  }
}

SweepFolder SweepFolder::create(const fs::path& output, const std::string& name) {
  const fs::path dir = make_new_folder(output, name, "runs");
  auto lock = lock_folder(dir);
  std::error_code failure;
  if (!fs::create_directory(dir / "points", failure)) refuse_folder(dir, failure);
  return {dir, std::move(lock)};
}

SweepFolder SweepFolder::open_for_resume(const fs::path& dir) {
  const fs::path clean = fs::absolute(dir / "").lexically_normal().parent_path();
  std::error_code ignored;
  if (!fs::is_directory(clean / "points", ignored)) {
    throw error(ExitCode::config,
                "{}: there is no sweep to resume; start one without --resume, or choose another -o",
                clean.string());
  }
  return {clean, lock_folder(clean)};
}

SweepFolder SweepFolder::join(const fs::path& dir) {
  const fs::path clean = fs::absolute(dir / "").lexically_normal().parent_path();
  std::error_code failure;
  fs::create_directories(clean, failure);
  if (failure) refuse_folder(clean, failure);
  const fs::path points = clean / "points";
  if (!fs::is_directory(points, failure) && !fs::is_empty(clean, failure)) {
    throw error(ExitCode::config, "{}: exists already and is no sweep's; choose another -o",
                clean.string());
  }
  auto lock = lock_folder(clean, Hold::shared);
  fs::create_directory(points, failure);
  if (failure) refuse_folder(points, failure);
  return {clean, std::move(lock)};
}

std::shared_ptr<const int> SweepFolder::my_turn() const {
  return lock_folder(path_ / "points", Hold::in_turn);
}

void SweepFolder::write_plan(const std::vector<SweepPointInfo>& points,
                             std::string_view config_toml) const {
  nlohmann::ordered_json plan;
  plan["format_version"] = format_version;
  plan["points"] = nlohmann::ordered_json::array();
  for (const SweepPointInfo& point : points) {
    nlohmann::ordered_json settings = nlohmann::ordered_json::object();
    for (const auto& [key, value] : point.settings) settings[key] = value;
    plan["points"].push_back({{"name", point.name}, {"settings", std::move(settings)}});
  }
  write_file_atomic(path_ / "config.toml", config_toml);
  write_file_atomic(path_ / "sweep.json", json_text(plan, 2) + "\n");
}

void SweepFolder::write_run_info(const nlohmann::ordered_json& info) const {
  write_file_atomic(path_ / "run.json", json_text(info, 2) + "\n");
}

}  // namespace v1::recording
