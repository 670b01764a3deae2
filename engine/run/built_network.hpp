#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/network/generator/generate.hpp"
#include "engine/network/network.hpp"
#include "engine/process/stage_times.hpp"
#include "engine/run/session.hpp"
#include "engine/simulate/background.hpp"

namespace v1::run {

/// A network with the synapses of its background and of each [[input]] of spikes, and what drives
/// its input blocks.
struct BuiltNetwork {
  network::Network network;
  std::vector<simulate::BlockDrive> drives;
  std::optional<network::GenerateReport> report;  // of a generated network
};

/// The network as the config's [network] and [lgn] say, before [background] reshapes it and
/// inputs are added: what `v1engine build` stores. `report`: what the generator made, nothing for
/// other sources.
network::Network bare_network(const config::RunConfig& config, ThreadPool& pool,
                              std::optional<network::GenerateReport>& report);

/// Text that is equal for configs whose built networks are.
std::string network_key(const config::RunConfig& config);

/// Builds or loads the network of the config. Throws whatever is wrong with it.
std::shared_ptr<BuiltNetwork> build_network(const config::RunConfig& config, ThreadPool& pool,
                                            StageTimes& times);

/// Keeps the network that was built last, for runs that differ in other things only.
class NetworkStore {
 public:
  std::shared_ptr<BuiltNetwork> get(const Session& session, StageTimes& times);

 private:
  std::string key_;
  std::shared_ptr<BuiltNetwork> last_;
};

}  // namespace v1::run
