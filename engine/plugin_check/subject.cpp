#include <fmt/format.h>

#include "engine/base/error.hpp"
#include "engine/plugin/check_parameters.hpp"
#include "engine/plugin_check/rules.hpp"

namespace v1::plugin_check {

void broken(const std::string& what) { throw Error(ExitCode::plugin, what); }

Subject::Subject(const CheckOptions& options)
    : file(std::filesystem::absolute(options.file)),
      scratch(options.verdict.empty() ? std::filesystem::path() : options.verdict.parent_path()),
      shared(options.shared),
      name_(options.plugin),
      registry_([&] {
        plugin::RegistryOptions alone;
        alone.standard_directories = false;
        alone.allow_world_writable = true;  // the user named the file
        alone.host = host.view();
        return alone;
      }()) {}

const std::vector<const plugin::LoadedPlugin*>& Subject::plugins() {
  if (plugins_.empty()) plugins_ = registry_.load_file(file);
  return plugins_;
}

const plugin::LoadedPlugin& Subject::chosen() {
  for (const plugin::LoadedPlugin* p : plugins()) {
    if (fmt::format("{}:{}", plugin::kind_name(p->kind), p->name) == name_) return *p;
  }
  throw error(ExitCode::internal, "{} holds no {}", file.string(), name_);
}

plugin::Settings default_settings(const plugin::LoadedPlugin& plugin) {
  for (const plugin::Param& param : *plugin.params) {
    if (param.has(V1E_PARAM_REQUIRED)) throw Skip{"needs a value for '" + param.key + "'"};
  }
  std::vector<plugin::ParamIssue> issues;
  plugin::ParamContext context;
  context.key_prefix = "params";
  context.files_must_exist = false;
  plugin::Settings settings = check_parameters(plugin, nullptr, context, issues);
  for (const plugin::ParamIssue& issue : issues) {
    if (!issue.warning) broken("its own defaults are refused: " + issue.message);
  }
  settings.resolve_selections([](const std::string&, const std::string&) {
    return std::vector<std::uint32_t>{0, 1};
  });
  return settings;
}

}  // namespace v1::plugin_check
