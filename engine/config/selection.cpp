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

using Problems = std::vector<plugin::NodeProblem>;

void note_problem(Problems& problems, const toml::source_region& where,
                  const std::string& message) {
  plugin::NodeProblem& problem = problems.emplace_back();
  problem.where = where;
  problem.message = message;
}

void read_ids(const toml::array& items, Selection& out, Problems& problems) {
  out.kind = Selection::Kind::ids;
  for (const toml::node& item : items) {
    const auto* id = item.as_integer();
    if (!id || id->get() < 0 || id->get() > std::numeric_limits<std::uint32_t>::max()) {
      note_problem(problems, item.source(),
                   fmt::format("must list neuron ids (whole numbers from 0), found {}",
                               plugin::node_kind(item)));
    } else {
      out.ids.push_back(static_cast<std::uint32_t>(id->get()));
    }
  }
  std::sort(out.ids.begin(), out.ids.end());
  out.ids.erase(std::unique(out.ids.begin(), out.ids.end()), out.ids.end());
}

void read_layer(const toml::node& node, Selection& out, Problems& problems) {
  std::string word;
  if (const auto* whole = node.as_integer()) word = fmt::format("{}", whole->get());
  if (const auto* text = node.as_string()) word = text->get();
  if (std::find(layers().begin(), layers().end(), word) == layers().end()) {
    note_problem(problems, node.source(),
                 fmt::format("must have a layer out of 1, \"2/3\", 4, 5, 6; found {}",
                             plugin::node_kind(node)));
  }
  out.layer = word;
}

void read_filter(const toml::table& table, Selection& out, Problems& problems) {
  out.kind = Selection::Kind::filter;
  if (table.empty()) {
    note_problem(problems, table.source(),
                 "must filter by layer, ei or radius, found an empty table");
  }
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    if (name == "layer") {
      read_layer(node, out, problems);
    } else if (name == "ei") {
      const auto* text = node.as_string();
      if (!text || (text->get() != "e" && text->get() != "i")) {
        note_problem(
            problems, node.source(),
            fmt::format("must have ei = \"e\" or \"i\", found {}", plugin::node_kind(node)));
      } else {
        out.ei = text->get();
      }
    } else if (name == "radius") {
      const auto radius = plugin::as_number(node);
      if (!radius || !std::isfinite(*radius) || *radius <= 0.0) {
        note_problem(problems, node.source(),
                     fmt::format("must have a radius > 0 um, found {}", plugin::node_kind(node)));
      } else {
        out.radius_um = *radius;
      }
    } else {
      note_problem(problems, key.source(),
                   fmt::format("has the unknown filter '{}'{}", name,
                               did_you_mean(name, {"layer", "ei", "radius"})));
    }
  }
}

}  // namespace

Problems selection_problems(const toml::node& node, Selection* result) {
  Selection out;
  Problems problems;
  if (const auto* text = node.as_string()) {
    const std::string word(trim(text->get()));
    out.kind = word == "all"    ? Selection::Kind::all
               : word == "none" ? Selection::Kind::none
               : word == "core" ? Selection::Kind::core
                                : Selection::Kind::name;
    if (out.kind == Selection::Kind::name) out.name = word;
    if (word.empty()) {
      note_problem(problems, node.source(),
                   "must select neurons, found \"\" (\"none\" selects nothing)");
    }
  } else if (const toml::array* items = node.as_array()) {
    read_ids(*items, out, problems);
  } else if (const toml::table* table = node.as_table()) {
    read_filter(*table, out, problems);
  } else {
    note_problem(problems, node.source(),
                 fmt::format("must be \"all\", \"core\", \"none\", a population name, a "
                             "list of ids or a table, found {}",
                             plugin::node_kind(node)));
  }
  if (!problems.empty()) return problems;
  out.text = *plugin::selection_text(node);
  if (result) *result = std::move(out);
  return {};
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
  const Problems problems = selection_problems(*holder.get("selection"), &result);
  if (!problems.empty()) {
    throw error(ExitCode::config, "the selection {} {}", value, problems.front().message);
  }
  return result;
}

}  // namespace v1::config
