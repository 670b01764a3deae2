#include "engine/config/sweep.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "engine/base/text.hpp"
#include "engine/config/source.hpp"
#include "engine/config/sweep_source.hpp"
#include "engine/plugin/check_parameters.hpp"
#include "engine/plugin/plugin_info.hpp"

namespace v1::config {
namespace {

constexpr std::uint64_t most_points = 10'000;

/// A point before its config is made.
struct Plan {
  std::string name;
  std::size_t block = 0;
  std::vector<std::size_t> choice;
  std::vector<std::pair<std::string, std::string>> settings;
  bool is_double = false;  // an earlier point in other writing (3.0 after 3): only to be checked
};

// Without the values that all points of the block share, but for the keys in `shared`.
std::string point_name(const std::vector<RawAxis>& axes, const std::vector<std::string>& keys,
                       const std::vector<std::size_t>& choice,
                       const std::set<std::string>& shared = {}) {
  const bool any_list =
      std::any_of(axes.begin(), axes.end(), [](const RawAxis& axis) { return axis.is_list; });
  std::string name;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (any_list && !axes[i].is_list && !shared.contains(axes[i].key)) continue;
    name += fmt::format("{}{}={}", name.empty() ? "" : ",", keys[i],
                        short_value(*axes[i].values[choice[i]], choice[i]));
  }
  return name;
}

// Points of different blocks may have one name; then the first of the values that each shares with
// its block and the earlier ones do not have tells them apart, or a number where none does.
void make_names_unique(const std::vector<std::vector<RawAxis>>& sweep,
                       const std::vector<std::vector<std::string>>& keys,
                       std::vector<Plan>& plans) {
  std::map<std::string, std::vector<Plan*>> of_name;
  for (Plan& plan : plans) {
    if (!plan.is_double) of_name[plan.name].push_back(&plan);
  }
  std::set<std::string> taken;
  for (const auto& [name, alike] : of_name) taken.insert(name);
  for (auto& [name, alike] : of_name) {
    for (std::size_t k = 1; k < alike.size(); ++k) {
      Plan& plan = *alike[k];
      std::string better = plan.name;
      for (const RawAxis& axis : sweep[plan.block]) {
        if (axis.is_list || !taken.contains(better)) continue;
        const std::pair<std::string, std::string> setting{axis.key, toml_text(*axis.values[0])};
        const bool is_common = std::any_of(
            alike.begin(), alike.begin() + static_cast<std::ptrdiff_t>(k), [&](const Plan* other) {
              return std::count(other->settings.begin(), other->settings.end(), setting) > 0;
            });
        if (is_common) continue;
        better = point_name(sweep[plan.block], keys[plan.block], plan.choice, {axis.key});
      }
      for (std::size_t n = k + 1; taken.contains(better); ++n) {
        better = fmt::format("{}-{}", name, n);
      }
      taken.insert(better);
      plan.name = better;
    }
  }
}

bool next_choice(std::vector<std::size_t>& choice, const std::vector<RawAxis>& axes) {
  for (std::size_t i = choice.size(); i-- > 0;) {
    if (++choice[i] < axes[i].values.size()) return true;
    choice[i] = 0;
  }
  return false;
}

std::vector<Plan> plan_points(const std::vector<std::vector<RawAxis>>& sweep) {
  const auto keys = short_keys(sweep);
  std::vector<Plan> plans;
  using Settings = std::vector<std::pair<std::string, std::string>>;
  std::set<Settings> seen, written;
  for (std::size_t b = 0; b < sweep.size(); ++b) {
    std::uint64_t count = 1;
    for (const RawAxis& axis : sweep[b]) count *= axis.values.size();
    if (count > most_points) {
      throw error(ExitCode::config, "{}: the sweep has {} points; at most {} are possible",
                  format_where(sweep[b].front().where), count, most_points);
    }
    std::vector<std::size_t> choice(sweep[b].size(), 0);
    do {
      Plan plan{point_name(sweep[b], keys[b], choice), b, choice, {}};
      Settings comparable;
      for (std::size_t i = 0; i < choice.size(); ++i) {
        const toml::node& value = *sweep[b][i].values[choice[i]];
        plan.settings.emplace_back(sweep[b][i].key, toml_text(value));
        comparable.emplace_back(sweep[b][i].key, comparable_text(value));
      }
      Settings sorted = plan.settings;
      std::sort(sorted.begin(), sorted.end());
      if (!written.insert(std::move(sorted)).second) continue;
      std::sort(comparable.begin(), comparable.end());
      plan.is_double = !seen.insert(std::move(comparable)).second;
      plans.push_back(std::move(plan));
    } while (next_choice(choice, sweep[b]));
  }
  make_names_unique(sweep, keys, plans);
  return plans;
}

toml::table read_merged(const LoadOptions& options, Issues& issues) {
  toml::table root = read_with_includes(options.path, issues);
  merge_overrides(root, read_overrides(options), issues);
  return root;
}

// The file is read anew for every point: values are moved to where they belong, and so keep the
// position that messages name and relative paths depend on.
RunConfig load_point(const Plan& plan, const LoadOptions& options,
                     const plugin::Registry& registry) {
  Issues issues;
  issues.log_warnings(false);  // they came with the common part
  toml::table root = read_merged(options, issues);
  std::vector<std::vector<RawAxis>> sweep = read_sweep(root, issues);
  for (std::size_t i = 0; i < plan.choice.size(); ++i) {
    const RawAxis& axis = sweep[plan.block][i];
    apply_value(root, axis, std::move(*axis.values[plan.choice[i]]), issues);
  }
  root.erase("sweep");
  root.insert_or_assign("name", plan.name);
  return check_config(root, registry, options, issues);
}

const toml::node* find(const toml::node* at, const std::string& key) {
  for (const std::string& part : split(key, '.')) {
    if (const toml::table* table = at ? at->as_table() : nullptr) {
      at = table->get(part);
    } else if (const toml::array* array = at ? at->as_array() : nullptr) {
      const bool number = part.find_first_not_of("0123456789") == std::string::npos;
      at = number ? array->get(std::stoul(part.substr(0, 9))) : nullptr;
    } else {
      return nullptr;
    }
  }
  return at;
}

// The value of a key in the resolved config of the first point that takes it.
std::string resolved_value(const std::vector<SweepPoint>& points,
                           const std::vector<toml::table>& resolved, std::size_t block,
                           std::size_t axis, std::size_t value, const SweepAxis& written,
                           bool seed_is_swept) {
  for (std::size_t p = 0; p < points.size(); ++p) {
    if (points[p].block != block || points[p].choice[axis] != value) continue;
    const toml::node* node = find(&resolved[p], written.key);
    const bool whole = written.key == "network" || written.key == "stimulus";
    if (!node || !node->is_table() || !whole || !seed_is_swept) {
      return node ? toml_text(*node) : written.values[value];
    }
    // What was left out follows the seed of each point.
    const char* follower = written.key == "network" ? "seed" : "order_seed";
    const toml::table given = toml::parse("value = " + written.values[value]);
    toml::table kept = *node->as_table();
    if (!given["value"].as_table()->contains(follower)) kept.erase(follower);
    return toml_text(kept);
  }
  return written.values[value];
}

}  // namespace

