#include "engine/cli/sweep_run.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/cli/experiment.hpp"
#include "engine/cli/machine.hpp"
#include "engine/cli/progress_bar.hpp"
#include "engine/cli/simulation_run.hpp"
#include "engine/cli/sweep_analyses.hpp"
#include "engine/figures/report.hpp"
#include "engine/recording/run_folder.hpp"
#include "engine/recording/sweep_folder.hpp"

namespace v1::cli {
namespace {

namespace fs = std::filesystem;
using config::SweepPoint;

// The swept values of a point as columns of its trial table.
std::vector<recording::TrialColumn> swept_columns(const SweepPoint& point) {
  std::vector<recording::TrialColumn> columns;
  const std::size_t trials = point.config.simulation.trials;
  for (const auto& [key, text] : point.settings) {
    const toml::table parsed = toml::parse("value = " + text);
    recording::TrialColumn column{key, "1", {}};
    if (const auto number = parsed["value"].value<double>()) {
      column.values = std::vector<double>(trials, *number);
    } else {
      column.values = std::vector<std::string>(trials, parsed["value"].value_or(text));
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

std::vector<recording::SweepPointInfo> plan_of(const std::vector<SweepPoint>& points) {
  std::vector<recording::SweepPointInfo> plan;
  for (const SweepPoint& point : points) plan.push_back({point.name, point.settings});
  return plan;
}

class SweepRun {
 public:
  SweepRun(const RunOptions& options, const CommonOptions& common, Session& session,
           const StopCondition& stop)
      : options_(options),
        common_(common),
        session_(session),
        stop_(stop),
        base_(session.config),
        points_(config::load_points(load_options(options.config), session.registry)),
        config_toml_(base_.resolved_toml + config::write_sweep_toml(base_, points_)) {}

  int execute() {
    analyses_ = split_analyses(base_.analyses, session_.registry, same_network(points_));
    if (options_.no_analyses) analyses_ = {};
    check_all();
    const recording::SweepFolder folder = open_folder();
    log::open_file(folder.path() / "log.txt");
    folder.write_plan(plan_of(points_), config_toml_);
    write_info(folder, "running");
    try {
      simulate_points(folder);
      if (!interrupted_) compare_points(folder);
    } catch (const Error& e) {
      if (e.code() != ExitCode::interrupted) {
        write_info(folder, "failed");
        throw;
      }
      interrupted_ = true;
    }
    return conclude(folder);
  }

 private:
  void check_all() {
    RunPlan whole;
    for (const RunPlan& plan : check_points(session_, points_, networks_)) {
      whole.memory_bytes = std::max(whole.memory_bytes, plan.memory_bytes);
      whole.bytes_to_write += plan.bytes_to_write;
    }
    check_resources(whole, options_.output.empty() ? "runs" : options_.output);
  }

  recording::SweepFolder open_folder() const {
    if (!options_.resume) return recording::SweepFolder::create(options_.output, base_.name);
    if (options_.output.empty()) {
      throw error(ExitCode::config, "--resume needs -o with the folder of the sweep to go on with");
    }
    auto folder = recording::SweepFolder::open_for_resume(options_.output);
    check_resumable(folder.path(), config_toml_);
    return folder;
  }

  void simulate_points(const recording::SweepFolder& folder) {
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < points_.size(); ++i) {
      const fs::path dir = recording::point_path(folder.path(), points_[i].name);
      if (recording::is_complete(dir, points_[i].config.simulation.trials)) {
        ++finished_;
        complete_analyses(i, dir);
      } else {
        left.push_back(i);
      }
    }
    if (finished_ > 0) log::info("{} of {} points are finished", finished_, points_.size());
    ProgressBar bar("sweeping", common_.quiet);
    for (std::size_t k = 0; k < left.size() && !interrupted_; ++k) {
      SimulationRunOptions run;
      run.progress = [&](double fraction, const std::string& detail) {
        bar.update((static_cast<double>(k) + fraction) / static_cast<double>(left.size()),
                   fmt::format("point {}/{} {}, {}", left[k] + 1, points_.size(),
                               points_[left[k]].name, detail));
      };
      run.step_loop_ended = [&] { bar.finish(); };
      simulate_point(folder, left[k], std::move(run));
      write_info(folder, "running");
    }
  }

  void simulate_point(const recording::SweepFolder& folder, std::size_t index,
                      SimulationRunOptions run) {
    const SweepPoint& point = points_[index];
    if (stop_()) {
      interrupted_ = true;
      return;
    }
    keep_warnings();
    log::info("point {} of {}: {}", index + 1, points_.size(), point.name);
    session_.use(point.config);
    run.output = recording::point_path(folder.path(), point.name);
    run.resume = fs::exists(run.output);
    run.analyses = analyses_.of_point(index);
    run.command = options_.command;
    run.networks = &networks_;
    run.constant_columns = swept_columns(point);
    try {
      const SimulationRunResult result = simulate_run(session_, run, stop_);
      interrupted_ = result.interrupted;
      if (!interrupted_) ++finished_;
      if (code_ == 0) code_ = result.code;
    } catch (const Error& e) {
      log::open_file(folder.path() / "log.txt");
      if (e.code() == ExitCode::interrupted) throw;
      throw error(e.code(), "sweep point '{}': {}", point.name, e.what());
    }
    log::open_file(folder.path() / "log.txt");
  }

  // A point that was finished before keeps its results; analyses that it lacks are added.
  void complete_analyses(std::size_t index, const fs::path& dir) {
    std::vector<config::PluginUse> missing;
    for (const config::PluginUse& use : analyses_.of_point(index)) {
      if (!fs::exists(dir / "analyses" / use.name)) missing.push_back(use);
    }
    if (missing.empty()) return;
    session_.use(points_[index].config);
    const int code = analyze_finished_run(session_, dir, std::move(missing), stop_);
    if (code_ == 0) code_ = code;
  }

  void compare_points(const recording::SweepFolder& folder) {
    if (analyses_.of_sweep.empty()) return;
    std::vector<fs::path> runs;
    for (const SweepPoint& point : points_) {
      runs.push_back(recording::point_path(folder.path(), point.name));
    }
    const AnalysisOutcome outcome =
        analyze_together(analyses_.of_sweep, analyses_.of_points, runs, folder.path() / "analyses",
                         base_.limits.analysis_memory, session_, *session_.pool, stop_);
    if (code_ == 0) code_ = static_cast<int>(outcome.code);
  }

  // Each point keeps its own warnings; the sweep keeps those before, between and after.
  void keep_warnings() {
    const std::vector<std::string> now = log::warnings();
    if (finished_ == 0) warnings_ = now;
    log::clear_warnings();
  }

  void write_info(const recording::SweepFolder& folder, const std::string& status) const {
    nlohmann::ordered_json info;
    info["format_version"] = recording::format_version;
    info["name"] = base_.name;
    info["version"] = version();
    info["git_revision"] = git_revision();
    info["status"] = status;
    info["created"] = created_;
    info["host"] = host_description();
    info["command"] = options_.command;
    info["sweep"] = {{"points", points_.size()}, {"finished", finished_}};
    info["plugins"] = nlohmann::ordered_json::array();
    for (const config::PluginUse& use : analyses_.of_sweep) {
      info["plugins"].push_back({{"kind", "analysis"}, {"name", use.plugin}, {"use", use.name}});
    }
    info["peak_memory_bytes"] = peak_memory_bytes();
    info["warnings"] = warnings_;
    folder.write_run_info(info);
  }

  int conclude(const recording::SweepFolder& folder) {
    if (interrupted_) code_ = stop_.exit_code();
    write_info(folder, interrupted_ ? "interrupted" : "complete");
    figures::write_report(folder.path());
    if (interrupted_) {
      log::warn("stopped early; go on with: v1engine run {} -o {} --resume",
                options_.config.config.string(), folder.path().string());
    }
    fmt::print("{}\n", folder.path().string());
    std::fflush(stdout);
    return code_;
  }

  const RunOptions& options_;
  const CommonOptions& common_;
  Session& session_;
  const StopCondition& stop_;
  const config::RunConfig base_;
  const std::vector<SweepPoint> points_;
  const std::string config_toml_;
  const std::string created_ = utc_now();
  SweepAnalyses analyses_;
  NetworkStore networks_;
  std::vector<std::string> warnings_;
  std::size_t finished_ = 0;
  bool interrupted_ = false;
  int code_ = 0;
};

}  // namespace

bool same_network(const std::vector<SweepPoint>& points) {
  return std::all_of(points.begin(), points.end(), [&](const SweepPoint& point) {
    return network_key(point.config) == network_key(points.front().config);
  });
}

std::vector<RunPlan> check_points(Session& session, const std::vector<SweepPoint>& points,
                                  NetworkStore& networks) {
  std::map<std::string, std::vector<std::size_t>> points_of_network;
  for (std::size_t i = 0; i < points.size(); ++i) {
    points_of_network[network_key(points[i].config)].push_back(i);
  }
  std::vector<RunPlan> plans(points.size());
  StageTimes times;
  for (const auto& [network, of_network] : points_of_network) {
    for (const std::size_t i : of_network) {
      session.use(points[i].config);
      try {
        const Experiment experiment(session, times, &networks);
        plans[i] = make_plan(experiment, session);
      } catch (const Error& e) {
        throw error(e.code(), "sweep point '{}': {}", points[i].name, e.what());
      }
    }
  }
  return plans;
}

int run_sweep(const RunOptions& options, const CommonOptions& common, Session& session,
              const StopCondition& stop) {
  return SweepRun(options, common, session, stop).execute();
}

}  // namespace v1::cli
