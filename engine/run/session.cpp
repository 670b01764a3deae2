#include "engine/run/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"
#include "engine/config/load_config.hpp"
#include "engine/network/sonata/lzf_filter.hpp"
#include "engine/plugin/check_parameters.hpp"
#include "engine/process/machine.hpp"

namespace v1::run {
namespace {

namespace sonata = network::sonata;

plugin::RegistryOptions registry_options(const CommonOptions& common, const plugin::Host& host) {
  plugin::RegistryOptions options;
  options.plugin_paths = common.plugin_paths;
  options.host = host.view();
  options.allow_world_writable = common.allow_unsafe_plugins;
  return options;
}

bool is_json(const std::filesystem::path& path) { return path.extension() == ".json"; }

// Files give the duration with rounding noise; it is meant as whole steps.
double whole_steps(double duration_ms, double dt_ms) {
  const double steps = std::round(duration_ms / dt_ms);
  return steps >= 1.0 ? steps * dt_ms : duration_ms;
}

bool sets_key(const ConfigOptions& options, std::string_view key) {
  return std::any_of(options.sets.begin(), options.sets.end(), [&](const std::string& set) {
    return trim(std::string_view(set).substr(0, set.find('='))) == key;
  });
}

// What a SONATA simulation config says, as keys of our own config.
std::vector<config::GivenValue> values_of_sonata(const ConfigOptions& options,
                                                 const sonata::SonataSimulation& simulation) {
  if (!simulation.duration_ms && !sets_key(options, "simulation.duration")) {
    throw error(
        ExitCode::config,
        "{}: says no run.tstop or run.duration; give one, e.g. --set simulation.duration=1000",
        options.config.string());
  }
  const double dt_ms = simulation.dt_ms.value_or(0.1);
  const std::string path = std::filesystem::absolute(options.config).lexically_normal().string();
  std::vector<config::GivenValue> values = {
      {"name", plugin::toml_value(options.config.stem().string()), path},
      {"network.source", "'sonata'", path},
      {"network.circuit", plugin::toml_value(path), path},
      {"simulation.trials", "1", path},
      {"simulation.dt", plugin::toml_value(dt_ms), path + ": run.dt"},
  };
  if (simulation.duration_ms) {
    const double duration_ms = whole_steps(*simulation.duration_ms, dt_ms);
    values.push_back({"simulation.duration", plugin::toml_value(duration_ms),
                      path + ": " + simulation.duration_key});
  }
  std::vector<std::string> variables;
  for (const sonata::Report& report : simulation.reports) {
    const std::string word = plugin::toml_value(report.variable);
    if (std::find(variables.begin(), variables.end(), word) == variables.end()) {
      variables.push_back(word);
    }
  }
  if (!variables.empty()) {
    const std::string where = path + ": reports";
    values.push_back({"record.variables", fmt::format("[{}]", fmt::join(variables, ", ")), where});
    values.push_back({"record.variables_of", "'all'", where});
    values.push_back({"record.precision", "'float32'", where});
  }
  return values;
}

// As configs/bench/natural_5k.toml, which need not be there.
std::vector<config::GivenValue> values_of_natural_5k() {
  const std::string where = "default of bench";
  return {{"name", "'natural-5k'", where}, {"stimulus.plugin", "'gratings'", where}};
}

}  // namespace

config::LoadOptions load_options(const ConfigOptions& options) {
  config::LoadOptions load;
  load.path = options.config;
  load.sets = options.sets;
  load.backend = options.backend;
  load.threads = options.threads;
  load.trials = options.trials;
  load.neurons = options.neurons;
  load.seed = options.seed;
  load.device = options.device;
  return load;
}

PluginSession::PluginSession(const CommonOptions& common)
    : registry(registry_options(common, host)) {}

Session::Session(const ConfigOptions& options, const CommonOptions& common)
    : PluginSession(common), started_from_sonata(is_json(options.config)) {
  sonata::register_lzf_filter();  // arrays that plugins read may be packed like circuits
  if (started_from_sonata) {
    config::check_config_file(options.config);
    sonata = sonata::read_simulation_config(options.config);
    config::LoadOptions load = load_options(options);
    load.given = values_of_sonata(options, *sonata);
    config = config::default_config(registry, load);
    config.source_path = std::filesystem::absolute(options.config);
  } else if (options.natural_5k) {
    config::LoadOptions load = load_options(options);
    load.given = values_of_natural_5k();
    config = config::default_config(registry, load);
  } else {
    config = config::load_config(load_options(options), registry);
  }
  start();
  if (!options.no_cache) cache_dir = options.cache_dir.value_or(default_cache_dir());
}

void Session::use(config::RunConfig next) {
  config = std::move(next);
  sonata.reset();
  start();
}

void Session::use_in_copy(config::RunConfig next) {
  // Its threads belong to the other process; joining them here would wait for ever.
  [[maybe_unused]] const ThreadPool* const of_the_other = pool.release();
  use(std::move(next));
}

void Session::start() {
  if (!sonata && config.network.source == config::NetworkSource::sonata) {
    sonata = sonata::read_simulation_config(config.network.circuit);
  }
  if (sonata) {
    for (const std::string& reason : sonata->unsupported) log::warn("{}", reason);
  }
  if (pool && config.simulation.threads == pool_threads_) return;
  pool = std::make_unique<ThreadPool>(config.simulation.threads);
  pool_threads_ = config.simulation.threads;
  host.set_pool(pool.get());
}

}  // namespace v1::run
