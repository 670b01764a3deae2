#include "engine/plugin/check_parameters.hpp"

#include "engine/base/error.hpp"
#include "engine/base/written_path.hpp"
#include "engine/plugin/param_value.hpp"
#include "engine/plugin/status.hpp"

namespace v1::plugin {
namespace {

// Position of the parameter a plugin complains about ("contrast", "pulses[1].amplitude"), or of
// the nearest enclosing thing that the user wrote.
toml::source_region region_of(const toml::table* table, const std::string& param,
                              const toml::source_region& otherwise) {
  const toml::node* node = table;
  toml::source_region found = table && table->source().begin ? table->source() : otherwise;
  std::string word;
  const auto step = [&] {
    if (word.empty() || !node) return;
    if (node->is_table()) {
      node = node->as_table()->get(word);
    } else if (node->is_array() && word.find_first_not_of("0123456789") == std::string::npos) {
      node = node->as_array()->get(std::stoul(word.substr(0, 9)));
    } else {
      node = nullptr;
    }
    if (node) found = node->source();
    word.clear();
  };
  for (const char c : param) {
    if (c == '.' || c == '[' || c == ']') {
      step();
    } else {
      word += c;
    }
  }
  step();
  return found;
}

void ask_plugin(const LoadedPlugin& plugin, const Settings& settings, const toml::table* params,
                const ParamContext& context, std::vector<ParamIssue>& issues) {
  ErrorSlot err;
  const v1e_status status = plugin.validate(*settings.view(), err);
  if (status == V1E_OK) return;
  const std::string reason = err.message[0] ? err.message : status_name(status);
  if (status != V1E_E_INVALID && status != V1E_E_UNSUPPORTED) {
    issues.push_back({context.key_prefix,
                      fmt::format("plugin '{}' failed in validate: {}", plugin.name, reason),
                      context.plugin_region, false, exit_code(status)});
    return;
  }
  const std::string key = context.key_prefix + (err.param[0] ? "." : "") + err.param;
  const toml::source_region where =
      err.param[0] ? region_of(params, err.param, context.plugin_region) : context.plugin_region;
  issues.push_back({key, fmt::format("'{}' of plugin '{}': {}", key, plugin.name, reason), where,
                    false, ExitCode::config});
}

}  // namespace

std::filesystem::path path_written_at(const toml::source_region& where, const std::string& written,
                                      const std::filesystem::path& otherwise) {
  namespace fs = std::filesystem;
  if (!where.path || where.path->empty())
    return fs::absolute(otherwise / written).lexically_normal();
  if (where.path->front() == '-') return fs::absolute(written).lexically_normal();
  return v1::written_path(*where.path, written);
}

Settings check_parameters(const LoadedPlugin& plugin, const toml::table* params,
                          const ParamContext& context, std::vector<ParamIssue>& issues) {
  auto storage = std::make_shared<Settings::Storage>(*plugin.params, plugin.params);
  std::vector<ParamIssue> found;
  ValueReader reader{plugin, context, found};
  const bool written = params && params->source().begin;
  reader.fill(*storage, params, context.key_prefix + ".",
              written ? params->source() : context.plugin_region);
  Settings settings(storage);
  bool complete = true;
  for (const ParamIssue& issue : found) complete = complete && issue.code != ExitCode::config;
  if (complete) ask_plugin(plugin, settings, params, context, found);
  issues.insert(issues.end(), found.begin(), found.end());
  return settings;
}

}  // namespace v1::plugin
