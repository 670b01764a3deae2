#pragma once
#include <toml++/toml.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/error.hpp"
#include "engine/plugin/registry.hpp"
#include "engine/plugin/settings.hpp"

namespace v1::plugin {

/// A mistake (or, with `warning`, a remark) about one parameter.
struct ParamIssue {
  std::string key;      // "stimulus.params.contrast"
  std::string message;  // one sentence, without position
  toml::source_region where;
  bool warning = false;
  /// config: the user's mistake; data: a file that does not exist; plugin: the plugin failed.
  ExitCode code = ExitCode::config;
};

/// What is wrong with a part of a value: "must have ei = ...".
struct NodeProblem {
  toml::source_region where;
  std::string message;
};

/// How to name and place what is found.
struct ParamContext {
  std::string key_prefix;             // "stimulus.params"
  toml::source_region plugin_region;  // position used for what the user left out
  /// Folder of relative paths whose values come from no file.
  std::filesystem::path base_directory;
  /// Says what is wrong with the text of a selection; unset = any is fine.
  std::function<std::vector<NodeProblem>(const toml::node&)> selection_problems;
  bool files_must_exist = true;
};

/// The absolute path that `written` means at `where`: relative to the file it stands in (see
/// engine/base/written_path.hpp), for the command line (source path beginning with '-') to the
/// working directory, and to `otherwise` where the place is not known.
std::filesystem::path path_written_at(const toml::source_region& where, const std::string& written,
                                      const std::filesystem::path& otherwise);

/// Checks `params` (may be null) against the plugin's schema, fills in defaults and asks the
/// plugin's validate. All mistakes are appended to `issues`; the result is complete only when
/// none was.
Settings check_parameters(const LoadedPlugin& plugin, const toml::table* params,
                          const ParamContext& context, std::vector<ParamIssue>& issues);

/// The values as TOML keys ("contrast = 0.8" lines), everything written out, without a header.
std::string settings_to_toml(const Settings& settings);

/// Does the parameter have another value than its default? Resolved configs write all values out,
/// so one that equals its default does not count as chosen.
bool differs_from_default(const Settings& settings, const std::string& key);

/// The default of a parameter as TOML; "" when it is required.
std::string default_to_toml(const Param& param);

/// One TOML value: strings quoted, floats with all their digits and a decimal point.
std::string toml_value(const std::string& text);
std::string toml_value(double number);

/// A selection as one line of text: a bare word for a name ("core"), TOML for lists and
/// filters ("[1, 2]", "{ layer = 4 }"). Nothing when the node can be no selection.
std::optional<std::string> selection_text(const toml::node& node);

}  // namespace v1::plugin
