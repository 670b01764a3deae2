#include "engine/config/sections.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/base/text.hpp"
#include "engine/base/written_path.hpp"
#include "engine/plugin/check_parameters.hpp"

namespace v1::config {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t largest_seed = std::numeric_limits<std::int64_t>::max();

/// Neurons of the full columns (Billeh et al. 2020; its 2024 successor with radius 700 um) and of
/// their cores.
struct BuiltinModel {
  const char* name;
  std::uint32_t neurons, core;
};
constexpr BuiltinModel builtin_models[] = {{"billeh2020", 230924, 51978},
                                           {"v1dd2024", 203816, 66552}};

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const BuiltinModel& model : builtin_models) names.emplace_back(model.name);
  return names;
}

// A built-in name, or a folder: then its path becomes absolute.
void check_model(Section& section, const SectionContext& context, NetworkConfig& network) {
  const auto names = model_names();
  if (std::find(names.begin(), names.end(), network.model) != names.end()) return;
  const fs::path folder =
      plugin::path_written_at(section.where("model"), network.model, fs::current_path());
  const bool is_path = network.model.find('/') != std::string::npos || fs::is_directory(folder);
  if (network.model.empty() || !is_path) {
    section.complain("model", fmt::format("must be one of \"{}\" or the folder of a model, found "
                                          "\"{}\"{}",
                                          join(names, "\", \""), network.model,
                                          did_you_mean(network.model, names)));
  } else if (context.files_must_exist && !fs::is_directory(folder)) {
    section.complain("model", "names a folder that does not exist: " + folder.string(),
                     ExitCode::data);
  }
  network.model = folder.string();
  if (const std::string problem = path_problem(folder); !problem.empty()) {
    section.complain("model", problem);
  }
}

void check_neurons(Section& section, const NetworkConfig& network) {
  if (!network.overrides.empty()) return;  // the full column may be another; the generator knows
  const bool core = network.selection == "core";
  for (const BuiltinModel& model : builtin_models) {
    const std::uint32_t largest = core ? model.core : model.neurons;
    if (network.model == model.name && network.neurons > largest) {
      section.complain("neurons",
                       fmt::format("must be <= {}, the {} of {}, found {}", largest,
                                   core ? "core" : "full column", model.name, network.neurons));
    }
  }
}

void forbid_other_sources(Section& section, NetworkSource source) {
  const std::string name = source_names()[static_cast<std::size_t>(source)];
  const auto forbid = [&](const char* key, const char* owner) {
    section.forbid(key, fmt::format("belongs to network.source = \"{}\", but the source is \"{}\"",
                                    owner, name));
  };
  if (source != NetworkSource::generate) {
    for (const char* key : {"model", "neurons", "selection", "drop_below", "overrides"}) {
      forbid(key, "generate");
    }
  }
  if (source != NetworkSource::file) forbid("file", "file");
  if (source != NetworkSource::sonata) forbid("circuit", "sonata");
}

// Refractory periods are counted on a grid of 0.001 ms.
constexpr double shortest_step_ms = 0.001;

// A trial must end on a step: the data of its last piece would have no place.
void check_duration(Section& section, const SimulationConfig& simulation) {
  const double steps = simulation.duration_ms / simulation.dt_ms;
  if (steps > static_cast<double>(most)) {
    section.complain("duration", fmt::format("is {} steps of {} ms; at most {} are possible", steps,
                                             simulation.dt_ms, most));
  } else if (std::abs(steps - std::round(steps)) > 1e-9 * std::max(1.0, steps) || steps < 0.5) {
    section.complain("duration",
                     fmt::format("must be a whole number of steps of dt = {} ms, found {} ms",
                                 simulation.dt_ms, simulation.duration_ms));
  }
}

}  // namespace

const std::vector<std::string>& source_names() {
  static const std::vector<std::string> names = {"generate", "file", "sonata"};
  return names;
}

const std::vector<std::string>& scheme_names() {
  static const std::vector<std::string> names = {"exact", "billeh-tf"};
  return names;
}

const std::vector<std::string>& reset_names() {
  static const std::vector<std::string> names = {"hard", "soft"};
  return names;
}

const std::vector<std::string>& precision_names() {
  static const std::vector<std::string> names = {"auto", "float32", "float64"};
  return names;
}

bool read_network(Section&& section, const SectionContext& context, RunConfig& config) {
  NetworkConfig& network = config.network;
  network.seed = config.seed;
  bool source_known = true;
  if (const auto index = section.choice("source", source_names())) {
    network.source = static_cast<NetworkSource>(*index);
  } else {
    source_known = !section.has("source");
  }
  section.text("model", network.model);
  section.integer("neurons", network.neurons, 1, most);
  section.choice("selection", network.selection, {"radial", "random", "core"});
  section.path("file", network.file, false);
  section.path("circuit", network.circuit, false);
  section.integer("seed", network.seed, 0, largest_seed);
  network.seed_given = section.has("seed");
  section.number("drop_below", network.drop_below_pa,
                 {0.0, std::numeric_limits<double>::infinity(), false});
  read_network_overrides(section.table("overrides"), context.issues, network.overrides);
  section.finish();
  if (!source_known) return false;
  forbid_other_sources(section, network.source);
  if (network.source == NetworkSource::generate) {
    check_model(section, context, network);
    check_neurons(section, network);
    return true;
  }
  const bool is_file = network.source == NetworkSource::file;
  const char* key = is_file ? "file" : "circuit";
  section.require(key, is_file ? "is required with network.source = \"file\""
                               : "is required with network.source = \"sonata\"");
  const fs::path& path = is_file ? network.file : network.circuit;
  if (context.files_must_exist && !path.empty() && !fs::exists(path)) {
    section.complain(key, "names a file that does not exist: " + path.string(), ExitCode::data);
  }
  return true;
}

