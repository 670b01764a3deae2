#include "engine/run/run_analyses.hpp"

#include <algorithm>
#include <chrono>

#include "engine/analysis/analysis.hpp"
#include "engine/analysis/order.hpp"
#include "engine/analysis/planned_data.hpp"
#include "engine/analysis/table_lookup.hpp"
#include "engine/base/log.hpp"
#include "engine/config/config_errors.hpp"
#include "engine/figures/figures.hpp"
#include "engine/network/select.hpp"
#include "engine/plugin/check_parameters.hpp"
#include "engine/run/isolated_analysis.hpp"
#include "engine/run/target_neurons.hpp"

namespace v1::run {
namespace {

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void draw(const std::filesystem::path& folder, ThreadPool& pool, const StopCondition& stop) {
  const figures::DrawResult drawn =
      figures::draw_figures(folder, pool, {}, [&stop] { return stop(); });
  for (const std::string& warning : drawn.warnings) log::warn("{}", warning);
}

// What a failed analysis ends the program with: it counts as a failing plugin, unless the machine
// or the stored data are to blame.
ExitCode code_of(const analysis::AnalysisResult& result) {
  const bool own = result.code == ExitCode::memory || result.code == ExitCode::data;
  return own ? result.code : ExitCode::plugin;
}

// Plugins of which every dataset has results from before.
std::vector<std::string> stored_in_all(const AnalysisJob& job) {
  std::vector<std::string> all = job.stored;
  std::vector<std::string> common;
  for (std::size_t d = 0; d < job.datasets.size(); ++d) {
    std::vector<std::string> found =
        analysis::plugins_with_results(job.datasets[d]->facts().analyses_dir);
    if (d == 0) common = found;
    std::erase_if(common, [&](const std::string& plugin) {
      return std::find(found.begin(), found.end(), plugin) == found.end();
    });
  }
  all.insert(all.end(), common.begin(), common.end());
  return all;
}

std::vector<const plugin::LoadedPlugin*> plugins_of(const std::vector<config::PluginUse>& uses,
                                                    const plugin::Registry& registry) {
  std::vector<const plugin::LoadedPlugin*> plugins;
  for (const config::PluginUse& use : uses) {
    plugins.push_back(&registry.find(plugin::Kind::analysis, use.plugin));
  }
  return plugins;
}

void resolve_selections(config::PluginUse& use, const network::Network& network) {
  use.settings.resolve_selections([&](const std::string& key, const std::string& text) {
    return network::select_neurons(network, parameter_selection(use, "analysis", key, text));
  });
}

}  // namespace

AnalysisOutcome run_analyses(AnalysisJob job, PluginSession& session, ThreadPool& pool,
                             const StopCondition& stop) {
  AnalysisOutcome outcome;
  if (job.uses.empty()) return outcome;
  const auto plugins = plugins_of(job.uses, session.registry);
  const network::Network& network = job.datasets.front()->network();
  for (const std::size_t i : analysis::order_analyses(job.uses, plugins, stored_in_all(job))) {
    config::PluginUse& use = job.uses[i];
    const double start = now_s();
    analysis::AnalysisResult result;
    try {
      resolve_selections(use, network);
      analysis::AnalysisOptions options;
      options.memory_bytes = job.memory_bytes;
      options.stop = [&stop] { return stop(); };
      options.run_results = job.run_results;
      const auto run = [&](ThreadPool& threads) {
        session.host.set_pool(&threads);
        return analysis::run_analysis(use, *plugins[i], job.datasets, job.output / use.name,
                                      session.host, threads, options);
      };
      result = session.isolate_analyses
                   ? run_isolated(use.name, plugins[i]->name, pool.size(), stop, run)
                   : run(pool);
    } catch (const Error& e) {
      if (e.code() == ExitCode::interrupted) throw;
      result.error = fmt::format("analysis '{}': {}", use.name, e.what());
      result.code = e.code();
    }
    const double analysed = now_s();
    outcome.analysis_s += analysed - start;
    for (const std::string& warning : result.warnings) log::warn("{}: {}", use.name, warning);
    if (!result.ok) {
      log::write(log::Level::error, result.error);
      outcome.failed.push_back(result.error);
      if (outcome.code == ExitCode::ok) outcome.code = code_of(result);
      continue;
    }
    log::info("analysis {}: {:.1f} s", use.name, analysed - start);
    draw(job.output / use.name, pool, stop);
    outcome.figures_s += now_s() - analysed;
  }
  return outcome;
}

std::shared_ptr<analysis::RunData> planned_run(const Experiment& experiment,
                                               const std::string& name) {
  return analysis::planned_run_data(experiment.recording_plan(), name, {},
                                    [&experiment] { return &experiment.prepared().view(); });
}

std::vector<std::string> analysis_problems(const std::vector<config::PluginUse>& uses,
                                           const PlannedRuns& runs,
                                           const std::vector<std::string>& stored, Session& session,
                                           const StopCondition& stop) {
  const auto plugins = plugins_of(uses, session.registry);
  std::vector<config::PluginUse> resolved = uses;
  std::vector<std::string> mistakes;
  for (config::PluginUse& use : resolved) {
    try {
      resolve_selections(use, runs.front()->network());
    } catch (const Error& e) {
      if (e.code() != ExitCode::config) throw;
      mistakes.emplace_back(e.what());
    }
  }
  if (!mistakes.empty()) throw config::ConfigErrors(ExitCode::config, mistakes);
  std::vector<std::string> problems;
  for (const std::size_t i : analysis::order_analyses(uses, plugins, stored)) {
    const config::PluginUse& use = resolved[i];
    analysis::AnalysisResult result;
    try {
      const auto rehearse = [&](ThreadPool&) {
        return analysis::rehearse_analysis(use, *plugins[i], runs, session.host);
      };
      result = session.isolate_analyses
                   ? run_isolated(use.name, plugins[i]->name, 1, stop, rehearse)
                   : rehearse(*session.pool);
    } catch (const Error& e) {
      if (e.code() == ExitCode::interrupted) throw;
      result.error = fmt::format("{}: analysis '{}': {}", use.where, use.name, e.what());
    }
    if (result.ok) continue;
    // What a default cannot be in this run is no mistake of the config.
    const bool set = plugin::differs_from_default(use.settings, result.refused_parameter);
    (set ? mistakes : problems).push_back(result.error);
  }
  if (!mistakes.empty()) throw config::ConfigErrors(ExitCode::config, mistakes);
  return problems;
}

}  // namespace v1::run
