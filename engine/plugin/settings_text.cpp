#include <charconv>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/plugin/check_parameters.hpp"
#include "engine/plugin/settings_storage.hpp"

namespace v1::plugin {
namespace {

template <class Items, class Write>
std::string toml_list(const Items& items, std::uint32_t count, Write&& write) {
  std::vector<std::string> parts;
  for (std::uint32_t i = 0; i < count; ++i) parts.push_back(write(items[i]));
  return "[" + join(parts, ", ") + "]";
}

std::string selection_to_toml(const std::string& text) {
  const bool structured = !text.empty() && (text.front() == '[' || text.front() == '{');
  return structured ? text : toml_value(text);
}

std::string record_to_toml(const Param& param, const v1e_settings& record);

std::string value_to_toml(const Param& param, const v1e_value& value) {
  switch (value.type) {
    case V1E_BOOL:
      return value.as.i ? "true" : "false";
    case V1E_INT:
      return fmt::format("{}", value.as.i);
    case V1E_FLOAT:
      return toml_value(value.as.f);
    case V1E_CHOICE:
      return toml_value(param.choices.at(static_cast<std::size_t>(value.as.i)));
    case V1E_STRING:
    case V1E_PATH:
      return toml_value(std::string(value.as.s ? value.as.s : ""));
    case V1E_INT_LIST:
      return toml_list(value.as.iv, value.count,
                       [](std::int64_t item) { return fmt::format("{}", item); });
    case V1E_FLOAT_LIST:
      return toml_list(value.as.fv, value.count, [](double item) { return toml_value(item); });
    case V1E_STRING_LIST:
      return toml_list(value.as.sv, value.count,
                       [](const char* item) { return toml_value(std::string(item)); });
    case V1E_TABLE_LIST:
      return toml_list(value.as.records, value.count,
                       [&](const v1e_settings* record) { return record_to_toml(param, *record); });
    case V1E_SELECTION:
      return value.as.selection ? selection_to_toml(value.as.selection->text) : "\"none\"";
  }
  throw error(ExitCode::internal, "parameter '{}' has the unknown type {}", param.key, value.type);
}

std::string record_to_toml(const Param& param, const v1e_settings& record) {
  std::vector<std::string> parts;
  for (std::uint32_t i = 0; i < record.count; ++i) {
    const Param& field = param.fields[i];
    parts.push_back(field.key + " = " + value_to_toml(field, record.values[i]));
  }
  return "{ " + join(parts, ", ") + " }";
}

// The TOML of a scalar, a list or a table, on one line.
std::string node_to_toml(const toml::node& node) {
  if (const auto* text = node.as_string()) return toml_value(text->get());
  if (const auto* whole = node.as_integer()) return fmt::format("{}", whole->get());
  if (const auto* real = node.as_floating_point()) return toml_value(real->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  std::vector<std::string> parts;
  if (const toml::array* items = node.as_array()) {
    for (const toml::node& item : *items) parts.push_back(node_to_toml(item));
    return "[" + join(parts, ", ") + "]";
  }
  if (const toml::table* table = node.as_table()) {
    for (const auto& [key, value] : *table) {
      parts.push_back(std::string(key.str()) + " = " + node_to_toml(value));
    }
    return "{ " + join(parts, ", ") + " }";
  }
  return "\"\"";
}

}  // namespace

std::string toml_value(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (code < 0x20 || code == 0x7F) {
      out += fmt::format("\\u{:04X}", code);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string toml_value(double number) {
  char digits[64];
  const auto [end, status] = std::to_chars(digits, digits + sizeof digits, number);
  std::string text(digits, end);
  if (text.find_first_of(".en") == std::string::npos) return text + ".0";
  return text;
}

std::optional<std::string> selection_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (node.is_array() || node.is_table()) return node_to_toml(node);
  return std::nullopt;
}

std::string settings_to_toml(const Settings& settings) {
  std::string out;
  const v1e_settings* view = settings.view();
  const std::vector<Param>* params = settings.schema();
  for (std::uint32_t i = 0; i < view->count; ++i) {
    const Param& param = (*params)[i];
    out += fmt::format("{} = {}\n", param.key, value_to_toml(param, view->values[i]));
  }
  return out;
}

bool differs_from_default(const Settings& settings, const std::string& key) {
  const v1e_settings* view = settings.view();
  const std::vector<Param>* params = settings.schema();
  for (std::uint32_t i = 0; i < view->count; ++i) {
    const Param& param = (*params)[i];
    if (param.key != key) continue;
    return value_to_toml(param, view->values[i]) != default_to_toml(param);
  }
  return false;
}

std::string default_to_toml(const Param& param) {
  return param.default_value ? value_to_toml(param, *param.default_value) : "";
}

}  // namespace v1::plugin
