#include <algorithm>

#include "engine/config/source.hpp"

namespace v1::config {
namespace {

/// In the table of this name, `dependents` belong to one value of the key `chooser`.
struct Choice {
  std::string_view table;  // "analysis[]" stands for an element of the list
  std::string_view chooser;
  std::string_view initial;  // value of an absent chooser; "" = nothing is chosen yet
  std::vector<std::string_view> dependents;
};

const std::vector<Choice>& choices() {
  static const std::vector<Choice> all = {
      {"network",
       "source",
       "generate",
       {"model", "neurons", "selection", "drop_below", "overrides", "file", "circuit"}},
      {"lgn", "mosaic", "generate", {"file"}},
      {"background", "kind", "model", {"file"}},
      {"simulation", "backend", "", {"backend_params"}},
      {"stimulus", "plugin", "", {"params"}},
      {"input[]", "plugin", "", {"params"}},
      {"analysis[]", "plugin", "", {"params"}}};
  return all;
}

std::string chosen(const toml::table& table, const Choice& choice) {
  const toml::node* node = table.get(choice.chooser);
  if (!node) return std::string(choice.initial);
  const auto* text = node->as_string();
  // "auto" names no backend, so parameters may be meant for any.
  if (!text || (choice.table == "simulation" && text->get() == "auto")) return "";
  return text->get();
}

void drop_dependents(toml::table& base, const toml::table& over, std::string_view name) {
  for (const Choice& choice : choices()) {
    if (choice.table != name || !over.contains(choice.chooser)) continue;
    const std::string before = chosen(base, choice);
    const std::string after = chosen(over, choice);
    if (before.empty() || after.empty() || before == after) continue;
    for (const std::string_view key : choice.dependents) base.erase(key);
  }
}

bool is_index(std::string_view text) {
  return !text.empty() && text.size() < 9 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool has_only_indices(const toml::table& table) {
  return !table.empty() && std::all_of(table.begin(), table.end(),
                                       [](const auto& item) { return is_index(item.first.str()); });
}

struct Merger {
  Issues* issues;     // null for files: lists are replaced as a whole
  bool drops = true;  // what belongs to the choice of a lower layer

  void tables(toml::table& base, toml::table&& over, std::string_view name) {
    if (drops) drop_dependents(base, over, name);
    for (auto&& [key, node] : over) {
      toml::node* old = base.get(key.str());
      if (old && old->is_table() && node.is_table()) {
        tables(*old->as_table(), std::move(*node.as_table()), key.str());
      } else if (issues && old && old->is_array() && node.is_table() &&
                 has_only_indices(*node.as_table())) {
        elements(*old->as_array(), std::move(*node.as_table()), std::string(key.str()));
      } else {
        // Erase first: an assignment would keep the old key with its old position.
        base.erase(key.str());
        base.insert(key, std::move(node));
      }
    }
  }

  void elements(toml::array& base, toml::table&& over, const std::string& name) {
    for (auto&& [key, node] : over) {
      const std::size_t index = std::stoul(std::string(key.str()));
      if (index >= base.size()) {
        issues->add(key.source(), fmt::format("'{}' has {} elements; '{}.{}' does not exist", name,
                                              base.size(), name, index));
      } else if (base[index].is_table() && node.is_table()) {
        tables(*base[index].as_table(), std::move(*node.as_table()), name + "[]");
      } else {
        base.replace(base.cbegin() + static_cast<std::ptrdiff_t>(index), std::move(node));
      }
    }
  }
};

void merge_whole_lists(toml::table& base, toml::table&& over, bool drops) {
  // An empty base takes the whole table, with the positions of its own.
  if (base.empty()) {
    base = std::move(over);
    return;
  }
  Merger{nullptr, drops}.tables(base, std::move(over), "");
}

}  // namespace

void merge(toml::table& base, toml::table&& over) {
  merge_whole_lists(base, std::move(over), true);
}

void merge_in_layer(toml::table& base, toml::table&& over) {
  merge_whole_lists(base, std::move(over), false);
}

void merge_overrides(toml::table& base, toml::table&& over, Issues& issues) {
  Merger{&issues}.tables(base, std::move(over), "");
}

}  // namespace v1::config
