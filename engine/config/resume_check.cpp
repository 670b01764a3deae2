#include "engine/config/resume_check.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <map>

#include "engine/base/error.hpp"
#include "engine/config/sweep_source.hpp"

namespace v1::config {
namespace {

constexpr const char* trials_key = "simulation.trials";

// Dotted keys of everything that is no table, with its TOML.
void flatten(const toml::node& node, const std::string& key,
             std::map<std::string, std::string>& out) {
  if (const toml::table* table = node.as_table()) {
    for (const auto& [name, inner] : *table) {
      flatten(inner, key.empty() ? std::string(name.str()) : fmt::format("{}.{}", key, name.str()),
              out);
    }
    return;
  }
  const toml::array* array = node.as_array();
  if (array && !array->empty() && array->is_array_of_tables()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      flatten((*array)[i], fmt::format("{}.{}", key, i), out);
    }
    return;
  }
  out[key] = toml_text(node);
}

bool may_change(const std::string& key) {
  static const std::vector<std::string> free = {"name",
                                                "simulation.threads",
                                                "simulation.backend",
                                                "simulation.backend_params",
                                                "simulation.device",
                                                "analysis",
                                                "limits",
                                                "report"};
  return std::any_of(free.begin(), free.end(), [&](const std::string& one) {
    return key == one || key.starts_with(one + ".");
  });
}

std::map<std::string, std::string> values_of(const std::string& text) {
  std::map<std::string, std::string> values;
  try {
    flatten(toml::parse(text), "", values);
  } catch (const toml::parse_error& problem) {
    throw error(ExitCode::data, "is not valid TOML ({})", std::string(problem.description()));
  }
  return values;
}

// What an absent key means: earlier versions stated it in a sweep of seeds, too.
std::string default_of(const std::string& key, const std::map<std::string, std::string>& values) {
  const bool follows_seed = key == "network.seed" || key == "stimulus.order_seed";
  return follows_seed && values.contains("seed") ? values.at("seed") : "";
}

bool fewer(const std::string& wanted, const std::string& stored) {
  return std::stoll(wanted) < std::stoll(stored);
}

}  // namespace

std::vector<std::string> resume_conflicts(const std::string& stored_toml,
                                          const std::string& wanted_toml) {
  const auto stored = values_of(stored_toml);
  const auto wanted = values_of(wanted_toml);
  std::vector<std::string> conflicts;
  for (const auto& [key, value] : stored) {
    const auto now = wanted.find(key);
    if (may_change(key) || (now != wanted.end() && now->second == value)) continue;
    if (now == wanted.end()) {
      if (key == trials_key || value == default_of(key, wanted)) continue;
      conflicts.push_back(fmt::format("'{}' was {}, now it is not there", key, value));
    } else if (key != trials_key || fewer(now->second, value)) {
      conflicts.push_back(fmt::format("'{}' was {}, now {}", key, value, now->second));
    }
  }
  for (const auto& [key, value] : wanted) {
    // A sweep over blocks may leave the trials out; its points state theirs.
    if (may_change(key) || stored.contains(key) || key == trials_key) continue;
    conflicts.push_back(fmt::format("'{}' was not there, now it is {}", key, value));
  }
  return conflicts;
}

}  // namespace v1::config
