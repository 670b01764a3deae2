#pragma once
#include <string>
#include <vector>

#include "engine/recording/recorder.hpp"
#include "engine/recording/run_folder.hpp"
#include "engine/run/experiment.hpp"
#include "engine/run/session.hpp"
#include "engine/simulate/step_loop.hpp"

namespace v1::run {

/// run.json and config.toml of one run.
class RunRecord {
 public:
  /// Writes config.toml. All arguments outlive this object.
  RunRecord(const recording::RunFolder& folder, const Session& session,
            const Experiment& experiment, const std::vector<std::string>& command,
            StageTimes& times);

  void set_result(const simulate::StepLoopResult& result, const recording::Recorder& recorder,
                  const simulate::StepLoopSetup& setup);
  void set_totals(const recording::Recorder& recorder);
  /// Replaces run.json; status: running, complete, interrupted, failed.
  void write(const std::string& status);
  /// One line: spikes, mean rate and, if any trial was simulated, real-time factor.
  std::string summary() const;

 private:
  const recording::RunFolder& folder_;
  const Session& session_;
  const Experiment& experiment_;
  StageTimes& times_;
  recording::RunInfo info_;
  nlohmann::json before_;  // run.json of the run that goes on; null for a new one
  bool simulated_ = false;
  double mean_rate_hz_ = 0.0;
};

}  // namespace v1::run
