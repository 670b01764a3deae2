#pragma once
#include <filesystem>
#include <memory>
#include <optional>

#include "engine/base/parallel.hpp"
#include "engine/config/load_config.hpp"
#include "engine/config/run_config.hpp"
#include "engine/network/sonata/sonata.hpp"
#include "engine/plugin/host.hpp"
#include "engine/plugin/registry.hpp"
#include "engine/run/options.hpp"

namespace v1::run {

/// What the command line says about a TOML config.
config::LoadOptions load_options(const ConfigOptions& options);

/// The plugins this process can use, with the host they talk to.
struct PluginSession {
  explicit PluginSession(const CommonOptions& common);
  plugin::Host host;
  plugin::Registry registry;
  bool isolate_analyses = false;  // each in a process of its own
};

/// A checked config and everything that does not depend on the network yet.
struct Session : PluginSession {
  Session(const ConfigOptions& options, const CommonOptions& common);

  /// Goes on with another config (a point of a sweep) and what belongs to it.
  void use(config::RunConfig next);
  /// The same in a process that is a copy of the one that made the session: with threads of its
  /// own.
  void use_in_copy(config::RunConfig next);

  config::RunConfig config;
  /// Inputs and reports that a SONATA simulation config adds to its circuit.
  std::optional<network::sonata::SonataSimulation> sonata;
  bool started_from_sonata = false;  // the user named the JSON file itself
  std::unique_ptr<ThreadPool> pool;
  std::optional<std::filesystem::path> cache_dir;  // of LGN rates; nothing with --no-cache

 private:
  void start();
  std::uint32_t pool_threads_ = 0;  // as configured
};

}  // namespace v1::run
