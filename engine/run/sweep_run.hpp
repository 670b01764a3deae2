#pragma once
#include "engine/process/signals.hpp"
#include "engine/run/options.hpp"
#include "engine/run/session.hpp"

namespace v1::run {

/// Runs every point of the session's sweep into points/NAME of one folder, then the analyses that
/// compare them, then the report. Returns the exit code.
int run_sweep(const RunOptions& options, const CommonOptions& common, Session& session,
              const StopCondition& stop);

}  // namespace v1::run
