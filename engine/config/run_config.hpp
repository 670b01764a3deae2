#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/config/network_overrides.hpp"
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
  bool seed_given = false;                         // or follows seed
  double drop_below_pa = 1e-3;                     // network.drop_below
  NetworkOverrides overrides;                      // network.overrides
};

struct SimulationConfig {
  double duration_ms = 2500.0;
  double dt_ms = 1.0;
  std::string dt_where, scheme_where;  // "configs/a.toml:6:6", for messages
  std::uint32_t trials = 20;
  bool trials_given = false;  // or as many as the blocks of the stimulus fill
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

/// Why the steps of the LGN, one frame per ms, cannot be cut into steps of dt; nothing when they
/// can.
std::optional<std::string> frame_problem(double dt_ms);

struct LgnConfig {
  std::string mosaic = "generate";   // generate | sonata | csv
  std::string mosaic_where;          // "configs/a.toml:9:10", for messages
  std::filesystem::path file;        // lgn.file: unit table for csv, absolute
  std::string sigma = "exact";       // exact | binned | bmtk
  std::string drift = "reference";   // reference | bmtk
  std::string spikes = "bernoulli";  // bernoulli | exponential | bmtk
};

struct BackgroundConfig {
  std::string kind = "model";     // model | shared-poisson | shared-stratified | shared-binomial |
                                  // pool | independent-poisson | none | file
  std::string kind_where;         // "configs/a.toml:9:8", for messages
  std::filesystem::path file;     // background.file, absolute
  std::filesystem::path weights;  // background.weights, absolute: mean weight by population
};

/// The synapses through which an [[input]] of spikes acts.
struct InputSynapses {
  double weight_pa = 0.0;  // input.weight, signed
  double delay_ms = 1.0;   // input.delay, default dt; whole steps
  bool delay_given = false;
  std::optional<std::uint32_t> receptor;  // input.receptor - 1; nothing: found by the weight's sign
  std::string receptor_where;             // of it, or of the weight, for messages
  bool all_to_all = false;                // input.connect: one-to-one | all-to-all
};

/// One use of a plugin: the stimulus, an input, an analysis or the backend.
struct PluginUse {
  std::string name;  // analysis: folder name; input of spikes: its sources; else the plugin's name
  std::string plugin;
  std::string where;  // "configs/a.toml:12:1", for messages
  plugin::Settings settings;
  std::optional<Selection> target;        // [[input]] only
  std::optional<InputSynapses> synapses;  // [[input]] of spikes only
  std::string over;   // [[analysis]] of a sweep only: "" | point | first | sweep
  std::string title;  // [[analysis]] only: heading in the report
  std::string text;   // [[analysis]] only: what the report says before its figures
  /// The plugin itself, owned by the Registry; null only with LoadOptions::analyses_only.
  const plugin::LoadedPlugin* loaded = nullptr;
  /// Where the parameters that the user wrote stand: "contrast" -> "configs/a.toml:14:12".
  std::map<std::string, std::string> param_where;

  /// Place of a parameter ("contrast", "schedule[1].start") for messages; `where` when the user did
  /// not write it, or for "".
  std::string place_of(const std::string& param) const;
};

/// A parameter in stimulus.block.vary and how many values it takes.
struct VariedParam {
  std::string key;
  std::size_t count = 0;
};

/// One [[stimulus.block]]: a stimulus, or all combinations of the values that `vary` lists, each
/// shown in `repeats` trials.
struct StimulusBlock {
  std::string label;  // default: the plugin's name
  std::uint32_t repeats = 1;
  std::vector<VariedParam> varied;    // the slowest first
  std::vector<PluginUse> conditions;  // one per combination, the last parameter fastest
};

/// What a run with [[stimulus.block]] shows: one presentation per trial.
struct StimulusBlocks {
  std::string order = "listed";  // stimulus.order: listed | random | balanced
  std::uint64_t order_seed = 0;  // stimulus.order_seed, default seed
  bool order_seed_given = false;
  std::vector<StimulusBlock> blocks;

  std::uint64_t presentation_count() const;  // trials that show everything
};

/// One key of a [[sweep]] with its values, as TOML texts.
struct SweepAxis {
  std::string key;  // "stimulus.params.contrast"
  std::vector<std::string> values;
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
  std::uint32_t parallel_points = 0;  // of a sweep; 0: as many as processors and memory allow
};

/// What the report says of the whole run; Markdown in `text`.
struct ReportConfig {
  std::string title;  // default: the run's name
  std::string text;
};

struct RunConfig {
  std::string name = "run";
  std::uint64_t seed = 3000;
  NetworkConfig network;
  SimulationConfig simulation;
  LgnConfig lgn;
  BackgroundConfig background;
  std::optional<PluginUse> stimulus;  // the one that is shown in every trial
  StimulusBlocks blocks;              // or several, one after another; then `stimulus` is empty
  std::vector<PluginUse> inputs;
  PluginUse backend;  // simulation.backend_params, for the plugin chosen by name
  RecordConfig record;
  std::vector<PluginUse> analyses;
  LimitsConfig limits;
  ReportConfig report;
  /// The axes of each [[sweep]]; this config is then what its points have in common.
  std::vector<std::vector<SweepAxis>> sweep;
  std::filesystem::path source_path;  // the file the user named, absolute
  std::string resolved_toml;          // running this text again reproduces the run
};

/// Whether points of the sweep may differ in this key ("seed"): it, what holds it or what it holds
/// is an axis.
bool is_swept(const RunConfig& config, const std::string& key);

}  // namespace v1::config