void read_simulation(Section& section, RunConfig& config) {
  SimulationConfig& simulation = config.simulation;
  const Limits positive{0.0, std::numeric_limits<double>::infinity(), true};
  section.number("duration", simulation.duration_ms, positive);
  section.number("dt", simulation.dt_ms, positive);
  if (simulation.dt_ms < shortest_step_ms) {
    section.complain(
        "dt", fmt::format("must be at least {} ms, found {}", shortest_step_ms, simulation.dt_ms));
    simulation.dt_ms = SimulationConfig().dt_ms;  // nothing follows from this one
  }
  simulation.dt_where = format_where(section.where("dt"));
  simulation.scheme_where = format_where(section.where("scheme"));
  section.integer("trials", simulation.trials, 1, most);
  simulation.trials_given = section.has("trials");
  section.boolean("carry_state", simulation.carry_state);
  if (const auto index = section.choice("scheme", scheme_names())) {
    simulation.scheme = static_cast<Scheme>(*index);
  }
  if (const auto index = section.choice("reset", reset_names())) {
    simulation.reset = static_cast<ResetRule>(*index);
  }
  if (const auto index = section.choice("precision", precision_names())) {
    simulation.precision = static_cast<Precision>(*index);
  }
  section.text("backend", simulation.backend);
  section.integer("threads", simulation.threads, 0, 65536);
  section.integer("device", simulation.device, 0, 65535);
  check_duration(section, simulation);
  if (simulation.scheme == Scheme::billeh_tf && simulation.dt_ms != 1.0) {
    section.complain(section.has("dt") ? "dt" : "scheme",
                     fmt::format("must fit: scheme \"billeh-tf\" needs dt = 1.0 ms, found {}",
                                 simulation.dt_ms));
  }
  if (simulation.scheme == Scheme::exact && simulation.reset == ResetRule::soft) {
    section.complain("reset",
                     "\"soft\" belongs to scheme \"billeh-tf\", but the scheme is \"exact\"");
  }
}

void read_lgn(Section&& section, const SectionContext& context, bool source_known,
              RunConfig& config) {
  LgnConfig& lgn = config.lgn;
  section.choice("mosaic", lgn.mosaic, {"generate", "sonata", "csv"});
  lgn.mosaic_where = format_where(section.where("mosaic"));
  if (lgn.mosaic == "sonata" && source_known && config.network.source == NetworkSource::generate) {
    section.complain("mosaic",
                     "\"sonata\" reads the LGN units of a circuit, but network.source is "
                     "\"generate\"; leave it out, or give a table with \"csv\"");
  }
  section.choice("sigma", lgn.sigma, {"exact", "binned", "bmtk"});
  section.choice("drift", lgn.drift, {"reference", "bmtk"});
  section.choice("spikes", lgn.spikes, {"bernoulli", "exponential", "bmtk"});
  if (lgn.mosaic == "csv") {
    section.path("file", lgn.file, context.files_must_exist);
    section.require("file", "is required with lgn.mosaic = \"csv\"");
  } else {
    section.forbid("file", fmt::format("belongs to lgn.mosaic = \"csv\", but the mosaic is \"{}\"",
                                       lgn.mosaic));
  }
  section.finish();
}

void read_background(Section&& section, const SectionContext& context, RunConfig& config) {
  BackgroundConfig& background = config.background;
  section.choice("kind", background.kind,
                 {"model", "shared-poisson", "shared-stratified", "shared-binomial", "pool",
                  "independent-poisson", "none", "file"});
  background.kind_where = format_where(section.where("kind"));
  if (background.kind == "file") {
    section.path("file", background.file, context.files_must_exist);
    section.require("file", "is required with background.kind = \"file\"");
  } else {
    section.forbid("file", fmt::format("belongs to background.kind = \"file\", but the kind is "
                                       "\"{}\"",
                                       background.kind));
  }
  if (background.kind == "none") {
    section.forbid("weights", "has no effect with background.kind = \"none\"");
  } else {
    section.path("weights", background.weights, context.files_must_exist);
  }
  section.finish();
}

void read_record(Section&& section, RunConfig& config) {
  static const std::vector<std::string> known = {
      "v",          "input_current", "recurrent_current", "bottom_up_current", "background_current",
      "asc_current"};
  RecordConfig& record = config.record;
  section.selection("spikes", record.spikes);
  section.texts("variables", record.variables);
  std::set<std::string> seen;
  for (const std::string& name : record.variables) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      static const std::set<std::string> potential = {"V_m", "v_m", "Vm", "vm", "V"};  // of others
      const std::string hint = did_you_mean(potential.contains(name) ? "v" : name, known);
      section.complain("variables", fmt::format("cannot hold \"{}\"{} (known: {})", name, hint,
                                                join(known, ", ")));
    } else if (!seen.insert(name).second) {
      section.complain("variables", fmt::format("names \"{}\" twice", name));
    }
  }
  section.selection("variables_of", record.variables_of);
  section.choice("precision", record.precision, {"float16", "float32"});
  section.choice("compression", record.compression, {"gzip", "none"});
  section.finish();
}

void read_report(Section&& section, RunConfig& config) {
  section.text("title", config.report.title);
  section.text("text", config.report.text);
  section.finish();
}

void read_limits(Section&& section, RunConfig& config) {
  section.bytes("analysis_memory", config.limits.analysis_memory);
  section.boolean("isolate", config.limits.isolate);
  section.integer("parallel_points", config.limits.parallel_points, 0, 4096);
  section.finish();
}

}  // namespace v1::config
