#include <fmt/format.h>

#include <algorithm>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"
#include "engine/cli/commands.hpp"
#include "engine/config/load_config.hpp"
#include "engine/figures/report.hpp"
#include "engine/recording/run_folder.hpp"
#include "engine/recording/run_reader.hpp"
#include "engine/recording/sweep_folder.hpp"
#include "engine/run/run_analyses.hpp"
#include "engine/run/stored_run.hpp"
#include "engine/run/sweep_analyses.hpp"

namespace v1::cli {
namespace {

void keep_only(std::vector<config::PluginUse>& uses, const std::vector<std::string>& names) {
  std::vector<std::string> known;
  for (const config::PluginUse& use : uses) known.push_back(use.name);
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      throw error(ExitCode::config, "--only {}: the config has no such analysis{}", name,
                  known.empty() ? "; it has none" : known_names_hint(name, known));
    }
  }
  if (names.empty()) return;
  std::erase_if(uses, [&](const config::PluginUse& use) {
    return std::find(names.begin(), names.end(), use.name) == names.end();
  });
}

void check_folders(const std::vector<std::filesystem::path>& runs) {
  for (const std::filesystem::path& run : runs) {
    if (!recording::is_sweep_folder(run)) recording::check_run_folder(run);
  }
}

// Run folders, and the points of sweeps in their place; points that do not exist yet are left out.
std::vector<std::filesystem::path> with_points(const std::vector<std::filesystem::path>& folders) {
  std::vector<std::filesystem::path> runs;
  for (const std::filesystem::path& folder : folders) {
    if (!recording::is_sweep_folder(folder)) {
      runs.push_back(folder);
      continue;
    }
    for (const auto& point : recording::read_sweep_points(folder)) {
      const auto path = recording::point_path(folder, point.name);
      if (recording::is_run_folder(path)) {
        runs.push_back(path);
      } else {
        log::warn("{}: has not been simulated yet; it is left out", path.string());
      }
    }
  }
  if (runs.empty()) {
    throw error(ExitCode::data, "{}: no point of the sweep has been simulated yet",
                folders.front().string());
  }
  return runs;
}

void make_results_folder(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (!failure) return;
  const bool full = failure == std::errc::no_space_on_device;
  throw error(full ? ExitCode::memory : ExitCode::config,
              "{}: the folder of the results cannot be made ({}); choose another one with -o",
              folder.string(), failure.message());
}

bool share_network(const std::vector<std::filesystem::path>& runs) {
  const auto hash_of = [](const std::filesystem::path& run) {
    return recording::RunReader(run).network().content_hash;
  };
  const std::uint64_t first = hash_of(runs.front());
  return std::all_of(runs.begin() + 1, runs.end(),
                     [&](const std::filesystem::path& run) { return hash_of(run) == first; });
}

// Where the results of a run go inside `output`; those of runs with the same name must not meet.
std::filesystem::path place_of(const std::filesystem::path& run,
                               const std::filesystem::path& output,
                               const std::vector<std::filesystem::path>& used) {
  const std::filesystem::path plain = run.lexically_normal();
  const std::filesystem::path wanted =
      output / (plain.has_filename() ? plain : plain.parent_path()).filename();
  std::filesystem::path path = wanted;
  for (int k = 2; std::find(used.begin(), used.end(), path) != used.end(); ++k) {
    path = fmt::format("{}-{}", wanted.string(), k);
  }
  return path;
}

// Each run by itself, then all together; runs are open only while they are analysed. `must_share`:
// the network of all is expected to be one.
ExitCode analyze_several(const run::AnalysisJob& whole,
                         const std::vector<std::filesystem::path>& points, bool own_folder,
                         bool must_share, run::PluginSession& session, ThreadPool& pool,
                         const StopCondition& stop) {
  const run::SweepAnalyses split =
      run::split_analyses(whole.uses, session.registry, share_network(points) || must_share);
  std::vector<std::filesystem::path> results;
  for (const std::filesystem::path& point : points) {
    results.push_back(own_folder ? point / "analyses" : place_of(point, whole.output, results));
  }
  ExitCode code = ExitCode::ok;
  for (std::size_t i = 0; i < points.size(); ++i) {
    run::AnalysisJob job;
    job.uses = split.of_point(i);
    if (job.uses.empty()) break;
    job.memory_bytes = whole.memory_bytes;
    job.datasets = {run::open_stored_run(points[i], session, pool)};
    job.output = results[i];
    const run::AnalysisOutcome outcome = run::run_analyses(std::move(job), session, pool, stop);
    if (code == ExitCode::ok) code = outcome.code;
    if (own_folder) figures::write_report(points[i]);
  }
  if (split.of_sweep.empty()) return code;
  run::AnalysisJob job;
  job.uses = split.of_sweep;
  job.stored = run::plugin_names(split.of_points);
  job.memory_bytes = whole.memory_bytes;
  job.datasets = run::open_stored_runs(points, session, pool);
  job.output = whole.output;
  job.run_results = results;
  const run::AnalysisOutcome outcome = run::run_analyses(std::move(job), session, pool, stop);
  return code == ExitCode::ok ? outcome.code : code;
}

}  // namespace

int analyze_command(const AnalyzeOptions& options, const run::CommonOptions& common) {
  check_folders(options.runs);
  const StopCondition stop(std::nullopt);
  run::PluginSession session(common);
  session.host.set_cancel([&stop] { return stop(); });
  config::LoadOptions load;
  load.path = options.config.value_or(options.runs.front() / "config.toml");
  if (!options.config && !std::filesystem::exists(load.path)) {
    throw error(ExitCode::data, "{}: no such file; name the analyses with --config FILE",
                load.path.string());
  }
  load.sets = options.sets;
  load.analyses_only = true;
  if (!options.only.empty()) load.wanted_analyses = options.only;
  config::RunConfig config = config::load_config(load, session.registry);
  keep_only(config.analyses, options.only);
  if (config.analyses.empty()) {
    throw error(ExitCode::config, "{}: has no [[analysis]] to run", load.path.string());
  }
  ThreadPool pool(config.simulation.threads);
  session.host.set_pool(&pool);
  session.isolate_analyses = options.isolate || config.limits.isolate;
  const std::vector<std::filesystem::path> runs = with_points(options.runs);
  run::AnalysisJob job;
  job.uses = config.analyses;
  job.memory_bytes = config.limits.analysis_memory;
  const bool own_folder = options.output.empty();
  job.output = own_folder ? options.runs.front() / "analyses" : options.output;
  const std::filesystem::path output = job.output;
  make_results_folder(output);
  const bool one_sweep =
      options.runs.size() == 1 && recording::is_sweep_folder(options.runs.front());
  ExitCode code = ExitCode::ok;
  if (one_sweep || runs.size() > 1) {
    code = analyze_several(job, runs, own_folder, !one_sweep, session, pool, stop);
  } else {
    job.datasets = {run::open_stored_run(runs.front(), session, pool)};
    code = run::run_analyses(std::move(job), session, pool, stop).code;
  }
  if (own_folder) figures::write_report(options.runs.front());
  fmt::print("{}\n", output.string());
  return static_cast<int>(code);
}

}  // namespace v1::cli
