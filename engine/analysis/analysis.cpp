#include "engine/analysis/analysis.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <chrono>
#include <new>
#include <nlohmann/json.hpp>
#include <sstream>

#include "engine/analysis/output.hpp"
#include "engine/analysis/pass.hpp"
#include "engine/plugin/call.hpp"
#include "engine/plugin/check_parameters.hpp"
#include "engine/plugin/status.hpp"

namespace v1::analysis {
namespace {

constexpr std::uint32_t most_passes = 64;

nlohmann::ordered_json parameters_as_json(const plugin::Settings& settings) {
  if (settings.empty()) return nlohmann::ordered_json::object();
  std::ostringstream text;
  text << toml::json_formatter{toml::parse(plugin::settings_to_toml(settings))};
  return nlohmann::ordered_json::parse(text.str());
}

void check_datasets(const plugin::LoadedPlugin& plugin,
                    const std::vector<std::shared_ptr<RunData>>& datasets) {
  if (datasets.empty()) throw error(ExitCode::config, "no run was given to analyse");
  const bool many = (plugin.analysis().flags & V1E_ANALYSIS_MANY_DATASETS) != 0;
  if (datasets.size() > 1 && !many) {
    throw error(ExitCode::config, "it looks at one run, {} were given", datasets.size());
  }
  const RunFacts& first = datasets.front()->facts();
  for (const auto& dataset : datasets) {
    const RunFacts& facts = dataset->facts();
    if (facts.trials == 0) {
      throw error(ExitCode::data, "'{}' has no finished trial; resume or repeat the run",
                  facts.label);
    }
    if (facts.network->content_hash != first.network->content_hash ||
        facts.network->neurons.id != first.network->neurons.id) {
      throw error(ExitCode::data,
                  "'{}' and '{}' are runs of different networks or selections; expected the same "
                  "network in all",
                  first.label, facts.label);
    }
  }
}

// An analysis of one run finds its companions beside it. One of several runs finds those of each
// run in that run; beside it there may be results of all runs.
std::vector<TableDirs> table_dirs(const std::vector<std::shared_ptr<RunData>>& datasets,
                                  const std::filesystem::path& beside,
                                  const AnalysisOptions& options) {
  std::vector<TableDirs> out;
  for (std::size_t d = 0; d < datasets.size(); ++d) {
    TableDirs& dirs = out.emplace_back();
    if (d < options.run_results.size()) dirs.own.push_back(options.run_results[d]);
    if (datasets.size() == 1) dirs.own.push_back(beside);
    dirs.own.push_back(datasets[d]->facts().analyses_dir);
    if (datasets.size() > 1) dirs.shared = beside;
  }
  return out;
}

std::vector<std::string> labels(const std::vector<std::shared_ptr<RunData>>& datasets) {
  std::vector<std::string> out;
  for (const auto& dataset : datasets) out.push_back(dataset->facts().label);
  return out;
}

using Datasets = std::vector<std::shared_ptr<RunData>>;

/// The plugin's instance, looking at the datasets.
class Instance {
 public:
  Instance(const config::PluginUse& use, const plugin::LoadedPlugin& plugin,
           const Datasets& datasets, plugin::Host& host)
      : api_(plugin.analysis()), name_(plugin.name) {
    check_datasets(plugin, datasets);
    std::vector<const v1e_dataset*> pointers;
    for (const auto& dataset : datasets) {
      views_.push_back(std::make_unique<DatasetView>(*dataset));
      pointers.push_back(views_.back()->view());
    }
    v1e_analysis_env env{};
    env.struct_size = sizeof env;
    env.dataset_count = static_cast<std::uint32_t>(pointers.size());
    env.datasets = pointers.data();
    env.host = host.view();
    static constexpr v1e_settings no_settings{sizeof(v1e_settings), 0, nullptr};
    const v1e_settings* settings = use.settings.empty() ? &no_settings : use.settings.view();
    plugin::ErrorSlot err;
    plugin::check(plugin::call(plugin.name, "create", err, api_.create, settings, &env, &self_),
                  err, plugin, "create");
  }
  ~Instance() {
    if (self_) plugin::call_void(name_, "destroy", api_.destroy, self_);
  }
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  v1e_analysis* self() const { return self_; }
  const std::vector<std::unique_ptr<DatasetView>>& views() const { return views_; }

