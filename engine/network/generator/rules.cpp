#include "engine/network/generator/rules.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <sstream>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"

namespace v1::network::generator {
namespace {

void collect_keys(const toml::table& table, const std::string& prefix,
                  std::vector<std::pair<std::string, toml::source_position>>& keys) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    if (const toml::table* inner = node.as_table()) {
      collect_keys(*inner, name + ".", keys);
    } else {
      keys.emplace_back(name, key.source().begin);
    }
  }
}

// Puts a value at a dotted key, making tables on the way.
void put(toml::table& table, const std::string& key, const toml::node& value) {
  const std::size_t dot = key.find('.');
  if (dot == std::string::npos) {
    table.insert_or_assign(key, value);
    return;
  }
  const std::string head = key.substr(0, dot);
  if (!table.get_as<toml::table>(head)) table.insert_or_assign(head, toml::table{});
  put(*table.get_as<toml::table>(head), key.substr(dot + 1), value);
}

}  // namespace

Rules::Rules(const std::filesystem::path& file, const std::vector<config::RuleOverride>& overrides)
    : file_(file), overrides_(overrides) {
  try {
    table_ = toml::parse_file(file.string());
    for (const config::RuleOverride& one : overrides_) {
      const toml::table value = toml::parse("x = " + one.toml);
      put(table_, one.key, *value.get("x"));
    }
  } catch (const toml::parse_error& failure) {
    throw error(ExitCode::data, "{}:{}:{}: {}", file.string(), failure.source().begin.line,
                failure.source().begin.column, failure.description());
  }
}

const toml::node* Rules::find(const std::string& key) const {
  asked_.insert(key);
  return table_.at_path(key).node();
}

bool Rules::has(const std::string& key) const { return find(key) != nullptr; }

double Rules::number(const std::string& key) const {
  const toml::node* node = find(key);
  const std::optional<double> value = node ? node->value<double>() : std::nullopt;
  if (!value || !std::isfinite(*value)) fail(key, "a number");
  return *value;
}

double Rules::positive(const std::string& key) const {
  const double value = number(key);
  if (!(value > 0.0)) fail(key, "a number above 0");
  return value;
}

double Rules::number_or(const std::string& key, double fallback) const {
  return has(key) ? number(key) : fallback;
}

std::uint32_t Rules::count(const std::string& key) const {
  const double value = number(key);
  if (value < 1 || value > 1e6 || value != std::floor(value)) fail(key, "a whole number above 0");
  return static_cast<std::uint32_t>(value);
}

std::string Rules::text(const std::string& key) const {
  const toml::node* node = find(key);
  const std::optional<std::string> value = node ? node->value<std::string>() : std::nullopt;
  if (!value) fail(key, "a text");
  return *value;
}

std::string Rules::text_or(const std::string& key, const std::string& fallback) const {
  return has(key) ? text(key) : fallback;
}

std::size_t Rules::choice(const std::string& key, const std::vector<std::string>& words) const {
  const std::string value = text(key);
  const auto found = std::find(words.begin(), words.end(), value);
  if (found == words.end()) {
    fail(key, "one of \"" + join(words, "\", \"") + "\"" + did_you_mean(value, words));
  }
  return static_cast<std::size_t>(found - words.begin());
}

const config::RuleOverride* Rules::overridden(const std::string& key) const {
  const auto found = std::find_if(overrides_.rbegin(), overrides_.rend(),
                                  [&](const config::RuleOverride& one) { return one.key == key; });
  return found == overrides_.rend() ? nullptr : &*found;
}

void Rules::fail(const std::string& key, const std::string& expected) const {
  const toml::node* node = table_.at_path(key).node();
  if (const config::RuleOverride* mine = overridden(key)) {
    throw error(ExitCode::config, "{}: network.overrides.rules.{} must be {}, found {}",
                mine->where, key, expected, mine->toml);
  }
  if (node == nullptr) {
    throw error(ExitCode::data, "{}: {} must be {}, found nothing", file_.string(), key, expected);
  }
  std::ostringstream found;
  node->visit([&](const auto& value) { found << value; });
  throw error(ExitCode::data, "{}:{}:{}: {} must be {}, found {}", file_.string(),
              node->source().begin.line, node->source().begin.column, key, expected, found.str());
}

void Rules::finish() const {
  const std::vector<std::string> known(asked_.begin(), asked_.end());
  for (const config::RuleOverride& one : overrides_) {
    if (asked_.contains(one.key)) continue;
    throw error(ExitCode::config, "{}: network.overrides.rules: this model has no rule '{}'{}",
                one.where, one.key, did_you_mean(one.key, known));
  }
  std::vector<std::pair<std::string, toml::source_position>> keys;
  collect_keys(table_, "", keys);
  for (const auto& [key, place] : keys) {
    if (asked_.contains(key)) continue;
    throw error(ExitCode::data, "{}:{}:{}: unknown key '{}'{}", file_.string(), place.line,
                place.column, key, did_you_mean(key, known));
  }
}

}  // namespace v1::network::generator
