#pragma once
#include <string>
#include <vector>

#include "engine/config/sweep.hpp"
#include "engine/process/signals.hpp"
#include "engine/recording/plan.hpp"
#include "engine/run/plan_text.hpp"
#include "engine/run/session.hpp"
#include "engine/run/sweep_analyses.hpp"

namespace v1::run {

struct CheckedPoints {
  std::vector<RunPlan> plans;         // one per point
  std::vector<std::string> problems;  // what will make analyses of points fail, once per analysis
};

/// Prepares every point without simulating, so that what is wrong with one is found before the
/// first is simulated; every network is built once for it. Leaves the session at some point.
CheckedPoints check_points(Session& session, const std::vector<config::SweepPoint>& points,
                           NetworkStore& networks, const SweepAnalyses& analyses,
                           const StopCondition& stop);

/// True when all points share one network.
bool same_network(const std::vector<config::SweepPoint>& points);

/// The swept values of a point as columns of its trial table.
std::vector<recording::TrialColumn> swept_columns(const config::SweepPoint& point);

}  // namespace v1::run
