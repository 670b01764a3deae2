#pragma once
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/analysis/run_data.hpp"
#include "engine/base/error.hpp"
#include "engine/base/parallel.hpp"
#include "plugin_api/include/v1e/plugin.h"

/// Runs analysis plugins on stored runs: asks a plugin what it needs (plan), reads every source
/// once per pass, hands it over in chunks that fit the memory budget, merges the accumulators of
/// all stripes in a fixed order and writes tables, arrays and figure specifications.
namespace v1::analysis {

/// One analysis to run. Pointers are lent for the call.
struct AnalysisJob {
  std::string name;                        // folder name and what others call it
  const v1e_plugin* plugin = nullptr;      // of kind V1E_KIND_ANALYSIS
  const v1e_settings* settings = nullptr;  // selections resolved; values in schema order
  std::string where;                       // place in the config, for messages
};

struct AnalysisOptions {
  std::uint64_t memory_bytes = 2ull << 30;   // for chunks in flight
  const std::atomic<bool>* stop = nullptr;   // set: give up with Error(interrupted)
};

struct AnalysisResult {
  std::string name;
  std::string plugin;
  bool ok = false;
  std::string error;                  // one sentence when not ok
  ExitCode code = ExitCode::ok;       // what the process should end with
  std::vector<std::string> warnings;  // the plugin's notes of level WARN
  std::filesystem::path folder;       // output_dir
  double seconds = 0.0;
};

/// Runs one analysis; its folder appears (replacing an older one) only when it succeeded.
/// A failure is returned, not thrown, so that other analyses can go on; only an interruption
/// (Error(interrupted)) is thrown. Results never depend on the number of threads.
AnalysisResult run_analysis(const AnalysisJob& job,
                            const std::vector<std::shared_ptr<RunData>>& datasets,
                            const std::filesystem::path& output_dir, const v1e_host* host,
                            ThreadPool& pool, const AnalysisOptions& options = {});

}  // namespace v1::analysis
