#pragma once
#include <filesystem>
#include <memory>
#include <optional>

#include "engine/base/parallel.hpp"
#include "engine/cli/commands.hpp"
#include "engine/config/run_config.hpp"
#include "engine/network/sonata/sonata.hpp"
#include "engine/plugin/host.hpp"
#include "engine/plugin/registry.hpp"

namespace v1::cli {

/// The plugins this process can use, with the host they talk to.
struct PluginSession {
  explicit PluginSession(const CommonOptions& common);
  plugin::Host host;
  plugin::Registry registry;
};

/// A checked config and everything that does not depend on the network yet.
struct Session : PluginSession {
  Session(const ConfigOptions& options, const CommonOptions& common);

  config::RunConfig config;
  /// Inputs and reports that a SONATA simulation config adds to its circuit.
  std::optional<network::sonata::SonataSimulation> sonata;
  bool started_from_sonata = false;  // the user named the JSON file itself
  std::unique_ptr<ThreadPool> pool;
  std::optional<std::filesystem::path> cache_dir;  // of LGN rates; nothing with --no-cache
};

}  // namespace v1::cli
