#pragma once
#include <functional>
#include <string>

#include "engine/base/error.hpp"
#include "engine/process/signals.hpp"
#include "engine/run/simulation_run.hpp"

namespace v1::run {

/// What points of a sweep that run side by side are, by their places 0 .. count - 1 in the order
/// in which they begin. Only `run` is called in a process of its own; the others here.
struct ParallelPoints {
  std::size_t count = 0;
  unsigned at_once = 1;  // at most
  unsigned threads = 1;  // of all points together

  /// Runs a point on so many threads.
  std::function<SimulationRunResult(std::size_t k, unsigned threads,
                                    std::function<void(double, const std::string&)> progress)>
      run;
  std::function<void(std::size_t k)> begins;
  std::function<void(std::size_t k, const std::string& line)> log;  // what it says on its way
  std::function<void(std::size_t k, const SimulationRunResult&)> ended;
  /// fraction: of all points.
  std::function<void(double fraction, const std::string& detail)> progress;
};

/// How a point failed.
struct PointFailure {
  std::size_t k;
  Error error;
};

/// Runs each point in a copy of this process. After a stop or a failure no more points begin, and
/// those under way stop after their window. Throws the first PointFailure.
void run_side_by_side(const ParallelPoints& points, const StopCondition& stop);

}  // namespace v1::run
