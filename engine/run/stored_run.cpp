#include "engine/run/stored_run.hpp"

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

#include "engine/analysis/reader_data.hpp"
#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/config/load_config.hpp"
#include "engine/recording/run_reader.hpp"
#include "engine/run/built_network.hpp"
#include "engine/simulate/prepared_network.hpp"

namespace v1::run {
namespace {

/// A network of stored runs with its synapses.
struct StoredNetwork {
  std::shared_ptr<BuiltNetwork> built;
  std::unique_ptr<simulate::PreparedNetwork> prepared;
};

/// Networks of stored runs that are in use.
class StoredNetworks {
 public:
  std::shared_ptr<const StoredNetwork> get(const recording::RunReader& run, PluginSession& session,
                                           ThreadPool& pool);

 private:
  std::map<std::string, std::weak_ptr<const StoredNetwork>> known_;
};

std::shared_ptr<const StoredNetwork> build_again(const recording::RunReader& run,
                                                 const config::RunConfig& config,
                                                 ThreadPool& pool) {
  log::info("building the network of {} again", run.path().string());
  StageTimes times;
  auto network = std::make_shared<StoredNetwork>();
  network->built = build_network(config, pool, times);
  if (network->built->network.content_hash != run.network().content_hash) {
    throw error(ExitCode::data,
                "{}: describes another network than the one that was simulated; expected the "
                "same config, circuit files and engine version as in the run",
                (run.path() / "config.toml").string());
  }
  network->prepared = std::make_unique<simulate::PreparedNetwork>(
      network->built->network, config.simulation, network->built->drives);
  return network;
}

void warn_of_missing_trials(const recording::RunReader& run) {
  const std::vector<std::uint32_t>& trials = run.finished_trials();
  for (std::size_t k = 0; k < trials.size(); ++k) {
    if (trials[k] == k) continue;
    log::warn("{}: trial {} is not there, but later ones are; results are of the other {}",
              run.path().string(), k, trials.size());
    return;
  }
}

std::shared_ptr<const StoredNetwork> StoredNetworks::get(const recording::RunReader& run,
                                                         PluginSession& session, ThreadPool& pool) {
  config::LoadOptions load;
  load.path = run.path() / "config.toml";
  load.analyses_only = true;  // a network needs no plugins
  load.wanted_analyses.emplace();
  const config::RunConfig config = config::load_config(load, session.registry);
  const config::SimulationConfig& simulation = config.simulation;
  // What prepares a network for the step loop, besides the network.
  const std::string key =
      fmt::format("{:016x} {} {} {}", run.network().content_hash, simulation.dt_ms,
                  static_cast<int>(simulation.scheme), static_cast<int>(simulation.reset));
  std::weak_ptr<const StoredNetwork>& known = known_[key];
  if (auto network = known.lock()) return network;
  auto network = build_again(run, config, pool);
  known = network;
  return network;
}

std::shared_ptr<analysis::RunData> open_with_networks(const std::filesystem::path& folder,
                                                      PluginSession& session, ThreadPool& pool,
                                                      std::shared_ptr<StoredNetworks> networks) {
  auto reader = std::make_shared<recording::RunReader>(folder);
  warn_of_missing_trials(*reader);
  const auto synapses = [reader, &session, &pool, networks = std::move(networks),
                         network = std::shared_ptr<const StoredNetwork>()]() mutable {
    if (!network) network = networks->get(*reader, session, pool);
    return &network->prepared->view();
  };
  return analysis::make_run_data(reader, synapses);
}

}  // namespace

std::shared_ptr<analysis::RunData> open_stored_run(const std::filesystem::path& folder,
                                                   PluginSession& session, ThreadPool& pool) {
  return open_with_networks(folder, session, pool, std::make_shared<StoredNetworks>());
}

std::vector<std::shared_ptr<analysis::RunData>> open_stored_runs(
    const std::vector<std::filesystem::path>& folders, PluginSession& session, ThreadPool& pool) {
  const auto networks = std::make_shared<StoredNetworks>();
  std::vector<std::shared_ptr<analysis::RunData>> runs;
  for (const std::filesystem::path& folder : folders) {
    runs.push_back(open_with_networks(folder, session, pool, networks));
  }
  return runs;
}

}  // namespace v1::run
