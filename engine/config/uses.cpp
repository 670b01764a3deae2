#include "engine/config/uses.hpp"

#include <algorithm>
#include <map>

#include "engine/base/log.hpp"
#include "engine/plugin/call.hpp"
#include "engine/plugin/check_parameters.hpp"
#include "engine/plugin/plugin_info.hpp"

namespace v1::config {
namespace {

using plugin::Kind;
using plugin::LoadedPlugin;

void check_params(PluginUse& use, const toml::table* params, const std::string& prefix,
                  const toml::source_region& plugin_region, const UseContext& context) {
  std::vector<plugin::ParamIssue> found;
  use.settings = plugin::check_parameters(*use.loaded, params,
                                          param_context(prefix, plugin_region, context), found);
  note_places(use, params);
  for (const plugin::ParamIssue& issue : found) add_issue(issue, context);
}

// The keys `over`, `title` and `text` of an analysis: where it runs in a sweep, its heading.
void read_presentation(Section& section, PluginUse& use) {
  section.choice("over", use.over, {"point", "first", "sweep"});
  section.text("title", use.title);
  section.text("text", use.text);
}

bool serves(const LoadedPlugin& backend, const SimulationConfig& simulation) {
  const std::uint64_t caps = backend.backend().caps;
  if (simulation.scheme == Scheme::billeh_tf && !(caps & V1E_CAP_BILLEH_TF)) return false;
  return simulation.precision_bits() == 32 || (caps & V1E_CAP_FLOAT64) != 0;
}

// What a backend finds on this machine.
struct Devices {
  std::uint32_t count = 0;
  std::string problem;  // why there are none
};

Devices devices_of(const LoadedPlugin& backend) {
  Devices found;
  plugin::ErrorSlot err;
  const v1e_status status =
      plugin::call(backend.name, "devices", err, backend.backend().devices, &found.count);
  if (status == V1E_OK && found.count > 0) return found;
  return {0, *err.message ? std::string(err.message)
                          : fmt::format("backend {} finds no device here", backend.name)};
}

// cuda where there is a device for it, else cpu.
std::string automatic_backend(const UseContext& context, const SimulationConfig& simulation) {
  if (context.analyses_only || !context.registry.has(Kind::backend, "cuda")) return "cpu";
  const LoadedPlugin& cuda = context.registry.find(Kind::backend, "cuda");
  const std::string reason = devices_of(cuda).problem;
  if (!reason.empty()) {
    log::debug("backend = \"auto\" takes cpu: {}", reason);
    return "cpu";
  }
  return serves(cuda, simulation) ? "cuda" : "cpu";
}

// Default name of a plugin's use: "overview" for "kit:overview".
std::string base_name(const std::string& plugin) { return plugin.substr(plugin.rfind(':') + 1); }

bool is_wanted(const std::string& analysis, const UseContext& context) {
  const auto& wanted = context.wanted_analyses;
  return !wanted || std::find(wanted->begin(), wanted->end(), analysis) != wanted->end();
}

// A use without settings: its plugin may be missing, its parameters are not checked.
PluginUse unread_use(Section& section, const std::string& plugin) {
  PluginUse use;
  use.plugin = plugin;
  use.where = format_where(section.where("plugin"));
  section.table("params");
  return use;
}

}  // namespace

void note_places(PluginUse& use, const toml::table* params) {
  if (!params) return;
  for (const auto& [key, node] : *params) {
    const toml::source_region& region = node.source().begin ? node.source() : key.source();
    use.param_where[std::string(key.str())] = format_where(region);
  }
}

PluginUse find_use(Section& section, Kind kind, const char* key, const std::string& name,
                   const UseContext& context) {
  PluginUse use;
  use.plugin = name;
  use.name = base_name(name);
  use.where = format_where(section.where(key));
  try {
    use.loaded = &context.registry.find(kind, name);
  } catch (const Error& e) {
    const bool needed = kind == Kind::analysis || !context.analyses_only;
    if (needed) {
      context.issues.add(section.where(key),
                         fmt::format("'{}': {}", section.full_name(key), e.what()), e.code());
    }
  }
  return use;
}

PluginUse read_use(Section& section, Kind kind, const char* key, const std::string& name,
                   const char* params_key, const UseContext& context) {
  PluginUse use = find_use(section, kind, key, name, context);
  const toml::table* params = section.table(params_key);
  if (!use.loaded) return use;
  check_params(use, params, section.full_name(params_key), section.where(key), context);
  if (const std::vector<plugin::Param>* schema = use.settings.schema()) {
    for (const plugin::Param& param : *schema) {
      section.place_elsewhere(param.key, section.full_name(params_key) + "." + param.key);
    }
  }
  return use;
}

// Stimuli are what the eye sees; inputs act on neurons. One kind of plugin serves both.
void check_outputs(Section& section, const PluginUse& use, std::uint32_t wanted,
                   const char* message) {
  if (use.loaded && (use.loaded->stimulus().outputs & wanted) == 0) {
    section.complain("plugin", fmt::format("\"{}\" {}", use.plugin, message));
  }
}

bool usable_name(const std::string& name) {
  static constexpr const char* allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !name.empty() && name.front() != '.' &&
         name.find_first_not_of(allowed) == std::string::npos;
}

plugin::ParamContext param_context(const std::string& prefix,
                                   const toml::source_region& plugin_region,
                                   const UseContext& context) {
  plugin::ParamContext how;
  how.key_prefix = prefix;
  how.plugin_region = plugin_region;
  how.base_directory = std::filesystem::current_path();
  how.selection_problems = [](const toml::node& node) { return selection_problems(node); };
  how.files_must_exist = !context.analyses_only;
  return how;
}

void add_issue(const plugin::ParamIssue& issue, const UseContext& context) {
  if (issue.warning) {
    context.issues.warn(issue.where, issue.message);
  } else {
    context.issues.add(issue.where, issue.message, issue.code);
  }
}

std::string plugin_name(Section& section) {
  std::string name;
  section.text("plugin", name);
  if (!section.has("plugin")) {
    section.complain("plugin", "is required: the name of a plugin");
  } else if (name.empty() && section.where("plugin").begin) {
    section.complain("plugin", "must name a plugin");
  }
  return name;
}

void check_visible(Section& section, const PluginUse& use) {
  check_outputs(section, use, V1E_OUT_FRAMES | V1E_OUT_RATES | V1E_OUT_SPIKES,
                "drives neurons with currents only; use it in [[input]]");
}

bool replays_spikes(const RunConfig& config) {
  const auto& blocks = config.blocks.blocks;
  const PluginUse* use = config.stimulus ? &*config.stimulus : nullptr;
  if (!blocks.empty() && !blocks.front().conditions.empty())
    use = &blocks.front().conditions.front();
  return use && use->loaded &&
         (use->loaded->stimulus().outputs & (V1E_OUT_FRAMES | V1E_OUT_RATES)) == 0;
}

void read_stimulus(Section&& section, const UseContext& context, RunConfig& config) {
  read_blocks(section, context, config);
  if (config.blocks.blocks.empty()) {
    const std::string name = plugin_name(section);
    if (!name.empty()) {
      config.stimulus = read_use(section, Kind::stimulus, "plugin", name, "params", context);
      check_visible(section, *config.stimulus);
    } else {
      section.table("params");
    }
  }
  section.finish();
}

void read_analyses(Section& top, const UseContext& context, RunConfig& config) {
  std::map<std::string, std::string> place_of;
  for (const toml::table* table : top.tables("analysis")) {
    Section section(context.issues, table, "analysis", top.where("analysis"));
    std::string label;
    section.text("name", label);
    const std::string name = plugin_name(section);
    if (name.empty()) {
      section.table("params");
      PluginUse ignored;
      read_presentation(section, ignored);
      section.finish();
      continue;
    }
    const std::string called = section.has("name") ? label : base_name(name);
    PluginUse use = is_wanted(called, context)
                        ? read_use(section, Kind::analysis, "plugin", name, "params", context)
                        : unread_use(section, name);
    read_presentation(section, use);
    use.name = called;
    const char* named_by = section.has("name") ? "name" : "plugin";
    if (!usable_name(use.name)) {
      section.complain(named_by, fmt::format("must be a folder name ({}), found \"{}\"",
                                             usable_letters, use.name));
    }
    const auto [known, is_new] = place_of.emplace(use.name, format_where(section.where(named_by)));
    if (!is_new) {
      section.complain(named_by, fmt::format("\"{}\" is the name of two analyses (the other is at "
                                             "{}); give one a name of its own",
                                             use.name, known->second));
    }
    config.analyses.push_back(std::move(use));
    section.finish();
  }
}

void read_backend(Section& simulation, const UseContext& context, RunConfig& config) {
  const std::string& word = config.simulation.backend;
  if (word.empty()) {
    simulation.complain("backend", "must name a backend plugin or be \"auto\"");
    simulation.table("backend_params");
    return;
  }
  const std::string name = word == "auto" ? automatic_backend(context, config.simulation) : word;
  config.backend = read_use(simulation, Kind::backend, "backend", name, "backend_params", context);
  if (context.analyses_only || !config.backend.loaded) return;
  const Devices devices = devices_of(*config.backend.loaded);
  if (word != "auto" && !devices.problem.empty()) {
    context.issues.add(simulation.where("backend"),
                       fmt::format("'{}': {}; use \"auto\" or \"cpu\"",
                                   simulation.full_name("backend"), devices.problem),
                       ExitCode::backend);
  } else if (devices.count > 0 && config.simulation.device >= devices.count) {
    context.issues.add(
        simulation.where("device"),
        fmt::format("'{}' must be {}, as backend {} finds {} here, found {}",
                    simulation.full_name("device"),
                    devices.count == 1 ? "0" : fmt::format("0 to {}", devices.count - 1),
                    config.backend.name,
                    devices.count == 1 ? "1 device" : fmt::format("{} devices", devices.count),
                    config.simulation.device),
        ExitCode::backend);
  }
}

PluginUse default_backend(const plugin::Registry& registry, const std::string& name) {
  PluginUse use;
  use.name = use.plugin = name;
  use.loaded = &registry.find(Kind::backend, name);
  std::vector<plugin::ParamIssue> issues;
  use.settings = plugin::check_parameters(*use.loaded, nullptr, {}, issues);
  if (!issues.empty()) throw Error(issues.front().code, issues.front().message);
  return use;
}

}  // namespace v1::config
