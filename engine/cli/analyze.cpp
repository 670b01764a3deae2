#include <fmt/format.h>

#include <algorithm>

#include "engine/analysis/reader_data.hpp"
#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/run_analyses.hpp"
#include "engine/config/load_config.hpp"
#include "engine/figures/report.hpp"
#include "engine/recording/run_folder.hpp"

namespace v1::cli {
namespace {

void keep_only(std::vector<config::PluginUse>& uses, const std::vector<std::string>& names) {
  std::vector<std::string> known;
  for (const config::PluginUse& use : uses) known.push_back(use.name);
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      throw error(ExitCode::config, "--only {}: the config has no such analysis{}; it has {}", name,
                  did_you_mean(name, known), known.empty() ? "none" : join(known, ", "));
    }
  }
  if (names.empty()) return;
  std::erase_if(uses, [&](const config::PluginUse& use) {
    return std::find(names.begin(), names.end(), use.name) == names.end();
  });
}

}  // namespace

int analyze_command(const AnalyzeOptions& options, const CommonOptions& common) {
  for (const std::filesystem::path& run : options.runs) {
    if (!recording::is_run_folder(run)) {
      throw error(ExitCode::data, "{}: is not a run folder", run.string());
    }
  }
  PluginSession session(common);
  config::LoadOptions load;
  load.path = options.config.value_or(options.runs.front() / "config.toml");
  load.sets = options.sets;
  load.analyses_only = true;
  config::RunConfig config = config::load_config(load, session.registry);
  keep_only(config.analyses, options.only);
  if (config.analyses.empty()) {
    throw error(ExitCode::config, "{}: has no [[analysis]] to run", load.path.string());
  }
  ThreadPool pool(config.simulation.threads);
  session.host.set_pool(&pool);
  AnalysisJob job;
  job.uses = config.analyses;
  job.memory_bytes = config.limits.analysis_memory;
  for (const std::filesystem::path& run : options.runs) {
    job.datasets.push_back(analysis::open_run_data(run));
  }
  const bool own_folder = options.output.empty();
  job.output = own_folder ? options.runs.front() / "analyses" : options.output;
  const std::filesystem::path output = job.output;
  std::filesystem::create_directories(output);
  const StopCondition stop(std::nullopt);
  const AnalysisOutcome outcome = run_analyses(std::move(job), session, pool, stop);
  if (own_folder) figures::write_report(options.runs.front());
  fmt::print("{}\n", output.string());
  return static_cast<int>(outcome.code);
}

}  // namespace v1::cli
