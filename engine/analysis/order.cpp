#include "engine/analysis/order.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/plugin/check_parameters.hpp"

namespace v1::analysis {
namespace {

// A parameter's value as a bare word: strings without quotes, the rest as TOML.
std::string value_text(const plugin::Settings& settings, const std::string& key) {
  if (settings.empty()) return "";
  const toml::table values = toml::parse(plugin::settings_to_toml(settings));
  const auto node = values.at_path(key);
  if (const auto text = node.value<std::string>(); text && node.is_string()) return *text;
  std::ostringstream out;
  node.visit([&](const auto& found) { out << found; });
  return out.str();
}

bool meets(const Need& need, const config::PluginUse& use) {
  if (use.plugin != need.plugin && !use.plugin.ends_with(":" + need.plugin)) return false;
  return std::all_of(need.parameters.begin(), need.parameters.end(), [&](const auto& parameter) {
    return value_text(use.settings, parameter.first) == parameter.second;
  });
}

std::vector<std::size_t> needed_by(std::size_t index, const std::vector<config::PluginUse>& uses,
                                   const plugin::LoadedPlugin& plugin,
                                   const std::vector<std::string>& stored) {
  std::vector<std::size_t> out;
  const v1e_analysis_api& api = plugin.analysis();
  for (std::uint32_t k = 0; k < api.need_count; ++k) {
    const Need need = parse_need(api.needs[k]);
    bool met = std::find(stored.begin(), stored.end(), need.plugin) != stored.end();
    for (std::size_t other = 0; other < uses.size(); ++other) {
      if (other == index || !meets(need, uses[other])) continue;
      out.push_back(other);
      met = true;
    }
    if (met) continue;
    throw error(ExitCode::config,
                "{}: analysis '{}' needs the results of {}, which is not among the analyses; add "
                "an [[analysis]] with plugin = \"{}\"",
                uses[index].where, uses[index].name, api.needs[k], need.plugin);
  }
  return out;
}

}  // namespace

Need parse_need(const std::string& text) {
  Need need;
  const std::size_t open = text.find('[');
  need.plugin = std::string(trim(text.substr(0, open)));
  if (open == std::string::npos) return need;
  const std::size_t close = text.rfind(']');
  for (const std::string& part : split(text.substr(open + 1, close - open - 1), ',')) {
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos) continue;
    need.parameters.emplace_back(trim(part.substr(0, equals)), trim(part.substr(equals + 1)));
  }
  return need;
}

std::vector<std::vector<std::size_t>> analysis_levels(
    const std::vector<config::PluginUse>& uses,
    const std::vector<const plugin::LoadedPlugin*>& plugins,
    const std::vector<std::string>& stored) {
  std::vector<std::vector<std::size_t>> needs;
  for (std::size_t i = 0; i < uses.size(); ++i) {
    needs.push_back(needed_by(i, uses, *plugins.at(i), stored));
  }
  std::vector<std::vector<std::size_t>> levels;
  std::vector<bool> done(uses.size(), false);
  for (std::size_t placed = 0; placed < uses.size();) {
    std::vector<std::size_t> level;
    for (std::size_t i = 0; i < uses.size(); ++i) {
      const bool ready = std::all_of(needs[i].begin(), needs[i].end(),
                                     [&](std::size_t other) { return done[other]; });
      if (!done[i] && ready) level.push_back(i);
    }
    if (level.empty()) {
      std::vector<std::string> names;
      for (std::size_t i = 0; i < uses.size(); ++i) {
        if (!done[i]) names.push_back(uses[i].name);
      }
      throw error(ExitCode::config, "the analyses {} need each other in a circle",
                  join(names, ", "));
    }
    for (const std::size_t i : level) done[i] = true;
    placed += level.size();
    levels.push_back(std::move(level));
  }
  return levels;
}

std::vector<std::size_t> order_analyses(const std::vector<config::PluginUse>& uses,
                                        const std::vector<const plugin::LoadedPlugin*>& plugins,
                                        const std::vector<std::string>& stored) {
  std::vector<std::size_t> order;
  for (const auto& level : analysis_levels(uses, plugins, stored)) {
    order.insert(order.end(), level.begin(), level.end());
  }
  return order;
}

}  // namespace v1::analysis
