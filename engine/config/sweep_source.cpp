#include "engine/config/sweep_source.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <tuple>

#include "engine/base/text.hpp"
#include "engine/config/source.hpp"
#include "engine/plugin/check_parameters.hpp"
#include "engine/plugin/param_value.hpp"

namespace v1::config {
namespace {

constexpr std::size_t longest_value = 32;

std::string refusal(const std::string& key) {
  const std::string top = key.substr(0, key.find('.'));
  if (top == "analysis" || top == "limits" || top == "report") {
    return "does not change the simulation; give several [[analysis]] instead";
  }
  if (top == "name") return "cannot be swept: points are named after their values";
  if (top == "sweep" || top == "include") return "cannot be swept";
  return "";
}

void add_axes(toml::table& table, const std::string& prefix, std::vector<RawAxis>& axes,
              Issues& issues) {
  for (auto&& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    if (toml::table* inner = node.as_table()) {
      add_axes(*inner, key + ".", axes, issues);
      continue;
    }
    RawAxis axis{key, name.source(), {}, node.is_array()};
    if (toml::array* values = node.as_array()) {
      for (toml::node& value : *values) axis.values.push_back(&value);
    } else {
      axis.values.push_back(&node);
    }
    // One value that is a list is what all points of the block share, as one without brackets.
    if (axis.values.size() == 1 && axis.values.front()->is_array()) axis.is_list = false;
    const std::string reason = refusal(key);
    if (!reason.empty()) {
      issues.add(name.source(), fmt::format("sweep: '{}' {}", key, reason));
    } else if (axis.values.empty()) {
      issues.add(node.source(),
                 fmt::format("sweep: '{}' must be a list of at least one value", key));
    } else {
      axes.push_back(std::move(axis));
    }
  }
}

// Such axes come last; their position counts in the argument.
bool from_command_line(const RawAxis& axis) {
  return axis.where.path && axis.where.path->starts_with('-');
}

// A key may be written as "a.b" and as a.b: then the command line wins over the file.
void drop_doubles(std::vector<RawAxis>& axes, Issues& issues) {
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto later = std::find_if(axes.begin() + static_cast<std::ptrdiff_t>(i) + 1, axes.end(),
                                    [&](const RawAxis& other) { return other.key == axes[i].key; });
    if (later == axes.end()) continue;
    if (!from_command_line(*later)) {
      issues.add(later->where,
                 fmt::format("sweep: '{}' stands twice in one [[sweep]]", later->key));
    }
    axes[i] = std::move(*later);
    axes.erase(later);
  }
}

// "a.b.c" from its last `count` parts.
std::string tail(const std::string& key, std::size_t count) {
  std::size_t begin = key.size();
  for (std::size_t i = 0; i < count && begin != std::string::npos && begin > 0; ++i) {
    begin = key.rfind('.', begin - 1);
  }
  return begin == std::string::npos || begin == 0 ? key : key.substr(begin + 1);
}

toml::node* find_path(toml::node* at, const std::vector<std::string>& path) {
  for (const std::string& part : path) {
    if (!at) return nullptr;
    if (toml::table* table = at->as_table()) {
      at = table->get(part);
    } else if (toml::array* array = at->as_array();
               array && !part.empty() && part.find_first_not_of("0123456789") == part.npos) {
      at = array->get(std::stoul(part.substr(0, 9)));
    } else {
      return nullptr;
    }
  }
  return at;
}

void check_override(const std::vector<std::vector<RawAxis>>& sweep, const toml::node& node,
                    const std::string& key, Issues& issues) {
  if (const toml::table* table = node.as_table()) {
    for (const auto& [name, inner] : *table) {
      const std::string name_text(name.str());
      if (key.empty() && name_text == "sweep") continue;
      check_override(sweep, inner, key.empty() ? name_text : key + "." + name_text, issues);
    }
    return;
  }
  for (const auto& axes : sweep) {
    for (const RawAxis& axis : axes) {
      if (key != axis.key && !key.starts_with(axis.key + ".")) continue;
      issues.add(node.source(),
                 fmt::format("'{}' is swept ({}), so this value would have no effect; change the "
                             "sweep, or switch it off with --set sweep=[]",
                             axis.key, format_where(axis.where)));
      return;
    }
  }
}

// `alike`: whole numbers are written as integers, however they were written.
std::string text_of(const toml::node& node, bool alike) {
  if (const auto* text = node.as_string()) return plugin::toml_value(text->get());
  if (const auto* whole = node.as_integer()) return fmt::format("{}", whole->get());
  if (const auto* real = node.as_floating_point()) {
    constexpr double exact = 9007199254740992.0;  // 2^53: integers below have a double each
    const bool whole = real->get() == std::floor(real->get()) && std::abs(real->get()) < exact;
    if (alike && whole) return fmt::format("{}", static_cast<std::int64_t>(real->get()));
    return plugin::toml_value(real->get());
  }
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  std::vector<std::string> parts;
  if (const toml::table* table = node.as_table()) {
    for (const auto& [key, value] : *table) {
      parts.push_back(plugin::toml_value(std::string(key.str())) + " = " + text_of(value, alike));
    }
    return "{ " + join(parts, ", ") + " }";
  }
  if (const toml::array* items = node.as_array()) {
    for (const toml::node& item : *items) parts.push_back(text_of(item, alike));
  }
  return "[" + join(parts, ", ") + "]";
}

}  // namespace

