#include "engine/base/text.hpp"
#include "engine/config/source.hpp"
#include "engine/plugin/check_parameters.hpp"

namespace v1::config {
namespace {

std::optional<toml::table> try_parse(const std::string& text, const std::string& origin) {
  try {
    return toml::parse(text, origin);
  } catch (const toml::parse_error&) {
    return std::nullopt;
  }
}

bool is_value(const std::string& text) {
  const auto parsed = try_parse("value = " + text, "");
  return parsed && parsed->size() == 1;
}

// key = "value"
toml::table parse_text(const std::string& key, const std::string& value,
                       const std::string& origin) {
  auto parsed = try_parse(key + " = " + plugin::toml_value(value), origin);
  if (parsed) return std::move(*parsed);
  throw error(ExitCode::config, "{}: the value is no text (it holds bytes that are not UTF-8)",
              origin);
}

toml::table read_set(const std::string& argument) {
  const std::string origin = "--set " + argument;
  const std::size_t equals = argument.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw error(ExitCode::config, "{}: must have the form key=value", origin);
  }
  const std::string key(trim(argument.substr(0, equals)));
  const std::string value(trim(argument.substr(equals + 1)));
  if (key.find_first_of("\r\n#") != std::string::npos || !try_parse(key + " = 0", "")) {
    throw error(ExitCode::config, "{}: '{}' is no config key", origin, key);
  }
  if (is_value(value)) return *try_parse(key + " = " + value, origin);
  if (!value.empty() && std::string_view("[{\"'").find(value.front()) != std::string_view::npos) {
    throw error(ExitCode::config, "{}: {} is no complete TOML value", origin, value);
  }
  return parse_text(key, value, origin);
}

void add(toml::table& all, const std::string& key, const std::string& option,
         const std::string& shown, const std::string& toml_text) {
  merge_in_layer(all, *try_parse(key + " = " + toml_text, option + " " + shown));
}

}  // namespace

toml::table read_overrides(const LoadOptions& options) {
  toml::table all;
  for (const GivenValue& one : options.given) {
    merge_in_layer(all, *try_parse(one.key + " = " + one.value, whole_place(one.where)));
  }
  for (const std::string& argument : options.sets) merge_in_layer(all, read_set(argument));
  if (options.backend) {
    merge_in_layer(
        all, parse_text("simulation.backend", *options.backend, "--backend " + *options.backend));
  }
  const auto number = [&](const char* key, const char* option,
                          const std::optional<std::int64_t>& value) {
    const std::string text = value ? fmt::format("{}", *value) : "";
    if (value) add(all, key, option, text, text);
  };
  number("simulation.threads", "--threads", options.threads);
  number("simulation.trials", "--trials", options.trials);
  number("network.neurons", "--neurons", options.neurons);
  number("seed", "--seed", options.seed);
  number("simulation.device", "--device", options.device);
  return all;
}

}  // namespace v1::config
