#include <algorithm>

#include "engine/base/text.hpp"
#include "engine/config/sections.hpp"
#include "engine/config/sweep_source.hpp"
#include "engine/plugin/param_value.hpp"

/// [network.overrides]: form only; names are checked where the model's tables are known.
namespace v1::config {
namespace {

constexpr const char* section_name = "network.overrides";

const std::vector<std::string>& words() {
  static const std::vector<std::string> all = {
      "add",       "rules",     "populations", "node_types", "connections", "synapses",
      "receptors", "lgn_units", "lgn_to_v1",   "background", "unitary_psp"};
  return all;
}

/// The text a number or word has in a CSV file.
std::optional<std::string> cell_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  const std::optional<double> number = plugin::as_number(node);
  if (!number || !std::isfinite(*number)) return std::nullopt;
  return fmt::format("{}", *number);
}

class OverridesReader {
 public:
  OverridesReader(Issues& issues, NetworkOverrides& out) : issues_(issues), out_(out) {}

  void read(const toml::table& table) {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (std::find(words().begin(), words().end(), name) == words().end()) {
        issues_.add(key.source().begin ? key.source() : node.source(),
                    fmt::format("unknown key '{}.{}'{}", section_name, name,
                                known_names_hint(name, words())));
      } else if (name == "rules") {
        read_rules(node);
      } else {
        read_list(name, node);
      }
      out_.toml += fmt::format("{} = {}\n", name, toml_text(node));
    }
  }

 private:
  void complain(const toml::node& node, const std::string& message) {
    issues_.add(node.source(), message);
  }

  void read_rules(const toml::node& node) {
    if (const toml::table* table = node.as_table()) return read_rule_table(*table, "");
    complain(node, fmt::format("'{}.rules' must be a table, found {}", section_name,
                               plugin::node_kind(node)));
  }

  void read_rule_table(const toml::table& table, const std::string& prefix) {
    for (const auto& [key, node] : table) {
      const std::string name = prefix + std::string(key.str());
      if (const toml::table* inner = node.as_table()) {
        read_rule_table(*inner, name + ".");
      } else {
        out_.rules.push_back({name, toml_text(node), format_where(node.source())});
      }
    }
  }

  void read_list(const std::string& name, const toml::node& node) {
    const toml::array* items = node.as_array();
    if (!items) {
      complain(node, fmt::format("'{0}.{1}' must be a list of tables ([[{0}.{1}]]), found {2}",
                                 section_name, name, plugin::node_kind(node)));
      return;
    }
    for (const toml::node& item : *items) {
      const toml::table* table = item.as_table();
      if (!table) {
        complain(item, fmt::format("'{}.{}' must hold tables only, found {}", section_name, name,
                                   plugin::node_kind(item)));
      } else if (name == "add") {
        read_added(*table);
      } else {
        TableOverride override_{name, {}, format_where(table->source())};
        read_cells(name, *table, override_.cells);
        out_.tables.push_back(std::move(override_));
      }
    }
  }

  void read_added(const toml::table& table) {
    AddedPopulation added;
    added.where = format_where(table.source());
    toml::table rest = table;
    for (const auto& [key, target] :
         {std::pair{"population", &added.name}, std::pair{"like", &added.like}}) {
      const auto* text = table.get_as<std::string>(key);
      if (text && !text->get().empty()) {
        *target = text->get();
      } else {
        complain(table, fmt::format("'{}.add' needs '{}': a new population starts as a copy of an "
                                    "old one (population = \"NEW\", like = \"OLD\")",
                                    section_name, key));
      }
      rest.erase(key);
    }
    read_cells("add", rest, added.cells);
    out_.added.push_back(std::move(added));
  }

  void read_cells(const std::string& name, const toml::table& table,
                  std::vector<OverrideCell>& cells) {
    for (const auto& [key, node] : table) {
      OverrideCell cell;
      cell.column = std::string(key.str());
      cell.where = format_where(node.source());
      if (!read_cell(node, cell)) {
        complain(node, fmt::format("'{}.{}.{}' must be a number, a text, a list of texts or "
                                   "{{ times = NUMBER }}, found {}",
                                   section_name, name, cell.column, plugin::node_kind(node)));
      }
      cells.push_back(std::move(cell));
    }
  }

  static bool read_cell(const toml::node& node, OverrideCell& cell) {
    if (const toml::array* items = node.as_array()) {
      for (const toml::node& item : *items) {
        const auto text = cell_text(item);
        if (!text) return false;
        cell.texts.push_back(*text);
      }
      return !items->empty();
    }
    if (const toml::table* table = node.as_table()) {
      const toml::node* factor = table->get("times");
      if (!factor || table->size() != 1 || factor->is_string()) return false;
      cell.times = true;
      const auto text = cell_text(*factor);
      if (text) cell.texts.push_back(*text);
      return text.has_value();
    }
    const auto text = cell_text(node);
    if (text) cell.texts.push_back(*text);
    return text.has_value();
  }

  Issues& issues_;
  NetworkOverrides& out_;
};

}  // namespace

void read_network_overrides(const toml::table* table, Issues& issues, NetworkOverrides& overrides) {
  if (table) OverridesReader(issues, overrides).read(*table);
}

}  // namespace v1::config
