#include "engine/figures/toml_keys.hpp"

#include <fmt/format.h>

#include <cmath>
#include <sstream>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"

namespace v1::figures {
namespace {

std::string shown(const toml::node& node) {
  std::ostringstream out;
  if (node.is_table()) return "a table";
  if (node.is_array()) {
    out << toml::default_formatter{*node.as_array()};
  } else {
    node.visit([&](const auto& value) {
      if constexpr (toml::is_value<decltype(value)>) out << value;
    });
  }
  const std::string text = out.str();
  return text.size() <= 60 ? text : text.substr(0, 57) + "...";
}

}  // namespace

TomlKeys::TomlKeys(const toml::table& table, std::string file, std::string path)
    : table_(&table), file_(std::move(file)), path_(std::move(path)) {}

const toml::node* TomlKeys::find(const std::string& key) {
  known_.insert(key);
  return table_->get(key);
}

bool TomlKeys::has(const std::string& key) const { return table_->contains(key); }

bool TomlKeys::is_text(const std::string& key) const {
  const toml::node* node = table_->get(key);
  return node != nullptr && node->is_string();
}

bool TomlKeys::is_table(const std::string& key) const {
  const toml::node* node = table_->get(key);
  return node != nullptr && node->is_table();
}

bool TomlKeys::is_array(const std::string& key) const {
  const toml::node* node = table_->get(key);
  return node != nullptr && node->is_array();
}

std::string TomlKeys::path_of(const std::string& key) const {
  return path_.empty() ? key : path_ + "." + key;
}

std::string TomlKeys::origin() const {
  const std::string where = fmt::format("{}:{}", file_, table_->source().begin.line);
  return path_.empty() ? where : where + ": " + path_;
}

void TomlKeys::fail(const std::string& key, const std::string& expected) const {
  const toml::node* node = table_->get(key);
  if (node == nullptr)
    throw error(ExitCode::data, "{}:{}: key '{}' is missing; expected {}", file_,
                table_->source().begin.line, path_of(key), expected);
  const auto begin = node->source().begin;
  throw error(ExitCode::data, "{}:{}:{}: key '{}' must be {}, found {}", file_, begin.line,
              begin.column, path_of(key), expected, shown(*node));
}

std::optional<std::string> TomlKeys::text(const std::string& key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_string()) fail(key, "a text");
  return node->as_string()->get();
}

std::string TomlKeys::required_text(const std::string& key) {
  if (!has(key)) fail(key, "a text");
  return *text(key);
}

std::optional<std::string> TomlKeys::choice(const std::string& key,
                                            const std::vector<std::string>& choices) {
  const std::optional<std::string> value = text(key);
  if (!value) return std::nullopt;
  for (const std::string& item : choices)
    if (item == *value) return value;
  fail(key, "one of " + join(choices, ", "));
}

std::optional<double> TomlKeys::number(const std::string& key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const std::optional<double> value = node->is_number() ? node->value<double>() : std::nullopt;
  if (!value || !std::isfinite(*value)) fail(key, "a finite number");
  return value;
}

std::optional<double> TomlKeys::number_between(const std::string& key, double min, double max) {
  const std::optional<double> value = number(key);
  if (value && (*value < min || *value > max))
    fail(key, fmt::format("a number from {} to {}", min, max));
  return value;
}

std::optional<long long> TomlKeys::integer(const std::string& key, long long min, long long max) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_integer() || node->as_integer()->get() < min || node->as_integer()->get() > max)
    fail(key, fmt::format("an integer from {} to {}", min, max));
  return node->as_integer()->get();
}

std::optional<bool> TomlKeys::flag(const std::string& key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_boolean()) fail(key, "true or false");
  return node->as_boolean()->get();
}

std::optional<std::vector<double>> TomlKeys::numbers(const std::string& key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_array()) fail(key, "a list of numbers");
  std::vector<double> values;
  for (const toml::node& item : *node->as_array()) {
    const std::optional<double> value = item.is_number() ? item.value<double>() : std::nullopt;
    if (!value || !std::isfinite(*value)) fail(key, "a list of finite numbers");
    values.push_back(*value);
  }
  return values;
}

std::optional<std::vector<double>> TomlKeys::numbers(const std::string& key, std::size_t count) {
  const auto values = numbers(key);
  if (values && values->size() != count) fail(key, fmt::format("a list of {} numbers", count));
  return values;
}

std::optional<std::vector<std::string>> TomlKeys::texts(const std::string& key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_array()) fail(key, "a list of texts");
  std::vector<std::string> values;
  for (const toml::node& item : *node->as_array()) {
    if (!item.is_string() && !item.is_number()) fail(key, "a list of texts");
    values.push_back(item.is_string() ? item.as_string()->get()
                                      : fmt::format("{}", *item.value<double>()));
  }
  return values;
}

Rgb TomlKeys::color_value(const std::string& key, const std::string& value) const {
  const std::optional<Rgb> color = parse_color(value);
  if (!color) fail(key, "a colour such as \"#0072B2\" or one of " + join(color_names(), ", "));
  return *color;
}

std::optional<Rgb> TomlKeys::color(const std::string& key) {
  const std::optional<std::string> value = text(key);
  if (!value) return std::nullopt;
  return color_value(key, *value);
}

std::optional<TomlKeys> TomlKeys::table(const std::string& key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_table()) fail(key, "a table");
  return TomlKeys(*node->as_table(), file_, path_of(key));
}

std::vector<TomlKeys> TomlKeys::tables(const std::string& key) {
  std::vector<TomlKeys> items;
  const toml::node* node = find(key);
  if (node == nullptr) return items;
  if (node->is_table()) {
    items.emplace_back(*node->as_table(), file_, path_of(key));
    return items;
  }
  if (!node->is_array()) fail(key, "a list of tables");
  for (const toml::node& item : *node->as_array()) {
    if (!item.is_table()) fail(key, "a list of tables");
    items.emplace_back(*item.as_table(), file_, fmt::format("{}[{}]", path_of(key), items.size()));
  }
  return items;
}

std::vector<std::string> TomlKeys::take_all() {
  std::vector<std::string> names;
  for (const auto& [key, node] : *table_) names.emplace_back(key.str());
  known_.insert(names.begin(), names.end());
  return names;
}

void TomlKeys::finish() const { finish({known_.begin(), known_.end()}); }

void TomlKeys::finish(const std::vector<std::string>& known) const {
  for (const auto& [key, node] : *table_) {
    const std::string name(key.str());
    if (known_.count(name) != 0) continue;
    throw error(ExitCode::data, "{}:{}: unknown key '{}'{}", file_, key.source().begin.line,
                path_of(name), did_you_mean(name, known));
  }
}

}  // namespace v1::figures
