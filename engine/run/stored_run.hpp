#pragma once
#include <filesystem>
#include <memory>
#include <vector>

#include "engine/analysis/run_data.hpp"
#include "engine/base/parallel.hpp"
#include "engine/run/session.hpp"

namespace v1::run {

/// A finished run for analyses. Its folder holds no synapses: when an analysis asks for them, the
/// network is built or read again as the folder's config.toml says, and must then be the network
/// of the run, or Error(data) is thrown. `session` and `pool` must outlive the result.
std::shared_ptr<analysis::RunData> open_stored_run(const std::filesystem::path& folder,
                                                   PluginSession& session, ThreadPool& pool);

/// The same for several runs, in order: those of one network build it once, and it is gone with the
/// last of them.
std::vector<std::shared_ptr<analysis::RunData>> open_stored_runs(
    const std::vector<std::filesystem::path>& folders, PluginSession& session, ThreadPool& pool);

}  // namespace v1::run
