#include "engine/cli/stored_run.hpp"

#include "engine/analysis/reader_data.hpp"
#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/cli/built_network.hpp"
#include "engine/config/load_config.hpp"
#include "engine/simulate/prepared_network.hpp"

namespace v1::cli {
namespace {

/// The network of a stored run, built on first use.
class StoredNetwork {
 public:
  StoredNetwork(std::shared_ptr<const recording::RunReader> reader, PluginSession& session,
                ThreadPool& pool)
      : reader_(std::move(reader)), session_(session), pool_(pool) {}

  const v1e_network* view() {
    if (!prepared_) build();
    return &prepared_->view();
  }

 private:
  void build() {
    config::LoadOptions load;
    load.path = reader_->path() / "config.toml";
    const config::RunConfig config = config::load_config(load, session_.registry);
    log::info("building the network of {} again", reader_->path().string());
    StageTimes times;
    built_ = build_network(config, pool_, times);
    if (built_->network.content_hash != reader_->network().content_hash) {
      throw error(ExitCode::data,
                  "{}: describes another network than the one that was simulated; expected the "
                  "same config, circuit files and engine version as in the run",
                  load.path.string());
    }
    prepared_ = std::make_unique<simulate::PreparedNetwork>(built_->network, config.simulation,
                                                            built_->drives);
  }

  std::shared_ptr<const recording::RunReader> reader_;
  PluginSession& session_;
  ThreadPool& pool_;
  std::shared_ptr<BuiltNetwork> built_;
  std::unique_ptr<simulate::PreparedNetwork> prepared_;
};

}  // namespace

std::shared_ptr<analysis::RunData> open_stored_run(const std::filesystem::path& folder,
                                                   PluginSession& session, ThreadPool& pool) {
  auto reader = std::make_shared<recording::RunReader>(folder);
  auto network = std::make_shared<StoredNetwork>(reader, session, pool);
  return analysis::make_run_data(reader, [network] { return network->view(); });
}

}  // namespace v1::cli
