#include "engine/plugin/schema.hpp"

#include <cmath>
#include <set>

#include "engine/base/error.hpp"

namespace v1::plugin {
namespace {

double limit(const v1e_value& value) {
  return value.type == V1E_FLOAT ? value.as.f : static_cast<double>(value.as.i);
}

bool is_number(v1e_type type) {
  return type == V1E_INT || type == V1E_FLOAT || type == V1E_INT_LIST || type == V1E_FLOAT_LIST;
}

bool is_list(v1e_type type) { return type >= V1E_INT_LIST && type <= V1E_TABLE_LIST; }

bool well_formed_key(const std::string& key) {
  if (key.empty() || key.front() == '.' || key.back() == '.') return false;
  if (key.find("..") != std::string::npos) return false;
  return key.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") ==
         std::string::npos;
}

// What is wrong with a default; "" when nothing is.
std::string default_problem(const Param& param, const v1e_value& value);

std::string record_problem(const Param& param, const v1e_settings* record) {
  if (!record || record->count != param.fields.size() || !record->values) {
    return "has a default record that does not match its fields";
  }
  for (std::size_t i = 0; i < param.fields.size(); ++i) {
    const std::string problem = default_problem(param.fields[i], record->values[i]);
    if (!problem.empty()) return fmt::format("field '{}' {}", param.fields[i].key, problem);
  }
  return "";
}

std::string number_problem(const Param& param, double value) {
  if (!std::isfinite(value)) return "has a default that is not finite";
  if (in_range(param, value)) return "";
  return fmt::format("has the default {}, which is not in its range {}", value, range_text(param));
}

std::string integer_problem(const Param& param, std::int64_t value) {
  if (in_range(param, value)) return "";
  return fmt::format("has the default {}, which is not in its range {}", value, range_text(param));
}

std::string list_problem(const Param& param, const v1e_value& value) {
  if (value.count < param.list_min || (param.list_max != 0 && value.count > param.list_max)) {
    return fmt::format("has a default of {} elements, outside its own limits", value.count);
  }
  if (value.count > 0 && !value.as.iv) return "has a default list without elements";
  for (std::uint32_t i = 0; i < value.count; ++i) {
    std::string problem;
    if (value.type == V1E_INT_LIST) problem = integer_problem(param, value.as.iv[i]);
    if (value.type == V1E_FLOAT_LIST) problem = number_problem(param, value.as.fv[i]);
    if (value.type == V1E_STRING_LIST && !value.as.sv[i]) problem = "has a default without text";
    if (value.type == V1E_TABLE_LIST) problem = record_problem(param, value.as.records[i]);
    if (!problem.empty()) return problem;
  }
  return "";
}

std::string default_problem(const Param& param, const v1e_value& value) {
  if (value.type != param.type) {
    return fmt::format("has a default of type {}, but is declared as {}", type_text(value.type),
                       type_text(param.type));
  }
  if (is_list(value.type)) return list_problem(param, value);
  switch (value.type) {
    case V1E_INT:
      return integer_problem(param, value.as.i);
    case V1E_FLOAT:
      return number_problem(param, value.as.f);
    case V1E_CHOICE:
      if (value.as.i < 0 || value.as.i >= static_cast<std::int64_t>(param.choices.size())) {
        return fmt::format("has the default choice {} of {}", value.as.i, param.choices.size());
      }
      return "";
    case V1E_STRING:
    case V1E_PATH:
      return value.as.s ? "" : "has a default without text";
    case V1E_SELECTION:
      return value.as.selection && value.as.selection->text ? "" : "has a default without text";
    default:
      return "";
  }
}

std::string limits_problem(const Param& param) {
  if ((param.min_value || param.max_value) && !is_number(param.type)) {
    return "has limits, but is no number";
  }
  for (const v1e_value* bound : {param.min_value, param.max_value}) {
    if (bound && bound->type != V1E_INT && bound->type != V1E_FLOAT) {
      return "has a limit that is no number";
    }
  }
  if (param.min_value && param.max_value && limit(*param.min_value) > limit(*param.max_value)) {
    return "has a minimum above its maximum";
  }
  if (param.list_max != 0 && param.list_min > param.list_max) {
    return "asks for more list elements than it allows";
  }
  return "";
}

std::string param_problem(const Param& param) {
  if (param.type < V1E_BOOL || param.type > V1E_SELECTION) {
    return fmt::format("has the unknown type {}", param.type);
  }
  if (param.type == V1E_CHOICE && param.choices.empty()) return "offers no choices";
  if (param.type == V1E_TABLE_LIST && param.fields.empty()) return "has no fields";
  std::string problem = limits_problem(param);
  if (!problem.empty()) return problem;
  if (!param.default_value) {
    return param.has(V1E_PARAM_REQUIRED) ? "" : "has no default and is not marked as required";
  }
  return default_problem(param, *param.default_value);
}

Param read_param(const v1e_param* declared, const std::string& who) {
  if (!declared || declared->struct_size < offsetof(v1e_param, summary) + sizeof(char*)) {
    throw error(ExitCode::plugin, "{}: a parameter is missing or too small", who);
  }
  const v1e_param raw = copy_sized(declared);
  if (!raw.key || !well_formed_key(raw.key)) {
    throw error(ExitCode::plugin, "{}: the parameter key '{}' is not made of words and dots", who,
                raw.key ? raw.key : "");
  }
  const std::string what = fmt::format("{}: parameter '{}'", who, raw.key);
  if (!raw.unit) throw error(ExitCode::plugin, "{} has no unit (\"1\" for none)", what);
  if (!raw.summary) throw error(ExitCode::plugin, "{} has no summary", what);
  if (raw.choice_count > 0 && !raw.choices) throw error(ExitCode::plugin, "{} lacks choices", what);
  Param param;
  param.type = raw.type;
  param.flags = raw.flags;
  param.list_min = raw.list_min;
  param.list_max = raw.list_max;
  param.key = raw.key;
  param.unit = raw.unit;
  param.summary = raw.summary;
  param.doc = raw.doc ? raw.doc : "";
  param.replaced_by = raw.replaced_by ? raw.replaced_by : "";
  param.default_value = raw.default_value;
  param.min_value = raw.min_value;
  param.max_value = raw.max_value;
  for (std::uint32_t i = 0; i < raw.choice_count; ++i) {
    if (!raw.choices[i]) throw error(ExitCode::plugin, "{}: choice {} has no text", what, i);
    param.choices.emplace_back(raw.choices[i]);
  }
  if (raw.type == V1E_TABLE_LIST) param.fields = read_schema(raw.fields, raw.field_count, what);
  const std::string problem = param_problem(param);
  if (!problem.empty()) throw error(ExitCode::plugin, "{} {}", what, problem);
  return param;
}

}  // namespace

std::vector<Param> read_schema(const v1e_param* const* params, std::uint32_t count,
                               const std::string& who) {
  if (count > 0 && !params) {
    throw error(ExitCode::plugin, "{}: declares {} parameters but lists none", who, count);
  }
  std::vector<Param> schema;
  std::set<std::string> keys;
  for (std::uint32_t i = 0; i < count; ++i) {
    schema.push_back(read_param(params[i], who));
    if (!keys.insert(schema.back().key).second) {
      throw error(ExitCode::plugin, "{}: declares the parameter '{}' twice", who,
                  schema.back().key);
    }
  }
  for (const Param& param : schema) {
    for (std::size_t dot = param.key.find('.'); dot != std::string::npos;
         dot = param.key.find('.', dot + 1)) {
      if (keys.contains(param.key.substr(0, dot))) {
        throw error(ExitCode::plugin, "{}: the parameters '{}' and '{}' exclude each other", who,
                    param.key.substr(0, dot), param.key);
      }
    }
    if (!param.replaced_by.empty() && !keys.contains(param.replaced_by)) {
      throw error(ExitCode::plugin, "{}: parameter '{}' is replaced by '{}', which does not exist",
                  who, param.key, param.replaced_by);
    }
  }
  return schema;
}

std::string range_text(const Param& param) {
  const auto number = [](const v1e_value& value) {
    return value.type == V1E_FLOAT ? fmt::format("{}", value.as.f) : fmt::format("{}", value.as.i);
  };
  const bool above = param.has(V1E_PARAM_MIN_EXCLUSIVE);
  const bool below = param.has(V1E_PARAM_MAX_EXCLUSIVE);
  if (param.min_value && param.max_value) {
    return fmt::format("{}{}, {}{}", above ? '(' : '[', number(*param.min_value),
                       number(*param.max_value), below ? ')' : ']');
  }
  if (param.min_value) return fmt::format("{} {}", above ? ">" : ">=", number(*param.min_value));
  if (param.max_value) return fmt::format("{} {}", below ? "<" : "<=", number(*param.max_value));
  return "";
}

bool in_range(const Param& param, double value) {
  if (param.min_value) {
    const double low = limit(*param.min_value);
    if (param.has(V1E_PARAM_MIN_EXCLUSIVE) ? !(value > low) : !(value >= low)) return false;
  }
  if (param.max_value) {
    const double high = limit(*param.max_value);
    if (param.has(V1E_PARAM_MAX_EXCLUSIVE) ? !(value < high) : !(value <= high)) return false;
  }
  return true;
}

bool in_range(const Param& param, std::int64_t value) {
  // Whole-number limits are compared as such: a double cannot tell 2^53 from 2^53 + 1.
  const auto at_least = [&](const v1e_value& low) {
    if (low.type == V1E_FLOAT) return in_range(param, static_cast<double>(value));
    return param.has(V1E_PARAM_MIN_EXCLUSIVE) ? value > low.as.i : value >= low.as.i;
  };
  const auto at_most = [&](const v1e_value& high) {
    if (high.type == V1E_FLOAT) return in_range(param, static_cast<double>(value));
    return param.has(V1E_PARAM_MAX_EXCLUSIVE) ? value < high.as.i : value <= high.as.i;
  };
  return (!param.min_value || at_least(*param.min_value)) &&
         (!param.max_value || at_most(*param.max_value));
}

std::string type_text(v1e_type type) {
  switch (type) {
    case V1E_BOOL:
      return "bool";
    case V1E_INT:
      return "int";
    case V1E_FLOAT:
      return "float";
    case V1E_STRING:
      return "text";
    case V1E_CHOICE:
      return "choice";
    case V1E_PATH:
      return "path";
    case V1E_INT_LIST:
      return "list of int";
    case V1E_FLOAT_LIST:
      return "list of float";
    case V1E_STRING_LIST:
      return "list of text";
    case V1E_TABLE_LIST:
      return "records";
    case V1E_SELECTION:
      return "selection";
  }
  return fmt::format("type {}", type);
}

}  // namespace v1::plugin
