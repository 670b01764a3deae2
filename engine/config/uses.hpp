#pragma once
#include "engine/config/load_config.hpp"
#include "engine/config/section.hpp"
#include "engine/plugin/check_parameters.hpp"

/// Uses of plugins: the stimulus, inputs, analyses and the backend.
namespace v1::config {

struct UseContext {
  Issues& issues;
  const plugin::Registry& registry;
  bool analyses_only;
  const std::optional<std::vector<std::string>>& wanted_analyses;  // nullopt: all
};

/// [stimulus] with one plugin or with [[stimulus.block]].
void read_stimulus(Section&& section, const UseContext& context, RunConfig& config);
/// Every [[input]]; after [simulation].
void read_inputs(Section& top, const UseContext& context, RunConfig& config);
void read_analyses(Section& top, const UseContext& context, RunConfig& config);
/// simulation.backend ("auto" is resolved here) and simulation.backend_params.
void read_backend(Section& simulation, const UseContext& context, RunConfig& config);

/// [[stimulus.block]] of the table `stimulus`; a block that names no plugin shows that of
/// [stimulus].
void read_blocks(Section& stimulus, const UseContext& context, RunConfig& config);

/// A use of the plugin that the value of `key` names, without settings. Complains, and leaves
/// `loaded` empty, when there is no such plugin.
PluginUse find_use(Section& section, plugin::Kind kind, const char* key, const std::string& name,
                   const UseContext& context);
/// The same with its settings, checked. `params_key` names the table of parameters.
PluginUse read_use(Section& section, plugin::Kind kind, const char* key, const std::string& name,
                   const char* params_key, const UseContext& context);
/// Complains when a stimulus makes none of the `wanted` V1E_OUT_*.
void check_outputs(Section& section, const PluginUse& use, std::uint32_t wanted,
                   const char* message);
/// May the name be that of a folder or of a group in a file?
bool usable_name(const std::string& name);
/// What usable_name asks for.
inline constexpr const char* usable_letters = "letters, digits, '.', '_', '-'";
/// Remembers where the parameters stand, for messages of later stages; `params` may be null.
void note_places(PluginUse& use, const toml::table* params);
/// How parameters of a use are named, placed and checked.
plugin::ParamContext param_context(const std::string& prefix,
                                   const toml::source_region& plugin_region,
                                   const UseContext& context);
void add_issue(const plugin::ParamIssue& issue, const UseContext& context);
/// The value of `plugin`, or "" after a complaint.
std::string plugin_name(Section& section);
/// Complains when a stimulus makes nothing that could drive the LGN.
void check_visible(Section& section, const PluginUse& use);
/// Does the stimulus name the spikes of the LGN units itself?
bool replays_spikes(const RunConfig& config);

}  // namespace v1::config
