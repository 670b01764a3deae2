#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "engine/analysis/dataset_view.hpp"
#include "engine/analysis/requests.hpp"
#include "engine/analysis/table_lookup.hpp"
#include "engine/base/parallel.hpp"
#include "engine/plugin/plugin_info.hpp"

namespace v1::analysis {

/// Everything a pass over the recordings needs.
struct PassContext {
  const plugin::LoadedPlugin& plugin;
  v1e_analysis* self = nullptr;
  const std::vector<std::unique_ptr<DatasetView>>& datasets;
  const std::vector<TableDirs>& tables;  // where tables are searched, by dataset
  ThreadPool& pool;
  std::uint64_t budget = 0;
  const std::function<bool()>& stop;  // may be empty
};

/// Collects what the plugin asks for in pass number `pass`; nothing ends the passes. Throws when
/// the plugin reports something or asks for what the datasets do not have.
void plan_pass(const plugin::LoadedPlugin& plugin, v1e_analysis* self, std::uint32_t pass,
               RequestList& requests);

/// Plans and runs pass number `pass`; false when the plugin asked for nothing. Throws what the
/// plugin or the reader reports, Error(interrupted) once stop() is true.
bool run_pass(const PassContext& context, std::uint32_t pass);

}  // namespace v1::analysis
