#include "engine/plugin/param_value.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "engine/base/error.hpp"
#include "engine/base/special_file.hpp"
#include "engine/base/text.hpp"
#include "engine/base/written_path.hpp"
#include "engine/plugin/schema.hpp"

namespace v1::plugin {
namespace {

namespace fs = std::filesystem;

bool is_whole(double value) {
  constexpr double most = 9007199254740992.0;  // beyond it not every whole number is a double
  return value == std::floor(value) && std::fabs(value) <= most;
}

bool has_unit(const Param& param) { return !param.unit.empty() && param.unit != "1"; }

std::string expected(const Param& param) {
  const std::string unit = has_unit(param) ? " in " + param.unit : "";
  switch (param.type) {
    case V1E_BOOL:
      return "true or false";
    case V1E_INT:
      return "a whole number" + unit;
    case V1E_FLOAT:
      return "a number" + unit;
    case V1E_CHOICE:
      return fmt::format("one of \"{}\"", fmt::join(param.choices, "\", \""));
    case V1E_PATH:
      return "a path (text)";
    case V1E_INT_LIST:
      return "a list of whole numbers" + unit;
    case V1E_FLOAT_LIST:
      return "a list of numbers" + unit;
    case V1E_STRING_LIST:
      return "a list of texts";
    case V1E_TABLE_LIST:
      return "a list of tables";
    case V1E_SELECTION:
      return "a selection of neurons (a name, a list of ids or a table)";
    default:
      return "text";
  }
}

std::string range_message(const Param& param, const std::string& key, const std::string& found) {
  const std::string unit = has_unit(param) ? " " + param.unit : "";
  const std::string range = range_text(param);
  const bool interval = range.front() == '[' || range.front() == '(';
  return fmt::format("'{}' must be {}{}{}, found {}", key, interval ? "in " : "", range, unit,
                     found);
}

// "2.5 s" where a number belongs.
bool is_number_with_unit(const Param& param, const toml::node& node) {
  return (param.type == V1E_INT || param.type == V1E_FLOAT) && begins_with_a_number(node);
}

}  // namespace

std::string whole_without_point(const toml::node& node) {
  const auto* real = node.as_floating_point();
  if (!real || !is_whole(real->get())) return "";
  return fmt::format("; write {}", static_cast<std::int64_t>(real->get()));
}

std::string node_kind(const toml::node& node) {
  if (const auto* text = node.as_string()) return fmt::format("the text \"{}\"", text->get());
  if (const auto* whole = node.as_integer()) return fmt::format("the number {}", whole->get());
  if (const auto* real = node.as_floating_point()) {
    return fmt::format("the number {}", toml_value(real->get()));
  }
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  if (const auto* list = node.as_array()) return list->empty() ? "an empty list" : "a list";
  if (node.is_table()) return "a table";
  return "a date or time";
}

bool begins_with_a_number(const toml::node& node) {
  const auto text = node.value<std::string>();
  return text && text->find_first_of("+-.0123456789") == 0;
}

std::optional<double> as_number(const toml::node& node) {
  if (const auto* whole = node.as_integer()) return static_cast<double>(whole->get());
  if (const auto* real = node.as_floating_point()) return real->get();
  return std::nullopt;
}

const toml::node* find_dotted(const toml::table& table, std::string_view key) {
  const std::size_t dot = key.find('.');
  const toml::node* node = table.get(key.substr(0, dot));
  if (dot == std::string_view::npos || !node) return node;
  return node->is_table() ? find_dotted(*node->as_table(), key.substr(dot + 1)) : nullptr;
}

std::string unknown_parameter_hint(const std::vector<Param>& params, const std::string& key) {
  if (params.empty()) return "; it has no parameters";
  std::vector<std::string> known;
  for (const Param& param : params) known.push_back(param.key);
  return known_names_hint(key, known);
}

void ValueReader::complain(const std::string& key, const toml::source_region& where,
                           const std::string& message) {
  issues.push_back({key, message, where, false, ExitCode::config});
}

void ValueReader::wrong_type(const Param& param, const toml::node& node, const std::string& key) {
  complain(key, node.source(),
           fmt::format("'{}' must be {}, found {}{}", key, expected(param), node_kind(node),
                       is_number_with_unit(param, node) ? "; leave out the unit"
                       : param.type == V1E_INT          ? whole_without_point(node)
                                                        : ""));
}

void ValueReader::report_unknown(const std::vector<Param>& params, const toml::table& table,
                                 const std::string& inner, const std::string& prefix) {
  for (const auto& [name, node] : table) {
    const std::string key = inner + std::string(name.str());
    const auto exact = [&](const Param& param) { return param.key == key; };
    const auto below = [&](const Param& param) { return param.key.rfind(key + ".", 0) == 0; };
    if (std::any_of(params.begin(), params.end(), exact)) continue;
    if (node.is_table() && std::any_of(params.begin(), params.end(), below)) {
      report_unknown(params, *node.as_table(), key + ".", prefix);
      continue;
    }
    complain(prefix + key, name.source(),
             fmt::format("unknown key '{}{}' of plugin '{}'{}", prefix, key, plugin.name,
                         unknown_parameter_hint(params, key)));
  }
}

void ValueReader::fill(Settings::Storage& storage, const toml::table* table,
                       const std::string& prefix, const toml::source_region& table_region) {
  if (table) report_unknown(storage.params, *table, "", prefix);
  for (std::size_t i = 0; i < storage.params.size(); ++i) {
    const Param& param = storage.params[i];
    const std::string key = prefix + param.key;
    const toml::node* node = table ? find_dotted(*table, param.key) : nullptr;
    if (!node) {
      if (param.default_value) {
        storage.values[i] = storage.copy(param, *param.default_value);
      } else {
        complain(
            key, table_region,
            fmt::format("'{}' of plugin '{}' is required ({})", key, plugin.name, param.summary));
      }
      continue;
    }
    if (param.has(V1E_PARAM_DEPRECATED)) {
      const std::string instead =
          param.replaced_by.empty() ? "" : "; use '" + prefix + param.replaced_by + "'";
      issues.push_back({key, fmt::format("'{}' is deprecated{}", key, instead), node->source(),
                        true, ExitCode::ok});
    }
    if (const auto value = read(storage, param, *node, key)) storage.values[i] = *value;
  }
}

std::optional<double> ValueReader::number(const Param& param, const toml::node& node,
                                          const std::string& key) {
  const std::optional<double> value = as_number(node);
  if (!value) {
    wrong_type(param, node, key);
    return std::nullopt;
  }
  if (!std::isfinite(*value)) {
    complain(key, node.source(), fmt::format("'{}' must be finite, found {}", key, *value));
    return std::nullopt;
  }
  if (!in_range(param, *value)) {
    complain(key, node.source(), range_message(param, key, fmt::format("{}", *value)));
    return std::nullopt;
  }
  return value;
}

std::optional<std::int64_t> ValueReader::integer(const Param& param, const toml::node& node,
                                                 const std::string& key) {
  std::optional<std::int64_t> whole;
  if (const auto* written = node.as_integer()) whole = written->get();
  // 500.0 ms is as good a quantity as 500 ms; a count of 3.0 is a mistake.
  if (const auto written = as_number(node); !whole && has_unit(param) && written) {
    if (is_whole(*written)) whole = static_cast<std::int64_t>(*written);
  }
  if (!whole) {
    wrong_type(param, node, key);
    return std::nullopt;
  }
  if (!in_range(param, *whole)) {
    complain(key, node.source(), range_message(param, key, fmt::format("{}", *whole)));
    return std::nullopt;
  }
  return whole;
}

std::optional<std::string> ValueReader::text(const Param& param, const toml::node& node,
                                             const std::string& key) {
  if (const auto* value = node.as_string()) return value->get();
  wrong_type(param, node, key);
  return std::nullopt;
}

std::optional<v1e_value> ValueReader::choice(const Param& param, const toml::node& node,
                                             const std::string& key) {
  const auto chosen = text(param, node, key);
  if (!chosen) return std::nullopt;
  const auto found = std::find(param.choices.begin(), param.choices.end(), *chosen);
  if (found == param.choices.end()) {
    complain(key, node.source(),
             fmt::format("'{}' must be {}, found \"{}\"{}", key, expected(param), *chosen,
                         did_you_mean(*chosen, param.choices)));
    return std::nullopt;
  }
  v1e_value value{V1E_CHOICE, 1, {}};
  value.as.i = found - param.choices.begin();
  return value;
}

std::optional<v1e_value> ValueReader::path(Settings::Storage& storage, const Param& param,
                                           const toml::node& node, const std::string& key) {
  const auto written = text(param, node, key);
  if (!written) return std::nullopt;
  if (written->empty() && !param.default_value) {
    complain(key, node.source(), fmt::format("'{}' must be a path, found \"\"", key));
    return std::nullopt;
  }
  if (written->empty()) return storage.text(V1E_PATH, "");
  const std::string full =
      path_written_at(node.source(), *written, context.base_directory).string();
  if (const std::string problem = path_problem(full); !problem.empty()) {
    complain(key, node.source(), fmt::format("'{}' {}", key, problem));
    return std::nullopt;
  }
  // "file.h5:/group/dataset" names a dataset of the file.
  const std::string file = full.substr(0, full.rfind(":/"));
  if (const std::string kind = special_file(file); !kind.empty()) {
    issues.push_back({key, fmt::format("'{}' names {}, but a file is needed: {}", key, kind, file),
                      node.source(), false, ExitCode::data});
  }
  if (context.files_must_exist && !fs::exists(full) && !fs::exists(file)) {
    issues.push_back({key, fmt::format("'{}': no such file: {}", key, file), node.source(), false,
                      ExitCode::data});
  }
  return storage.text(V1E_PATH, full);
}

std::optional<v1e_value> ValueReader::selection(Settings::Storage& storage, const toml::node& node,
                                                const std::string& key) {
  std::vector<NodeProblem> problems;
  const std::optional<std::string> written = selection_text(node);
  if (!written) {
    problems.push_back(
        {node.source(), fmt::format("must be a selection of neurons, found {}", node_kind(node))});
  } else if (context.selection_problems) {
    problems = context.selection_problems(node);
  }
  for (const NodeProblem& problem : problems) {
    complain(key, problem.where, fmt::format("'{}' {}", key, problem.message));
  }
  if (!problems.empty()) return std::nullopt;
  return storage.selection(*written);
}

std::optional<v1e_value> ValueReader::records(Settings::Storage& storage, const Param& param,
                                              const toml::array& items, const std::string& key) {
  std::vector<std::unique_ptr<Settings::Storage>> out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const toml::node& item = items[i];
    const std::string item_key = fmt::format("{}[{}]", key, i);
    if (!item.is_table()) {
      complain(item_key, item.source(),
               fmt::format("'{}' must be a table, found {}", item_key, node_kind(item)));
      return std::nullopt;
    }
    auto& record =
        out.emplace_back(std::make_unique<Settings::Storage>(param.fields, storage.schema));
    fill(*record, item.as_table(), item_key + ".", item.source());
  }
  return storage.record_list(std::move(out));
}

