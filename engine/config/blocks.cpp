#include <algorithm>

#include "engine/base/text.hpp"
#include "engine/config/uses.hpp"
#include "engine/plugin/param_value.hpp"

namespace v1::config {
namespace {

using plugin::Param;

constexpr std::int64_t most_repeats = 100'000;
constexpr std::uint64_t most_conditions = 10'000;

/// A parameter that takes several values in a block.
struct Varied {
  std::string key;
  const toml::array* values = nullptr;
};

// Where the parameters of a block come from; later ones win.
struct Sources {
  std::vector<const toml::table*> tables;  // [stimulus.params], [stimulus.block.params]
  std::vector<Varied> varied;
};

const Param* find_param(const PluginUse& use, const std::string& key) {
  const std::vector<Param>& params = *use.loaded->params;
  const auto found = std::find_if(params.begin(), params.end(),
                                  [&](const Param& param) { return param.key == key; });
  return found == params.end() ? nullptr : &*found;
}

void insert_dotted(toml::table& table, const std::string& key, const toml::node& node) {
  const std::size_t dot = key.find('.');
  if (dot == std::string::npos) {
    table.insert_or_assign(key, node);
    return;
  }
  const std::string first = key.substr(0, dot);
  if (!table.get_as<toml::table>(first)) table.insert_or_assign(first, toml::table{});
  insert_dotted(*table.get_as<toml::table>(first), key.substr(dot + 1), node);
}

// Copies of nodes forget which file they came from, so relative paths are settled here.
void insert_copy(toml::table& into, const PluginUse& use, const std::string& key,
                 const toml::node& node) {
  const Param* param = find_param(use, key);
  const auto* text = node.as_string();
  if (param && param->type == V1E_PATH && text && !text->get().empty()) {
    const auto path =
        plugin::path_written_at(node.source(), text->get(), std::filesystem::current_path());
    insert_dotted(into, key, toml::value<std::string>(path.string()));
  } else {
    insert_dotted(into, key, node);
  }
}

// The parameters of one combination of the varied values.
toml::table make_params(const Sources& sources, const PluginUse& use,
                        const std::vector<std::size_t>& choice) {
  toml::table params;
  for (const toml::table* table : sources.tables) {
    if (!table) continue;
    for (const auto& [key, node] : *table) insert_copy(params, use, std::string(key.str()), node);
  }
  for (std::size_t i = 0; i < choice.size(); ++i) {
    insert_copy(params, use, sources.varied[i].key, (*sources.varied[i].values)[choice[i]]);
  }
  return params;
}

// Where the user wrote the value of a parameter ("contrast", "pulses[1].amplitude").
toml::source_region written_at(const Sources& sources, const std::string& param,
                               const std::vector<std::size_t>& choice,
                               const toml::source_region& otherwise) {
  for (std::size_t i = 0; i < choice.size(); ++i) {
    if (sources.varied[i].key == param) return (*sources.varied[i].values)[choice[i]].source();
  }
  const std::string first = param.substr(0, param.find_first_of(".["));
  for (auto table = sources.tables.rbegin(); table != sources.tables.rend(); ++table) {
    if (!*table) continue;
    for (const auto& [key, node] : **table) {
      if (key.str() == first) return node.source().begin ? node.source() : key.source();
    }
  }
  return otherwise;
}

// Equal numbers, texts or truth values; lists and tables are not compared.
bool same_value(const toml::node& a, const toml::node& b) {
  if (a.is_array() || a.is_table() || b.is_array() || b.is_table()) return false;
  const auto x = plugin::as_number(a), y = plugin::as_number(b);
  return x || y ? x == y : plugin::node_kind(a) == plugin::node_kind(b);
}

// A value that stands in the list before.
const toml::node* repeated_value(const toml::array& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (same_value(values[k], values[i])) return &values[i];
    }
  }
  return nullptr;
}

// The lists of `vary`, in the order in which they were written.
std::vector<Varied> read_vary(Section& block, const PluginUse& use, const UseContext& context) {
  std::vector<std::pair<toml::source_region, Varied>> found;
  const toml::table* vary = block.table("vary");
  if (!vary) return {};
  for (const auto& [name, node] : *vary) {
    const std::string key(name.str());
    const std::string full = block.full_name("vary") + "." + key;
    const toml::array* values = node.as_array();
    if (!find_param(use, key)) {
      context.issues.add(
          name.source(),
          fmt::format("'{}': plugin '{}' has no parameter '{}'{}", full, use.plugin, key,
                      plugin::unknown_parameter_hint(*use.loaded->params, key)));
    } else if (!values || values->empty()) {
      context.issues.add(node.source(), fmt::format("'{}' must be a list of values, found {}", full,
                                                    plugin::node_kind(node)));
    } else if (const toml::node* again = repeated_value(*values)) {
      context.issues.add(again->source(),
                         fmt::format("'{}' lists {} twice; 'repeats' says how often "
                                     "each combination is shown",
                                     full, plugin::node_kind(*again)));
    } else {
      found.push_back({name.source(), {key, values}});
    }
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first.begin.line, a.first.begin.column) <
           std::pair(b.first.begin.line, b.first.begin.column);
  });
  std::vector<Varied> varied;
  for (auto& [where, one] : found) varied.push_back(one);
  return varied;
}

