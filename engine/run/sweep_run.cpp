#include "engine/run/sweep_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/figures/figures.hpp"
#include "engine/figures/report.hpp"
#include "engine/process/machine.hpp"
#include "engine/process/progress_bar.hpp"
#include "engine/process/resume_command.hpp"
#include "engine/process/standard_streams.hpp"
#include "engine/recording/run_folder.hpp"
#include "engine/recording/sweep_folder.hpp"
#include "engine/run/parallel_points.hpp"
#include "engine/run/run_analyses.hpp"
#include "engine/run/simulation_run.hpp"
#include "engine/run/stored_run.hpp"
#include "engine/run/sweep_analyses.hpp"
#include "engine/run/sweep_points.hpp"

namespace v1::run {
namespace {

namespace fs = std::filesystem;
using config::SweepPoint;

std::vector<recording::SweepPointInfo> plan_of(const std::vector<SweepPoint>& points) {
  std::vector<recording::SweepPointInfo> plan;
  for (const SweepPoint& point : points) plan.push_back({point.name, point.settings});
  return plan;
}

// The points of the config. To resume, they keep the names that they have in the folder, which an
// earlier version may have made otherwise.
std::vector<SweepPoint> named_points(const RunOptions& options, const plugin::Registry& registry) {
  std::vector<SweepPoint> points = config::load_points(load_options(options.config), registry);
  if ((!options.resume && !options.share) || !recording::is_sweep_folder(options.output))
    return points;
  std::vector<recording::SweepPointInfo> stored;
  try {
    stored = recording::read_sweep_points(options.output);
  } catch (const Error&) {
    return points;  // a damaged plan is written anew
  }
  // The order of the points is that of the config, which must be the same.
  if (stored.size() != points.size()) return points;
  for (std::size_t i = 0; i < points.size(); ++i) points[i].name = stored[i].name;
  return points;
}

std::vector<std::size_t> points_of(const std::optional<PointShare>& share, std::size_t count) {
  const PointShare mine = share.value_or(PointShare{});
  std::vector<std::size_t> points;
  for (std::size_t i = mine.number - 1; i < count; i += mine.of) points.push_back(i);
  return points;
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
        points_(named_points(options, session.registry)),
        config_toml_(base_.resolved_toml + config::write_sweep_toml(base_, points_)),
        own_(points_of(options.share, points_.size())),
        log_name_(options.share
                      ? fmt::format("log-{}-of-{}.txt", options.share->number, options.share->of)
                      : "log.txt") {}

  int execute() {
    analyses_ = split_analyses(base_.analyses, session_.registry, same_network(points_));
    if (options_.no_analyses) analyses_ = {};
    check_all();
    const recording::SweepFolder folder = open_folder();
    log::open_file(folder.path() / log_name_);
    try {
      simulate_points(folder);
      if (!interrupted_ && !options_.share) compare_points(folder);
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
    const CheckedPoints checked = check_points(session_, points_, networks_, analyses_, stop_);
    for (const std::string& problem : checked.problems) {
      log::warn("{}; this analysis will fail", problem);
    }
    for (std::size_t i = 0; i < points_.size(); ++i) {
      const RunPlan plan = without_finished(checked.plans[i], finished_trials_of(points_[i]),
                                            points_[i].config.simulation.trials);
      need_.memory_bytes = std::max(need_.memory_bytes, plan.memory_bytes);
      need_.device_bytes = std::max(need_.device_bytes, plan.device_bytes);
      need_.device_bytes_free = plan.device_bytes_free;
      need_.bytes_to_write += plan.bytes_to_write;
      need_.least_bytes += plan.least_bytes;
    }
    check_resources(need_, options_.output.empty() ? "runs" : options_.output);
  }

  std::size_t finished_trials_of(const SweepPoint& point) const {
    if (!options_.resume && !options_.share) return 0;
    return recording::finished_trials(recording::point_path(options_.output, point.name)).size();
  }

  // How many points to run side by side. A device does one at a time, and its driver does not
  // outlive the fork of a process.
  unsigned points_at_once(std::size_t points) const {
    if (need_.device_bytes > 0) return 1;
    std::uint64_t most = base_.limits.parallel_points;
    if (most == 0) {
      const std::uint64_t each =
          need_.memory_bytes + (base_.analyses.empty() ? 0 : base_.limits.analysis_memory) + 1;
      most = std::min<std::uint64_t>(session_.pool->size(), available_memory_bytes() / each);
    }
    return static_cast<unsigned>(
        std::clamp<std::uint64_t>(most, 1, std::max<std::size_t>(1, points)));
  }

  recording::SweepFolder open_folder() const {
    if (options_.output.empty() && (options_.resume || options_.share)) {
      throw error(ExitCode::config, "{} needs -o with the folder of the sweep",
                  options_.share ? "--points" : "--resume");
    }
    using recording::SweepFolder;
    SweepFolder folder = options_.share    ? SweepFolder::join(options_.output)
                         : options_.resume ? SweepFolder::open_for_resume(options_.output)
                                           : SweepFolder::create(options_.output, base_.name);
    const auto turn = options_.share ? folder.my_turn() : nullptr;
    const bool begun = options_.resume || fs::exists(folder.path() / "config.toml") ||
                       !fs::is_empty(folder.path() / "points");
    if (begun) check_resumable(folder.path(), config_toml_);
    folder.write_plan(plan_of(points_), config_toml_);
    folder.write_run_info(info("running", finished_in(folder)));
    return folder;
  }

  // Points that anybody has finished.
  std::size_t finished_in(const recording::SweepFolder& folder) const {
    return static_cast<std::size_t>(
        std::count_if(points_.begin(), points_.end(), [&](const SweepPoint& point) {
          return recording::is_complete(recording::point_path(folder.path(), point.name),
                                        point.config.simulation.trials);
        }));
  }

  void simulate_points(const recording::SweepFolder& folder) {
    std::vector<std::size_t> left;
    for (const std::size_t i : own_) {
      const fs::path dir = recording::point_path(folder.path(), points_[i].name);
      if (recording::is_complete(dir, points_[i].config.simulation.trials)) {
        ++finished_;
        complete_analyses(i, dir);
      } else {
        left.push_back(i);
      }
    }
    if (own_.empty()) log::info("none of the {} points is of this share", points_.size());
    if (finished_ > 0) log::info("{} of {} points are finished", finished_, own_.size());
    if (left.empty()) return;
    keep_warnings();
    const unsigned at_once = points_at_once(left.size());
    ProgressBar bar("sweeping", common_.quiet);
    at_once > 1 ? simulate_side_by_side(folder, left, at_once, bar)
                : simulate_in_turn(folder, left, bar);
  }

  void simulate_in_turn(const recording::SweepFolder& folder, const std::vector<std::size_t>& left,
                        ProgressBar& bar) {
    for (std::size_t k = 0; k < left.size() && !interrupted_; ++k) {
      if (stop_()) {
        interrupted_ = true;
        return;
      }
      announce(left[k]);
      session_.use(points_[left[k]].config);
      try {
        const SimulationRunResult result = simulate_point(
            folder, left[k],
            [&](double fraction, const std::string& detail) {
              bar.update((static_cast<double>(k) + fraction) / static_cast<double>(left.size()),
                         fmt::format("point {}/{} {}, {}", left[k] + 1, points_.size(),
                                     points_[left[k]].name, detail));
            },
            [&] { bar.finish(); });
        log::open_file(folder.path() / log_name_);
        log::clear_warnings();  // a point keeps its own
        take(folder, left[k], result);
      } catch (const Error& e) {
        log::open_file(folder.path() / log_name_);
        if (e.code() == ExitCode::interrupted) throw;
        throw begun_with(fmt::format("sweep point '{}': ", points_[left[k]].name), e);
      }
    }
  }

  void simulate_side_by_side(const recording::SweepFolder& folder,
                             const std::vector<std::size_t>& left, unsigned at_once,
                             ProgressBar& bar) {
    log::info("{} points, {} side by side", left.size(), at_once);
    ParallelPoints parallel;
    parallel.count = left.size();
    parallel.at_once = at_once;
    parallel.threads = session_.pool->size();
    parallel.run = [&](std::size_t k, unsigned threads, auto progress) {
      config::RunConfig config = points_[left[k]].config;
      config.simulation.threads = threads;
      session_.use_in_copy(std::move(config));
      return simulate_point(folder, left[k], std::move(progress), [] {});
    };
    parallel.begins = [&](std::size_t k) {
      bar.finish();
      announce(left[k]);
    };
    parallel.log = [&](std::size_t k, const std::string& line) {
      bar.finish();
      const std::string name = points_[left[k]].name + ": ";
      say(fmt::format("{}{}\n", line.starts_with(name) ? "" : name, line));
    };
    parallel.ended = [&](std::size_t k, const SimulationRunResult& result) {
      take(folder, left[k], result);
    };
    parallel.progress = [&](double fraction, const std::string& detail) {
      bar.update(fraction, fmt::format("{} of {} points done, {}", finished_, own_.size(), detail));
    };
    try {
      run_side_by_side(parallel, stop_);
    } catch (const PointFailure& failure) {
      throw begun_with(fmt::format("sweep point '{}': ", points_[left[failure.k]].name),
                       failure.error);
    }
    interrupted_ = interrupted_ || stop_();
  }

  void announce(std::size_t index) const {
    log::info("point {} of {}: {}", index + 1, points_.size(), points_[index].name);
  }

  // The session uses the point's config.
  SimulationRunResult simulate_point(const recording::SweepFolder& folder, std::size_t index,
                                     std::function<void(double, const std::string&)> progress,
                                     std::function<void()> step_loop_ended) {
    SimulationRunOptions run;
    run.progress = std::move(progress);
    run.step_loop_ended = std::move(step_loop_ended);
    run.output = recording::point_path(folder.path(), points_[index].name);
    run.resume = fs::exists(run.output);
    run.analyses = analyses_.of_point(index);
    run.analyses_checked = true;
    run.command = options_.command;
    run.networks = &networks_;
    run.constant_columns = swept_columns(points_[index]);
    return simulate_run(session_, run, stop_);
  }

  void take(const recording::SweepFolder& folder, std::size_t index,
            const SimulationRunResult& result) {
    interrupted_ = interrupted_ || result.interrupted;
    if (!result.interrupted) ++finished_;
    codes_[index] = result.code;
    write_info(folder, "running");
  }

  // A point that was finished before keeps its results; analyses and figures that it lacks are
  // added.
  void complete_analyses(std::size_t index, const fs::path& dir) {
    std::vector<config::PluginUse> missing;
    for (const config::PluginUse& use : analyses_.of_point(index)) {
      if (!fs::exists(dir / "analyses" / use.name)) missing.push_back(use);
    }
    const bool cut_short = !fs::exists(dir / "report.html");  // which is written last
    if (missing.empty() && !cut_short) return;
    session_.use(points_[index].config);
    if (cut_short) {
      for (const std::string& warning :
           figures::draw_missing_figures(dir, *session_.pool).warnings) {
        log::warn("{}", warning);
      }
    }
    fs::remove(dir / "report.html");  // until all is there
    codes_[index] = analyze_finished_run(session_, dir, std::move(missing), stop_);
  }

  void compare_points(const recording::SweepFolder& folder) {
    if (analyses_.of_sweep.empty()) return;
    std::vector<fs::path> runs;
    for (const SweepPoint& point : points_) {
      runs.push_back(recording::point_path(folder.path(), point.name));
    }
    AnalysisJob job;
    job.uses = analyses_.of_sweep;
    job.stored = plugin_names(analyses_.of_points);
    job.memory_bytes = base_.limits.analysis_memory;
    job.datasets = open_stored_runs(runs, session_, *session_.pool);
    job.output = folder.path() / "analyses";
    const AnalysisOutcome outcome = run_analyses(std::move(job), session_, *session_.pool, stop_);
    codes_[points_.size()] = static_cast<int>(outcome.code);
  }

  // The sweep's own: what the points were not asked about.
  void keep_warnings() {
    warnings_ = log::warnings();
    log::clear_warnings();
  }

  void write_info(const recording::SweepFolder& folder, const std::string& status) const {
    if (!options_.share) return folder.write_run_info(info(status, finished_));
    const auto turn = folder.my_turn();
    folder.write_run_info(info(status, finished_in(folder)));
  }

  nlohmann::ordered_json info(const std::string& status, std::size_t finished) const {
    nlohmann::ordered_json info;
    info["format_version"] = recording::format_version;
    info["name"] = base_.name;
    info["version"] = version();
    info["git_revision"] = git_revision();
    info["status"] = status;
    info["created"] = created_;
    info["host"] = host_description();
    info["command"] = options_.command;
    info["sweep"] = {{"points", points_.size()}, {"finished", finished}};
    info["plugins"] = nlohmann::ordered_json::array();
    for (const config::PluginUse& use : analyses_.of_sweep) {
      info["plugins"].push_back({{"kind", "analysis"}, {"name", use.plugin}, {"use", use.name}});
    }
    info["peak_memory_bytes"] = peak_memory_bytes();
    std::vector<std::string> warnings = warnings_;
    for (const std::string& warning : log::warnings()) warnings.push_back(warning);
    info["warnings"] = warnings;
    return info;
  }

  // The first code that is not 0, in the order of the points.
  int exit_code() const {
    if (interrupted_) return stop_.exit_code();
    for (const auto& [index, code] : codes_) {
      if (code != 0) return code;
    }
    return 0;
  }

  int conclude(const recording::SweepFolder& folder) {
    write_info(folder, interrupted_ || options_.share ? "interrupted" : "complete");
    if (!options_.share) figures::write_report(folder.path());
    if (interrupted_) {
      log::warn("stopped early; go on with: {}", resume_command(options_.command, folder.path()));
    } else if (options_.share) {
      log::info("share {} of {} is done; with all of them done, compare and report by: {}",
                options_.share->number, options_.share->of,
                resume_command(without_option(options_.command, "--points"), folder.path()));
    }
    fmt::print("{}\n", folder.path().string());
    std::fflush(stdout);
    return exit_code();
  }

  const RunOptions& options_;
  const CommonOptions& common_;
  Session& session_;
  const StopCondition& stop_;
  const config::RunConfig base_;
  const std::vector<SweepPoint> points_;
  const std::string config_toml_;
  const std::vector<std::size_t> own_;  // points that this process simulates
  const std::string log_name_;
  const std::string created_ = utc_now();
  SweepAnalyses analyses_;
  RunPlan need_;  // the most of any point; written: of all
  NetworkStore networks_;
  std::vector<std::string> warnings_;
  std::size_t finished_ = 0;
  bool interrupted_ = false;
  std::map<std::size_t, int> codes_;  // of failed analyses, by point; the comparison's last
};

}  // namespace

int run_sweep(const RunOptions& options, const CommonOptions& common, Session& session,
              const StopCondition& stop) {
  return SweepRun(options, common, session, stop).execute();
}

}  // namespace v1::run