std::vector<SweepPoint> load_points(const LoadOptions& options, const plugin::Registry& registry) {
  Issues issues;
  issues.log_warnings(false);
  toml::table root = read_merged(options, issues);
  const std::vector<std::vector<RawAxis>> sweep = read_sweep(root, issues);
  issues.finish();
  std::vector<SweepPoint> points;
  std::vector<std::string> lines;
  ExitCode code = ExitCode::ok;
  for (const Plan& plan : plan_points(sweep)) {
    try {
      RunConfig config = load_point(plan, options, registry);
      if (plan.is_double) continue;
      points.push_back({plan.name, plan.settings, plan.block, plan.choice, std::move(config)});
    } catch (const ConfigErrors& wrong) {
      if (code == ExitCode::ok || wrong.code() == ExitCode::config) code = wrong.code();
      for (const std::string& line : wrong.lines()) {
        const bool known = std::any_of(lines.begin(), lines.end(), [&](const std::string& other) {
          return other.starts_with(line + " (sweep point ");
        });
        if (!known) lines.push_back(fmt::format("{} (sweep point '{}')", line, plan.name));
      }
    }
  }
  if (!lines.empty()) throw ConfigErrors(code, lines);
  return points;
}

std::string unit_of_key(const RunConfig& config, const std::string& key) {
  if (key == "simulation.duration" || key == "simulation.dt") return "ms";
  const std::size_t params = key.find(".params.");
  if (params == std::string::npos) return "1";
  const std::string owner = key.substr(0, params), name = key.substr(params + 8);
  const PluginUse* use = nullptr;
  if (owner == "stimulus" && config.stimulus) use = &*config.stimulus;
  for (std::size_t i = 0; i < config.inputs.size(); ++i) {
    if (owner == fmt::format("input.{}", i)) use = &config.inputs[i];
  }
  const std::vector<plugin::Param>* schema = use ? use->settings.schema() : nullptr;
  if (!schema) return "1";
  const auto found = std::find_if(schema->begin(), schema->end(),
                                  [&](const plugin::Param& param) { return param.key == name; });
  return found == schema->end() ? "1" : found->unit;
}

std::string write_sweep_toml(const RunConfig& base, const std::vector<SweepPoint>& points) {
  std::vector<toml::table> resolved;
  for (const SweepPoint& point : points)
    resolved.push_back(toml::parse(point.config.resolved_toml));
  std::string out;
  for (std::size_t b = 0; b < base.sweep.size(); ++b) {
    out += "\n[[sweep]]\n";
    for (std::size_t a = 0; a < base.sweep[b].size(); ++a) {
      const SweepAxis& axis = base.sweep[b][a];
      std::vector<std::string> values;
      for (std::size_t v = 0; v < axis.values.size(); ++v) {
        values.push_back(resolved_value(points, resolved, b, a, v, axis, is_swept(base, "seed")));
      }
      out += fmt::format("{} = [{}]\n", plugin::toml_value(axis.key), join(values, ", "));
    }
  }
  return out;
}

}  // namespace v1::config