std::optional<v1e_value> ValueReader::list(Settings::Storage& storage, const Param& param,
                                           const toml::node& node, const std::string& key) {
  const toml::array* items = node.as_array();
  if (!items) {
    wrong_type(param, node, key);
    return std::nullopt;
  }
  const std::size_t n = items->size();
  if (n < param.list_min || (param.list_max != 0 && n > param.list_max)) {
    const std::string bounds = param.list_max == 0 ? fmt::format("at least {}", param.list_min)
                               : param.list_min == param.list_max
                                   ? fmt::format("{}", param.list_min)
                                   : fmt::format("{} to {}", param.list_min, param.list_max);
    complain(key, node.source(),
             fmt::format("'{}' must have {} elements, found {}", key, bounds, n));
    return std::nullopt;
  }
  if (param.type == V1E_TABLE_LIST) return records(storage, param, *items, key);
  Param element = param;  // messages about an element name the element's type
  std::vector<std::int64_t> whole;
  std::vector<double> real;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < n; ++i) {
    const toml::node& item = (*items)[i];
    const std::string item_key = fmt::format("{}[{}]", key, i);
    if (param.type == V1E_INT_LIST) {
      element.type = V1E_INT;
      if (const auto value = integer(element, item, item_key)) whole.push_back(*value);
    } else if (param.type == V1E_FLOAT_LIST) {
      element.type = V1E_FLOAT;
      if (const auto value = number(element, item, item_key)) real.push_back(*value);
    } else {
      element.type = V1E_STRING;
      if (const auto value = text(element, item, item_key)) texts.push_back(*value);
    }
  }
  if (whole.size() + real.size() + texts.size() != n) return std::nullopt;
  if (param.type == V1E_INT_LIST) return storage.int_list(std::move(whole));
  if (param.type == V1E_FLOAT_LIST) return storage.float_list(std::move(real));
  return storage.text_list(std::move(texts));
}

std::optional<v1e_value> ValueReader::read(Settings::Storage& storage, const Param& param,
                                           const toml::node& node, const std::string& key) {
  v1e_value value{param.type, 1, {}};
  switch (param.type) {
    case V1E_BOOL:
      if (!node.is_boolean()) {
        wrong_type(param, node, key);
        return std::nullopt;
      }
      value.as.i = node.as_boolean()->get() ? 1 : 0;
      return value;
    case V1E_INT: {
      const auto whole = integer(param, node, key);
      if (!whole) return std::nullopt;
      value.as.i = *whole;
      return value;
    }
    case V1E_FLOAT: {
      const auto real = number(param, node, key);
      if (!real) return std::nullopt;
      value.as.f = *real;
      return value;
    }
    case V1E_STRING: {
      const auto written = text(param, node, key);
      if (!written) return std::nullopt;
      return storage.text(V1E_STRING, *written);
    }
    case V1E_CHOICE:
      return choice(param, node, key);
    case V1E_PATH:
      return path(storage, param, node, key);
    case V1E_SELECTION:
      return selection(storage, node, key);
    default:
      return list(storage, param, node, key);
  }
}

}  // namespace v1::plugin
