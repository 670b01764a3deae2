#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/config/selection.hpp"
#include "engine/plugin/settings.hpp"

/// A fully checked configuration with all defaults filled in. Field comments name the TOML key.
namespace v1::plugin {
struct LoadedPlugin;
}

namespace v1::config {

enum class NetworkSource { generate, file, sonata };
enum class Scheme { exact, billeh_tf };
enum class ResetRule { hard, soft };
enum class Precision { automatic, float32, float64 };

struct NetworkConfig {
  NetworkSource source = NetworkSource::generate;  // network.source
  std::string model = "billeh2020";                // network.model: built-in name or a directory
  std::uint32_t neurons = 5000;                    // network.neurons
  std::string selection = "radial";                // network.selection
  std::filesystem::path file;                      // network.file, absolute
  std::filesystem::path circuit;                   // network.circuit, absolute
  std::uint64_t seed = 3000;                       // network.seed, default seed
};

struct SimulationConfig {
  double duration_ms = 2500.0;
  double dt_ms = 1.0;
  std::uint32_t trials = 20;
  bool carry_state = true;
  Scheme scheme = Scheme::exact;
  ResetRule reset = ResetRule::hard;
  Precision precision = Precision::automatic;
  std::string backend = "auto";
  std::uint32_t threads = 0;
  std::uint32_t device = 0;  // --device

  std::int64_t steps_per_trial() const;  // duration / dt, which config checks to be whole
  int precision_bits() const;            // automatic: 32 for dt >= 0.25 ms, else 64
};

struct LgnConfig {
  std::string mosaic = "generate";   // generate | sonata | csv
  std::filesystem::path file;        // lgn.file: unit table for csv, absolute
  std::string sigma = "exact";       // exact | binned | bmtk
  std::string drift = "reference";   // reference | bmtk
  std::string spikes = "bernoulli";  // bernoulli | exponential | bmtk
};

struct BackgroundConfig {
  std::string kind = "model";  // model | shared-poisson | shared-stratified | shared-binomial |
                               // pool | independent-poisson | none | file
  std::filesystem::path file;  // background.file, absolute
};

/// One use of a plugin: the stimulus, an input, an analysis or the backend.
struct PluginUse {
  std::string name;  // analysis: folder name; else the plugin's name
  std::string plugin;
  std::string where;  // "configs/a.toml:12:1", for messages
  plugin::Settings settings;
  std::optional<Selection> target;  // [[input]] only
  /// The plugin itself, owned by the Registry; null only with LoadOptions::analyses_only.
  const plugin::LoadedPlugin* loaded = nullptr;
};

struct RecordConfig {
  Selection spikes;                    // record.spikes
  std::vector<std::string> variables;  // record.variables; default none
  Selection variables_of;              // record.variables_of, default core
  std::string precision = "float16";   // float16 | float32
  std::string compression = "gzip";    // gzip | none
};

struct LimitsConfig {
  std::uint64_t analysis_memory = 2ull << 30;
  bool isolate = false;
};

struct RunConfig {
  std::string name = "run";
  std::uint64_t seed = 3000;
  NetworkConfig network;
  SimulationConfig simulation;
  LgnConfig lgn;
  BackgroundConfig background;
  std::optional<PluginUse> stimulus;
  std::vector<PluginUse> inputs;
  PluginUse backend;  // simulation.backend_params, for the plugin chosen by name
  RecordConfig record;
  std::vector<PluginUse> analyses;
  LimitsConfig limits;
  std::filesystem::path source_path;  // the file the user named, absolute
  std::string resolved_toml;          // running this text again reproduces the run
};

}  // namespace v1::config
