#pragma once
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "engine/config/run_config.hpp"
#include "engine/plugin/plugin_info.hpp"

namespace v1::analysis {

/// "classification[population=e23]" taken apart.
struct Need {
  std::string plugin;
  std::vector<std::pair<std::string, std::string>> parameters;
};
Need parse_need(const std::string& text);

/// Indices into `uses` by level: analyses of a level only need analyses of earlier levels. Inside
/// a level the order of `uses` is kept. plugins[i] belongs to uses[i]. `stored`: plugins whose
/// results already exist (analyses of an old run). Throws Error(config) naming a need that nothing
/// meets, or the analyses that need each other in a circle.
std::vector<std::vector<std::size_t>> analysis_levels(
    const std::vector<config::PluginUse>& uses,
    const std::vector<const plugin::LoadedPlugin*>& plugins,
    const std::vector<std::string>& stored = {});

/// The levels one after another: an order in which the analyses can run.
std::vector<std::size_t> order_analyses(const std::vector<config::PluginUse>& uses,
                                        const std::vector<const plugin::LoadedPlugin*>& plugins,
                                        const std::vector<std::string>& stored = {});

}  // namespace v1::analysis
