#include "engine/base/text.hpp"
#include "engine/config/load_config.hpp"
#include "engine/config/sections.hpp"
#include "engine/plugin/check_parameters.hpp"

namespace v1::config {
namespace {

using plugin::settings_to_toml;
using plugin::toml_value;

std::string quoted(const std::filesystem::path& path) { return toml_value(path.string()); }

// The largest unit that divides the size, so that reading it back gives the same number.
std::string size_text(std::uint64_t bytes) {
  static constexpr struct {
    const char* name;
    std::uint64_t size;
  } units[] = {{"GiB", 1ull << 30}, {"MiB", 1ull << 20}, {"KiB", 1ull << 10}};
  for (const auto& unit : units) {
    if (bytes % unit.size == 0) return fmt::format("\"{} {}\"", bytes / unit.size, unit.name);
  }
  return fmt::format("{}", bytes);
}

// A text that may be left out.
std::string given(const char* key, const std::string& text) {
  return text.empty() ? "" : fmt::format("{} = {}\n", key, toml_value(text));
}

// A key that was left out and whose default a sweep changes from point to point: to state it would
// give all points the same.
bool follows_the_sweep(const RunConfig& config, const char* key, bool given) {
  return !given && is_swept(config, key);
}

std::string network_text(const RunConfig& config) {
  const NetworkConfig& network = config.network;
  std::string out = fmt::format("\n[network]\nsource = \"{}\"\n",
                                source_names()[static_cast<std::size_t>(network.source)]);
  switch (network.source) {
    case NetworkSource::generate:
      out += fmt::format("model = {}\nneurons = {}\nselection = {}\ndrop_below = {}\n",
                         toml_value(network.model), network.neurons, toml_value(network.selection),
                         toml_value(network.drop_below_pa));
      break;
    case NetworkSource::file:
      out += fmt::format("file = {}\n", quoted(network.file));
      break;
    case NetworkSource::sonata:
      out += fmt::format("circuit = {}\n", quoted(network.circuit));
      break;
  }
  if (!follows_the_sweep(config, "seed", network.seed_given)) {
    out += fmt::format("seed = {}\n", network.seed);
  }
  if (!network.overrides.empty()) out += "\n[network.overrides]\n" + network.overrides.toml;
  return out;
}

std::string simulation_text(const RunConfig& config) {
  const SimulationConfig& simulation = config.simulation;
  const bool fills_blocks = follows_the_sweep(config, "stimulus.block", simulation.trials_given);
  return fmt::format(
      "\n[simulation]\nduration = {}\ndt = {}\n{}carry_state = {}\nscheme = \"{}\"\n"
      "reset = \"{}\"\nprecision = \"{}\"\nbackend = {}\nthreads = {}\ndevice = {}\n",
      toml_value(simulation.duration_ms), toml_value(simulation.dt_ms),
      fills_blocks ? "" : fmt::format("trials = {}\n", simulation.trials), simulation.carry_state,
      scheme_names()[static_cast<std::size_t>(simulation.scheme)],
      reset_names()[static_cast<std::size_t>(simulation.reset)],
      precision_names()[static_cast<std::size_t>(simulation.precision)],
      toml_value(simulation.backend), simulation.threads, simulation.device);
}

bool all_default(const PluginUse& use) {
  std::string defaults;
  for (const plugin::Param& param : *use.settings.schema()) {
    defaults += fmt::format("{} = {}\n", param.key, default_to_toml(param));
  }
  return settings_to_toml(use.settings) == defaults;
}

// With "auto" another machine may choose another backend, for which these would be unknown.
std::string backend_text(const RunConfig& config) {
  const PluginUse& use = config.backend;
  if (use.settings.empty() || use.settings.schema()->empty()) return "";
  if (config.simulation.backend == "auto" && all_default(use)) return "";
  return "\n[simulation.backend_params]\n" + settings_to_toml(use.settings);
}

std::string params_text(const char* header, const PluginUse& use) {
  if (use.settings.empty() || use.settings.schema()->empty()) return "";
  return fmt::format("{}\n{}", header, settings_to_toml(use.settings));
}

// The TOML of one parameter, out of the lines of all of them.
std::string setting_text(const plugin::Settings& settings, const std::string& key) {
  for (const std::string& line : split(settings_to_toml(settings), '\n')) {
    if (line.starts_with(key + " = ")) return line.substr(key.size() + 3);
  }
  return "";
}

// `params` holds the first combination; `vary` replaces what it lists.
std::string block_text(const StimulusBlock& block) {
  const PluginUse& first = block.conditions.front();
  std::string out = fmt::format("\n[[stimulus.block]]\nlabel = {}\nplugin = {}\nrepeats = {}\n",
                                toml_value(block.label), toml_value(first.plugin), block.repeats);
  out += params_text("[stimulus.block.params]", first);
  if (block.varied.empty()) return out;
  out += "[stimulus.block.vary]\n";
  std::size_t stride = block.conditions.size();  // from one value of the parameter to its next
  for (const VariedParam& varied : block.varied) {
    stride /= varied.count;
    std::vector<std::string> values;
    for (std::size_t i = 0; i < varied.count; ++i) {
      values.push_back(setting_text(block.conditions[i * stride].settings, varied.key));
    }
    out += fmt::format("{} = [{}]\n", toml_value(varied.key), join(values, ", "));
  }
  return out;
}

std::string record_text(const RecordConfig& record) {
  std::vector<std::string> variables;
  for (const std::string& name : record.variables) variables.push_back(toml_value(name));
  return fmt::format(
      "\n[record]\nspikes = {}\nvariables = [{}]\nvariables_of = {}\nprecision = {}\n"
      "compression = {}\n",
      selection_to_toml(record.spikes), join(variables, ", "),
      selection_to_toml(record.variables_of), toml_value(record.precision),
      toml_value(record.compression));
}

std::string source_text(const RunConfig& config) {
  const LgnConfig& lgn = config.lgn;
  std::string out = fmt::format("\n[lgn]\nmosaic = {}\n", toml_value(lgn.mosaic));
  if (lgn.mosaic == "csv") out += fmt::format("file = {}\n", quoted(lgn.file));
  out += fmt::format("sigma = {}\ndrift = {}\nspikes = {}\n", toml_value(lgn.sigma),
                     toml_value(lgn.drift), toml_value(lgn.spikes));
  out += fmt::format("\n[background]\nkind = {}\n", toml_value(config.background.kind));
  if (config.background.kind == "file") {
    out += fmt::format("file = {}\n", quoted(config.background.file));
  }
  if (!config.background.weights.empty()) {
    out += fmt::format("weights = {}\n", quoted(config.background.weights));
  }
  return out;
}

std::string synapses_text(const PluginUse& input, const RunConfig& config) {
  const InputSynapses& synapses = *input.synapses;
  std::string out = fmt::format("name = {}\nweight = {}\nconnect = \"{}\"\n",
                                toml_value(input.name), toml_value(synapses.weight_pa),
                                synapses.all_to_all ? "all-to-all" : "one-to-one");
  const bool follows = follows_the_sweep(config, "simulation.dt", synapses.delay_given);
  if (config.simulation.scheme == Scheme::exact && !follows) {
    out += fmt::format("delay = {}\n", toml_value(synapses.delay_ms));
  }
  if (synapses.receptor) out += fmt::format("receptor = {}\n", *synapses.receptor + 1);
  return out;
}

}  // namespace

std::string write_resolved_toml(const RunConfig& config) {
  std::string out = "# v1engine config, format 1: complete, with all defaults and absolute paths\n";
  out += fmt::format("name = {}\nseed = {}\n", toml_value(config.name), config.seed);
  out += network_text(config) + simulation_text(config) + backend_text(config);
  out += source_text(config);
  if (config.stimulus) {
    out += fmt::format("\n[stimulus]\nplugin = {}\n", toml_value(config.stimulus->plugin));
    out += params_text("[stimulus.params]", *config.stimulus);
  }
  if (!config.blocks.blocks.empty()) {
    out += fmt::format("\n[stimulus]\norder = {}\n", toml_value(config.blocks.order));
    if (!follows_the_sweep(config, "seed", config.blocks.order_seed_given)) {
      out += fmt::format("order_seed = {}\n", config.blocks.order_seed);
    }
    for (const StimulusBlock& block : config.blocks.blocks) out += block_text(block);
  }
  for (const PluginUse& input : config.inputs) {
    out += fmt::format("\n[[input]]\nplugin = {}\ntarget = {}\n", toml_value(input.plugin),
                       selection_to_toml(input.target.value_or(Selection{})));
    if (input.synapses) out += synapses_text(input, config);
    out += params_text("[input.params]", input);
  }
  out += record_text(config.record);
  for (const PluginUse& analysis : config.analyses) {
    out += fmt::format("\n[[analysis]]\nname = {}\nplugin = {}\n", toml_value(analysis.name),
                       toml_value(analysis.plugin));
    out += given("over", analysis.over) + given("title", analysis.title) +
           given("text", analysis.text);
    out += params_text("[analysis.params]", analysis);
  }
  out += fmt::format("\n[limits]\nanalysis_memory = {}\nisolate = {}\nparallel_points = {}\n",
                     size_text(config.limits.analysis_memory), config.limits.isolate,
                     config.limits.parallel_points);
  const std::string report =
      given("title", config.report.title) + given("text", config.report.text);
  if (!report.empty()) out += "\n[report]\n" + report;
  return out;
}

}  // namespace v1::config