 private:
  const v1e_analysis_api& api_;
  const std::string& name_;
  std::vector<std::unique_ptr<DatasetView>> views_;
  v1e_analysis* self_ = nullptr;
};

void run(const config::PluginUse& use, const plugin::LoadedPlugin& plugin, const Datasets& datasets,
         const std::filesystem::path& output_dir, plugin::Host& host, ThreadPool& pool,
         const AnalysisOptions& options, AnalysisResult& result) {
  const Instance instance(use, plugin, datasets, host);
  const std::vector<TableDirs> tables = table_dirs(datasets, output_dir.parent_path(), options);
  const PassContext context{plugin, instance.self(),      instance.views(), tables,
                            pool,   options.memory_bytes, options.stop};
  std::uint32_t pass = 0;
  while (run_pass(context, pass)) {
    if (++pass == most_passes) {
      throw error(ExitCode::plugin, "it asked for more than {} passes", most_passes);
    }
  }
  ResultFolder folder(output_dir);
  plugin::ErrorSlot err;
  plugin::check(plugin::call(plugin.name, "finish", err, plugin.analysis().finish, instance.self(),
                             folder.output()),
                err, plugin, "finish");
  folder.commit(plugin.name, plugin.version, parameters_as_json(use.settings), labels(datasets));
  result.warnings = folder.warnings();
}

std::string place(const config::PluginUse& use) {
  return use.where.empty() ? fmt::format("analysis '{}'", use.name)
                           : fmt::format("{}: analysis '{}'", use.where, use.name);
}

// Runs `work`; an exception becomes a failed result.
AnalysisResult attempt(const config::PluginUse& use, const plugin::LoadedPlugin& plugin,
                       const std::function<void(AnalysisResult&)>& work) {
  const auto begin = std::chrono::steady_clock::now();
  AnalysisResult result;
  result.name = use.name;
  result.plugin = plugin.name;
  try {
    work(result);
    result.ok = true;
  } catch (const Error& failure) {
    if (failure.code() == ExitCode::interrupted) throw;
    if (const auto* refusal = dynamic_cast<const plugin::RefusedParameter*>(&failure)) {
      result.refused_parameter = refusal->parameter();
    }
    const bool own = failure.code() == ExitCode::config || failure.code() == ExitCode::memory ||
                     failure.code() == ExitCode::data;
    result.code = own ? failure.code() : ExitCode::plugin;
    result.error = fmt::format("{}: {}", place(use), failure.what());
  } catch (const std::bad_alloc&) {
    result.code = ExitCode::memory;
    result.error = fmt::format("{}: out of memory; lower [limits] analysis_memory", place(use));
  } catch (const std::exception& failure) {
    result.code = ExitCode::plugin;
    result.error = fmt::format("{}: {}", place(use), failure.what());
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  result.seconds = taken.count();
  return result;
}

}  // namespace

AnalysisResult run_analysis(const config::PluginUse& use, const plugin::LoadedPlugin& plugin,
                            const std::vector<std::shared_ptr<RunData>>& datasets,
                            const std::filesystem::path& output_dir, plugin::Host& host,
                            ThreadPool& pool, const AnalysisOptions& options) {
  return attempt(use, plugin, [&](AnalysisResult& result) {
    result.folder = output_dir;
    run(use, plugin, datasets, output_dir, host, pool, options, result);
  });
}

AnalysisResult rehearse_analysis(const config::PluginUse& use, const plugin::LoadedPlugin& plugin,
                                 const std::vector<std::shared_ptr<RunData>>& datasets,
                                 plugin::Host& host) {
  return attempt(use, plugin, [&](AnalysisResult&) {
    const Instance instance(use, plugin, datasets, host);
    RequestList requests(instance.views());
    plan_pass(plugin, instance.self(), 0, requests);
  });
}

}  // namespace v1::analysis
