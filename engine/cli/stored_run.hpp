#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "engine/analysis/run_data.hpp"
#include "engine/base/parallel.hpp"
#include "engine/cli/session.hpp"
#include "engine/recording/run_reader.hpp"

namespace v1::cli {

/// A network of stored runs with its synapses.
struct StoredNetwork;

/// Shares the networks of stored runs: runs of one network build it once, and it is gone with the
/// last of them.
class StoredNetworks {
 public:
  std::shared_ptr<const StoredNetwork> get(const recording::RunReader& run, PluginSession& session,
                                           ThreadPool& pool);

 private:
  std::map<std::string, std::weak_ptr<const StoredNetwork>> known_;
};

/// A finished run for analyses. Its folder holds no synapses: when an analysis asks for them, the
/// network is built or read again as the folder's config.toml says, and must then be the network
/// of the run, or Error(data) is thrown. `session` and `pool` must outlive the result. `networks`:
/// of other runs that are open.
std::shared_ptr<analysis::RunData> open_stored_run(
    const std::filesystem::path& folder, PluginSession& session, ThreadPool& pool,
    std::shared_ptr<StoredNetworks> networks = std::make_shared<StoredNetworks>());

}  // namespace v1::cli
