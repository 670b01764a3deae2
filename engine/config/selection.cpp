#include <algorithm>
#include <cmath>

#include "engine/base/text.hpp"
#include "engine/config/load_config.hpp"
#include "engine/config/section.hpp"
#include "engine/plugin/check_parameters.hpp"
#include "engine/plugin/param_value.hpp"

namespace v1::config {
namespace {

const std::vector<std::string>& layers() {
  static const std::vector<std::string> names = {"1", "2/3", "4", "5", "6"};
  return names;
}

std::optional<std::string> ids_problem(const toml::array& items, Selection& out) {
  out.kind = Selection::Kind::ids;
  for (const toml::node& item : items) {
    const auto* id = item.as_integer();
    if (!id || id->get() < 0 || id->get() > std::numeric_limits<std::uint32_t>::max()) {
      return fmt::format("must list neuron ids (whole numbers from 0), found {}",
                         plugin::node_kind(item));
    }
    out.ids.push_back(static_cast<std::uint32_t>(id->get()));
  }
  std::sort(out.ids.begin(), out.ids.end());
  out.ids.erase(std::unique(out.ids.begin(), out.ids.end()), out.ids.end());
  return std::nullopt;
}

std::optional<std::string> layer_problem(const toml::node& node, Selection& out) {
  std::string word;
  if (const auto* whole = node.as_integer()) word = fmt::format("{}", whole->get());
  if (const auto* text = node.as_string()) word = text->get();
  if (std::find(layers().begin(), layers().end(), word) == layers().end()) {
    return fmt::format("must have a layer out of 1, \"2/3\", 4, 5, 6; found {}",
                       plugin::node_kind(node));
  }
  out.layer = word;
  return std::nullopt;
}

std::optional<std::string> filter_problem(const toml::table& table, Selection& out) {
  out.kind = Selection::Kind::filter;
  if (table.empty()) return "must filter by layer, ei or radius, found an empty table";
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    if (name == "layer") {
      if (auto problem = layer_problem(node, out)) return problem;
    } else if (name == "ei") {
      const auto* text = node.as_string();
      if (!text || (text->get() != "e" && text->get() != "i")) {
        return fmt::format("must have ei = \"e\" or \"i\", found {}", plugin::node_kind(node));
      }
      out.ei = text->get();
    } else if (name == "radius") {
      const auto radius = plugin::as_number(node);
      if (!radius || !std::isfinite(*radius) || *radius <= 0.0) {
        return fmt::format("must have a radius > 0 um, found {}", plugin::node_kind(node));
      }
      out.radius_um = *radius;
    } else {
      return fmt::format("has the unknown filter '{}'{}", name,
                         did_you_mean(name, {"layer", "ei", "radius"}));
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> selection_problem(const toml::node& node, Selection* result) {
  Selection out;
  std::optional<std::string> problem;
  if (const auto* text = node.as_string()) {
    const std::string word(trim(text->get()));
    out.kind = word == "all"    ? Selection::Kind::all
               : word == "none" ? Selection::Kind::none
               : word == "core" ? Selection::Kind::core
                                : Selection::Kind::name;
    if (out.kind == Selection::Kind::name) out.name = word;
    if (word.empty()) problem = "must select neurons, found \"\" (\"none\" selects nothing)";
  } else if (const toml::array* items = node.as_array()) {
    problem = ids_problem(*items, out);
  } else if (const toml::table* table = node.as_table()) {
    problem = filter_problem(*table, out);
  } else {
    problem = fmt::format(
        "must be \"all\", \"core\", \"none\", a population name, a list of ids or a table, found "
        "{}",
        plugin::node_kind(node));
  }
  if (problem) return problem;
  out.text = *plugin::selection_text(node);
  if (result) *result = std::move(out);
  return std::nullopt;
}

std::string selection_to_toml(const Selection& selection) {
  std::vector<std::string> parts;
  switch (selection.kind) {
    case Selection::Kind::all:
      return "\"all\"";
    case Selection::Kind::none:
      return "\"none\"";
    case Selection::Kind::core:
      return "\"core\"";
    case Selection::Kind::name:
      return plugin::toml_value(selection.name);
    case Selection::Kind::ids:
      return fmt::format("[{}]", fmt::join(selection.ids, ", "));
    case Selection::Kind::filter:
      break;
  }
  if (selection.layer) parts.push_back("layer = " + plugin::toml_value(*selection.layer));
  if (selection.ei) parts.push_back("ei = " + plugin::toml_value(*selection.ei));
  if (selection.radius_um) parts.push_back("radius = " + plugin::toml_value(*selection.radius_um));
  return "{ " + join(parts, ", ") + " }";
}

Selection parse_selection(const std::string& text) {
  const std::string value(trim(text));
  const bool structured =
      !value.empty() && std::string("[{\"'").find(value[0]) != std::string::npos;
  toml::table holder;
  if (structured) {
    try {
      holder = toml::parse("selection = " + value);
    } catch (const toml::parse_error& e) {
      throw error(ExitCode::config, "the selection {} cannot be read: {}", value,
                  std::string(e.description()));
    }
  } else {
    holder.insert("selection", value);
  }
  Selection result;
  if (const auto problem = selection_problem(*holder.get("selection"), &result)) {
    throw error(ExitCode::config, "the selection {} {}", value, *problem);
  }
  return result;
}

}  // namespace v1::config
