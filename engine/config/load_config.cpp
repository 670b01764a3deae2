#include "engine/config/load_config.hpp"

#include "engine/config/section.hpp"
#include "engine/config/sections.hpp"
#include "engine/config/source.hpp"
#include "engine/config/sweep_source.hpp"
#include "engine/config/uses.hpp"

namespace v1::config {
namespace {

void check_name(Section& top, const std::string& name) {
  const bool bad = name.empty() || name == "." || name == ".." ||
                   name.find_first_of("/\n\r\t") != std::string::npos;
  if (bad) top.complain("name", fmt::format("must be usable as a folder name, found \"{}\"", name));
}

// Blocks determine the number of trials; simulation.trials may ask for fewer.
void settle_trials(Section& simulation, Issues& issues, RunConfig& config) {
  const std::uint64_t shown = config.blocks.presentation_count();
  if (shown == 0) return;
  std::uint32_t& trials = config.simulation.trials;
  if (!simulation.has("trials")) {
    if (shown > std::numeric_limits<std::int32_t>::max()) {
      simulation.complain("trials", fmt::format("would be {}: too many repeats", shown));
    } else {
      trials = static_cast<std::uint32_t>(shown);
    }
  } else if (trials > shown) {
    simulation.complain("trials", fmt::format("is {}, but the blocks of [stimulus] fill only {}; "
                                              "give them more repeats",
                                              trials, shown));
  } else if (trials < shown) {
    issues.warn(simulation.where("trials"),
                fmt::format("simulation.trials = {} shows only the first trials of the {} that the "
                            "blocks of [stimulus] fill",
                            trials, shown));
  }
}

// Where the LGN comes from files, only the network tells whether there are filters.
void check_frames(Section& simulation, const RunConfig& config) {
  const bool filters =
      config.network.source == NetworkSource::generate || config.lgn.mosaic != "generate";
  if (!filters || replays_spikes(config)) return;
  if (const auto problem = frame_problem(config.simulation.dt_ms)) {
    simulation.complain("dt", *problem);
  }
}

void check_sweep(toml::table& table, const LoadOptions& options, Issues& issues,
                 RunConfig& config) {
  const auto sweep = read_sweep(table, issues);
  check_overrides(sweep, read_overrides(options), issues);
  for (const auto& axes : sweep) {
    auto& block = config.sweep.emplace_back();
    for (const RawAxis& axis : axes) {
      SweepAxis& out = block.emplace_back();
      out.key = axis.key;
      for (const toml::node* value : axis.values) out.values.push_back(toml_text(*value));
    }
  }
}

RunConfig check(toml::table& table, const toml::source_region& start,
                const plugin::Registry& registry, const LoadOptions& options, Issues& issues) {
  RunConfig config;
  config.record.variables_of.kind = Selection::Kind::core;
  config.record.variables_of.text = "core";
  Section top(issues, &table, "", start);
  const auto sub = [&](const char* key) {
    return Section(issues, top.table(key), key, top.where(key));
  };
  const SectionContext files{issues, !options.analyses_only};
  const UseContext uses{issues, registry, options.analyses_only, options.wanted_analyses};
  top.text("name", config.name);
  check_name(top, config.name);
  top.integer("seed", config.seed, 0, std::numeric_limits<std::int64_t>::max());
  const bool source_known = read_network(sub("network"), files, config);
  Section simulation = sub("simulation");
  read_simulation(simulation, config);
  read_backend(simulation, uses, config);
  simulation.finish();
  read_lgn(sub("lgn"), files, source_known, config);
  read_background(sub("background"), files, config);
  Section stimulus = sub("stimulus");
  if (top.has("stimulus") && table.get("stimulus")->is_table()) {
    read_stimulus(std::move(stimulus), uses, config);
  }
  settle_trials(simulation, issues, config);
  check_frames(simulation, config);
  read_inputs(top, uses, config);
  read_record(sub("record"), config);
  read_analyses(top, uses, config);
  read_limits(sub("limits"), config);
  read_report(sub("report"), config);
  check_sweep(table, options, issues, config);
  top.tables("sweep");
  top.finish();
  issues.finish();
  return config;
}

}  // namespace

RunConfig check_config(toml::table& table, const plugin::Registry& registry,
                       const LoadOptions& options, Issues& issues) {
  toml::source_region start;
  start.begin = {1, 1};
  start.path = std::make_shared<const std::string>(options.path.string());
  RunConfig config = check(table, start, registry, options, issues);
  config.source_path = std::filesystem::absolute(options.path).lexically_normal();
  config.resolved_toml = write_resolved_toml(config);
  return config;
}

RunConfig load_config(const LoadOptions& options, const plugin::Registry& registry) {
  Issues issues;
  toml::table table = read_with_includes(options.path, issues);
  merge_overrides(table, read_overrides(options), issues);
  return check_config(table, registry, options, issues);
}

RunConfig default_config(const plugin::Registry& registry, const LoadOptions& options) {
  Issues issues;
  toml::table table;
  merge_overrides(table, read_overrides(options), issues);
  RunConfig config = check(table, {}, registry, options, issues);
  config.resolved_toml = write_resolved_toml(config);
  return config;
}

RunConfig default_config(const plugin::Registry& registry, const std::vector<std::string>& sets) {
  LoadOptions options;
  options.sets = sets;
  return default_config(registry, options);
}

}  // namespace v1::config