std::vector<std::vector<RawAxis>> read_sweep(toml::table& root, Issues& issues) {
  std::vector<std::vector<RawAxis>> sweep;
  toml::node* node = root.get("sweep");
  if (!node) return sweep;
  toml::array* blocks = node->as_array();
  if (!blocks) return sweep;  // what is no list of tables is a mistake of the whole config
  for (toml::node& block : *blocks) {
    toml::table* table = block.as_table();
    if (!table) continue;
    if (table->empty()) {
      issues.add(block.source(), "'sweep' must hold tables with at least one key = [values]");
      continue;
    }
    std::vector<RawAxis> axes;
    add_axes(*table, "", axes, issues);
    std::stable_sort(axes.begin(), axes.end(), [](const RawAxis& a, const RawAxis& b) {
      return std::tuple(from_command_line(a), a.where.begin.line, a.where.begin.column) <
             std::tuple(from_command_line(b), b.where.begin.line, b.where.begin.column);
    });
    drop_doubles(axes, issues);
    if (!axes.empty()) sweep.push_back(std::move(axes));
  }
  return sweep;
}

void check_overrides(const std::vector<std::vector<RawAxis>>& sweep, const toml::table& overrides,
                     Issues& issues) {
  check_override(sweep, overrides, "", issues);
}

void apply_value(toml::table& root, const RawAxis& axis, toml::node&& value, Issues& issues) {
  const std::vector<std::string> path = split(axis.key, '.');
  if (value.is_table()) {
    toml::node* old = find_path(&root, path);
    if (old && old->is_table()) old->as_table()->clear();
  }
  toml::table wrapped;
  wrapped.insert(toml::key(path.back(), toml::source_region(axis.where)), std::move(value));
  for (std::size_t i = path.size() - 1; i-- > 0;) {
    toml::table outer;
    outer.insert(toml::key(path[i], toml::source_region(axis.where)), std::move(wrapped));
    wrapped = std::move(outer);
  }
  merge_overrides(root, std::move(wrapped), issues);
}

std::string toml_text(const toml::node& node) { return text_of(node, false); }

std::string comparable_text(const toml::node& node) { return text_of(node, true); }

std::vector<std::vector<std::string>> short_keys(const std::vector<std::vector<RawAxis>>& sweep) {
  std::set<std::string> keys;
  for (const auto& axes : sweep) {
    for (const RawAxis& axis : axes) keys.insert(axis.key);
  }
  const auto short_key = [&](const std::string& key) {
    for (std::size_t parts = 1;; ++parts) {
      const std::string name = tail(key, parts);
      if (name == key) return name;
      const auto same = std::count_if(keys.begin(), keys.end(), [&](const std::string& other) {
        return tail(other, parts) == name;
      });
      const bool number = name.find_first_not_of("0123456789") == std::string::npos;
      if (same == 1 && !number) return name;
    }
  };
  std::vector<std::vector<std::string>> names;
  for (const auto& axes : sweep) {
    auto& of_block = names.emplace_back();
    for (const RawAxis& axis : axes) of_block.push_back(short_key(axis.key));
  }
  return names;
}

std::string short_value(const toml::node& node, std::size_t index) {
  std::string text = toml_text(node);
  if (const auto* written = node.as_string()) text = written->get();
  if (node.is_floating_point() && text.ends_with(".0")) text.resize(text.size() - 2);
  if (const toml::table* table = node.as_table()) {
    const auto* plugin = table->get_as<std::string>("plugin");
    text = plugin ? plugin->get() : fmt::format("{}", index + 1);
  }
  if (node.is_string() && text.find('/') != std::string::npos) {
    text = text.substr(text.rfind('/') + 1);  // a path: its last part
  }
  std::string name;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '.' || c == '-' || c == '+' || c == '_';
    if (plain) {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  while (name.ends_with('-')) name.pop_back();
  if (name.empty() || name.size() > longest_value) return fmt::format("{}", index + 1);
  return name;
}

}  // namespace v1::config
