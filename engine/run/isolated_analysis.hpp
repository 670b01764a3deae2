#pragma once
#include <functional>
#include <string>

#include "engine/analysis/analysis.hpp"
#include "engine/process/signals.hpp"

namespace v1::run {

/// Runs `body` in a child process that has threads of its own (as many as `threads`) and gives its
/// result back. A child that crashes or ends gives a failed result (exit code 4) whose message
/// names the plugin and the signal; nothing of it reaches this process. Throws Error(interrupted)
/// when `stop` says so. Only while no other thread of this process is at work.
analysis::AnalysisResult run_isolated(
    const std::string& analysis, const std::string& plugin, unsigned threads,
    const StopCondition& stop, const std::function<analysis::AnalysisResult(ThreadPool&)>& body);

}  // namespace v1::run
