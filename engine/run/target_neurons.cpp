#include "engine/run/target_neurons.hpp"

#include <fmt/format.h>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/config/config_errors.hpp"
#include "engine/config/load_config.hpp"
#include "engine/network/select.hpp"

namespace v1::run {
namespace {

using network::sonata::SonataSimulation;

std::vector<std::uint32_t> select(const std::optional<SonataSimulation>& sonata,
                                  const network::Network& network,
                                  const config::Selection& selection) {
  if (sonata && selection.kind == config::Selection::Kind::name) {
    for (const auto& [name, nodes] : sonata->node_sets) {
      if (name == selection.name) return network::sonata::select_neurons(nodes, network);
    }
  }
  return network::select_neurons(network, selection);
}

}  // namespace

std::vector<std::uint32_t> target_neurons(const std::optional<SonataSimulation>& sonata,
                                          const network::Network& network,
                                          const config::PluginUse& input) {
  return select(sonata, network, input.target.value_or(config::Selection{}));
}

void check_selections(const std::optional<SonataSimulation>& sonata,
                      const network::Network& network, const config::RunConfig& config) {
  using Kind = config::Selection::Kind;
  std::vector<std::string> problems;
  const auto add_problem = [&](const auto& select) {
    try {
      select();
    } catch (const Error& e) {
      if (e.code() != ExitCode::config) throw;
      problems.emplace_back(e.what());
    }
  };
  const auto check = [&](const config::Selection& selection) {
    if (selection.kind == Kind::core) return;  // warns where there is none
    add_problem([&] { select(sonata, network, selection); });
  };
  for (const config::PluginUse& input : config.inputs) {
    if (input.target) check(*input.target);
  }
  check(config.record.spikes);
  if (!config.record.variables.empty()) check(config.record.variables_of);
  for (config::PluginUse use : config.analyses) {
    if (use.over == "first") continue;  // another point of a sweep may lack what the first has
    use.settings.resolve_selections([&](const std::string& key, const std::string& text) {
      const config::Selection selection = parameter_selection(use, "analysis", key, text);
      if (selection.kind != Kind::core)
        add_problem([&] { network::select_neurons(network, selection); });
      return std::vector<std::uint32_t>();
    });
  }
  if (!problems.empty()) throw config::ConfigErrors(ExitCode::config, problems);
}

config::Selection parameter_selection(const config::PluginUse& use, const std::string& table,
                                      const std::string& key, const std::string& toml_text) {
  config::Selection selection = config::parse_selection(toml_text);
  selection.where = fmt::format("{}'{}.params.{}'", place_prefix(use.place_of(key)), table, key);
  return selection;
}

void resolve_selections(const Session& session, const network::Network& network,
                        config::PluginUse& input) {
  input.settings.resolve_selections([&](const std::string& key, const std::string& text) {
    return select(session.sonata, network, parameter_selection(input, "input", key, text));
  });
}

}  // namespace v1::run