// A parameter that a block both fixes and varies. A resolved config does so with the first value.
void check_fixed(const Varied& varied, const toml::table* params, const Section& block,
                 const UseContext& context) {
  const toml::node* fixed = params ? plugin::find_dotted(*params, varied.key) : nullptr;
  if (!fixed) return;
  const toml::node& first = (*varied.values)[0];
  if (same_value(*fixed, first) || fixed->is_array() || fixed->is_table()) return;
  context.issues.add(fixed->source(), fmt::format("'{}.{}' is also in 'vary'; keep one of them",
                                                  block.full_name("params"), varied.key));
}

bool next_choice(std::vector<std::size_t>& choice, const std::vector<Varied>& varied) {
  for (std::size_t i = choice.size(); i-- > 0;) {
    if (++choice[i] < varied[i].values->size()) return true;
    choice[i] = 0;
  }
  return false;
}

void add_conditions(StimulusBlock& out, const PluginUse& use, const Sources& sources,
                    const std::string& prefix, const toml::source_region& where,
                    const UseContext& context) {
  std::uint64_t count = 1;
  for (const Varied& varied : sources.varied) count *= varied.values->size();
  if (count > most_conditions) {
    context.issues.add(where, fmt::format("the block has {} combinations of values; at most {} are "
                                          "possible",
                                          count, most_conditions));
    return;
  }
  std::vector<std::size_t> choice(sources.varied.size(), 0);
  do {
    PluginUse& condition = out.conditions.emplace_back(use);
    condition.name = out.label;
    const toml::table params = make_params(sources, use, choice);
    std::vector<plugin::ParamIssue> found;
    condition.settings = plugin::check_parameters(*use.loaded, &params,
                                                  param_context(prefix, where, context), found);
    for (const toml::table* table : sources.tables) note_places(condition, table);
    for (std::size_t i = 0; i < choice.size(); ++i) {
      const toml::node& value = (*sources.varied[i].values)[choice[i]];
      condition.param_where[sources.varied[i].key] = format_where(value.source());
    }
    for (plugin::ParamIssue& issue : found) {
      const bool inside = issue.key.size() > prefix.size();
      const std::string param = inside ? issue.key.substr(prefix.size() + 1) : "";
      issue.where = written_at(sources, param, choice, issue.where.begin ? issue.where : where);
      add_issue(issue, context);
    }
  } while (next_choice(choice, sources.varied));
}

void read_block(const toml::table& table, Section& stimulus, const std::string& outer_plugin,
                bool& outer_used, const UseContext& context, RunConfig& config) {
  Section block(context.issues, &table, "stimulus.block", stimulus.where("block"));
  StimulusBlock out;
  block.integer("repeats", out.repeats, 1, most_repeats);
  std::string name = outer_plugin;
  const bool inherits = !block.has("plugin") && !outer_plugin.empty();
  if (!inherits) name = plugin_name(block);
  outer_used = outer_used || inherits;
  Section& named_in = inherits ? stimulus : block;
  PluginUse use;
  if (!name.empty()) use = find_use(named_in, plugin::Kind::stimulus, "plugin", name, context);
  out.label = use.name;
  block.text("label", out.label);
  Sources sources;
  if (inherits) sources.tables.push_back(stimulus.table("params"));
  sources.tables.push_back(block.table("params"));
  if (use.loaded) {
    check_visible(named_in, use);
    sources.varied = read_vary(block, use, context);
    for (const Varied& varied : sources.varied) {
      out.varied.push_back({varied.key, varied.values->size()});
      check_fixed(varied, sources.tables.back(), block, context);
    }
    add_conditions(out, use, sources, block.full_name("params"), block.where("plugin"), context);
  } else {
    block.table("vary");
    out.conditions.push_back(use);  // another machine's plugin, with LoadOptions::analyses_only
  }
  block.finish();
  config.blocks.blocks.push_back(std::move(out));
}

}  // namespace

void read_blocks(Section& stimulus, const UseContext& context, RunConfig& config) {
  StimulusBlocks& blocks = config.blocks;
  blocks.order_seed = config.seed;
  const auto tables = stimulus.tables("block");
  if (tables.empty()) {
    for (const char* key : {"order", "order_seed"}) {
      stimulus.forbid(key, "belongs to [[stimulus.block]], but there is no block");
    }
    return;
  }
  stimulus.choice("order", blocks.order, {"listed", "random", "balanced"});
  stimulus.integer("order_seed", blocks.order_seed, 0, std::numeric_limits<std::int64_t>::max());
  blocks.order_seed_given = stimulus.has("order_seed");
  std::string outer_plugin;
  stimulus.text("plugin", outer_plugin);
  stimulus.table("params");
  bool outer_used = false;
  for (const toml::table* table : tables) {
    read_block(*table, stimulus, outer_plugin, outer_used, context, config);
  }
  if (!outer_plugin.empty() && !outer_used) {
    context.issues.warn(stimulus.where("plugin"),
                        "'stimulus.plugin' has no effect: every [[stimulus.block]] names its own");
  }
}

}  // namespace v1::config
