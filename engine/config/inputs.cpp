#include <cmath>
#include <map>

#include "engine/base/text.hpp"
#include "engine/config/uses.hpp"

/// [[input]]: what acts on neurons directly, currents and spikes.
namespace v1::config {
namespace {

constexpr double most_delay_steps = 65535.0;
constexpr std::int64_t most_receptors = 255;

/// Names that inputs have taken so far: spikes are stored under them.
using InputNames = std::map<std::string, std::string>;  // name -> place

// Blocks of the network and groups of spikes.h5 have these names.
bool reserved(const std::string& name) {
  return name == "recurrent" || name == "lgn" || name == "bkg";
}

// A plugin that makes both acts through currents, unless there is a weight.
bool acts_by_spikes(const Section& section, const PluginUse& use) {
  if (!use.loaded) return section.has("weight");
  const std::uint32_t outputs = use.loaded->stimulus().outputs;
  if ((outputs & V1E_OUT_SPIKES) == 0) return false;
  return (outputs & V1E_OUT_CURRENTS) == 0 || section.has("weight");
}

void read_delay(Section& section, const SimulationConfig& simulation, InputSynapses& synapses) {
  const double dt_ms = simulation.dt_ms;
  synapses.delay_ms = dt_ms;
  if (simulation.scheme == Scheme::billeh_tf) {
    section.forbid("delay",
                   "belongs to scheme \"exact\": with \"billeh-tf\" whatever comes from outside "
                   "acts at once, as in the published model; leave it out");
    return;
  }
  synapses.delay_given = section.has("delay");
  section.number("delay", synapses.delay_ms, {0.0, std::numeric_limits<double>::infinity(), true});
  const double steps = synapses.delay_ms / dt_ms, whole = std::round(steps);
  if (whole < 1.0 || whole > most_delay_steps || std::abs(steps - whole) > 1e-9 * whole) {
    section.complain("delay", fmt::format("must be 1 to {} whole steps of dt = {} ms, found {} ms",
                                          most_delay_steps, dt_ms, synapses.delay_ms));
  }
}

void read_synapses(Section& section, const SimulationConfig& simulation, PluginUse& use) {
  InputSynapses& synapses = use.synapses.emplace();
  section.number("weight", synapses.weight_pa, {});
  read_delay(section, simulation, synapses);
  std::uint32_t receptor = 0;
  section.integer("receptor", receptor, 1, most_receptors);
  if (receptor > 0) synapses.receptor = receptor - 1;
  synapses.receptor_where = format_where(section.where(receptor > 0 ? "receptor" : "weight"));
  std::string connect = "one-to-one";
  section.choice("connect", connect, {"one-to-one", "all-to-all"});
  synapses.all_to_all = connect == "all-to-all";
}

// The name of the plugin, or with a number where an input before has it.
std::string free_name(const std::string& name, const InputNames& names) {
  std::string free = name;
  for (int i = 2; names.contains(free); ++i) free = fmt::format("{}-{}", name, i);
  return free;
}

void read_name(Section& section, InputNames& names, PluginUse& use) {
  const bool given = section.has("name");
  section.text("name", use.name);
  const char* key = given ? "name" : "plugin";
  if (!given) use.name = free_name(use.name, names);
  if (!usable_name(use.name)) {
    section.complain(key, fmt::format("must be a name for files and tables ({}), found \"{}\"",
                                      usable_letters, use.name));
  } else if (reserved(use.name)) {
    section.complain(key,
                     fmt::format("\"{}\" is a name of the network's own; choose another 'name' "
                                 "for this input",
                                 use.name));
  }
  const auto [known, is_new] = names.emplace(use.name, format_where(section.where(key)));
  if (is_new) return;
  section.complain(key, fmt::format("\"{}\" is the name of two inputs (the other is at {}); give "
                                    "one a name of its own",
                                    use.name, known->second));
}

void forbid_synapses(Section& section, const PluginUse& use) {
  for (const char* key : {"name", "weight", "delay", "receptor", "connect"}) {
    section.forbid(key, fmt::format("is of an [[input]] that makes spikes, but \"{}\" makes "
                                    "currents; leave it out",
                                    use.plugin));
  }
}

void read_input(Section& section, const UseContext& context, InputNames& names, RunConfig& config) {
  Selection target;
  section.selection("target", target);
  const std::string name = plugin_name(section);
  if (name.empty()) {
    section.table("params");
    PluginUse ignored;
    read_synapses(section, config.simulation, ignored);
    section.text("name", ignored.name);
    return;
  }
  PluginUse use = read_use(section, plugin::Kind::stimulus, "plugin", name, "params", context);
  check_outputs(section, use, V1E_OUT_CURRENTS | V1E_OUT_SPIKES,
                "makes neither currents nor spikes, which are what an [[input]] injects; use it in "
                "[stimulus]");
  use.target = target;
  if (acts_by_spikes(section, use)) {
    section.require(
        "weight",
        "is required where spikes act: the peak of the synaptic current that one evokes, "
        "in pA, e.g. weight = 50.0");
    read_synapses(section, config.simulation, use);
    read_name(section, names, use);
  } else {
    forbid_synapses(section, use);
  }
  config.inputs.push_back(std::move(use));
}

}  // namespace

void read_inputs(Section& top, const UseContext& context, RunConfig& config) {
  InputNames names;
  for (const toml::table* table : top.tables("input")) {
    Section section(context.issues, table, "input", top.where("input"));
    read_input(section, context, names, config);
    section.finish();
  }
}

}  // namespace v1::config
