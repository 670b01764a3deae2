#include <fmt/format.h>

#include <cstdio>

#include "engine/analysis/reader_data.hpp"
#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/experiment.hpp"
#include "engine/cli/machine.hpp"
#include "engine/cli/plan_text.hpp"
#include "engine/cli/progress_bar.hpp"
#include "engine/cli/run_analyses.hpp"
#include "engine/cli/run_record.hpp"
#include "engine/cli/signals.hpp"
#include "engine/figures/report.hpp"
#include "engine/recording/checkpoint.hpp"
#include "engine/recording/recorder.hpp"
#include "engine/recording/run_folder.hpp"
#include "engine/simulate/step_loop.hpp"

namespace v1::cli {
namespace {

recording::RunFolder open_folder(const RunOptions& options, const config::RunConfig& config) {
  if (!options.resume) return recording::RunFolder::create(options.output, config.name);
  if (options.output.empty()) {
    throw error(ExitCode::config, "--resume needs -o with the run folder to go on with");
  }
  return recording::RunFolder::open_for_resume(options.output, config.simulation.carry_state);
}

// Where a resumed run goes on.
void continue_from(simulate::StepLoopSetup& setup, const recording::RunFolder& folder) {
  setup.first_trial = static_cast<std::uint32_t>(folder.finished().size());
  if (setup.first_trial == 0 || setup.first_trial >= setup.simulation.trials) return;
  if (setup.simulation.carry_state) {
    setup.initial_state = recording::read_checkpoint(folder.file("checkpoint.h5")).state;
  }
  log::info("going on with trial {} of {}", setup.first_trial + 1, setup.simulation.trials);
}

// One run from the checked config to the report. Keeps run.json up to date on the way, so that
// a run that ends early says so.
class Run {
 public:
  Run(const RunOptions& options, const CommonOptions& common)
      : options_(options),
        common_(common),
        session_(options.config, common),
        stop_(options.max_time_s) {}

  int execute() {
    Experiment experiment(session_, times_);
    const RunPlan plan = make_plan(experiment, session_);
    check_resources(plan, options_.output.empty() ? "runs" : options_.output);
    const recording::RunFolder folder = open_folder(options_, session_.config);
    log::open_file(folder.file("log.txt"));
    record_ = std::make_unique<RunRecord>(folder, session_, experiment, options_.command, times_);
    try {
      simulate(experiment, folder);
      if (!interrupted_) finish(folder);
    } catch (const Error& e) {
      if (e.code() == ExitCode::interrupted) {
        interrupted_ = true;
      } else {
        record_->write("failed");
        throw;
      }
    }
    return conclude(folder);
  }

 private:
  void simulate(Experiment& experiment, const recording::RunFolder& folder) {
    log::info("{}: {} neurons, {} synapses, {}", session_.config.name,
              experiment.network().neurons.size(), experiment.prepared().synapse_count(),
              experiment.device_description());
    recording::RecordingPlan plan = experiment.recording_plan();
    plan.stimulus.rates = experiment.sample_rates();
    simulate::StepLoopSetup setup = experiment.step_loop_setup();
    continue_from(setup, folder);
    record_->write("running");
    recording::Recorder recorder(folder, std::move(plan));
    ProgressBar bar("simulating", common_.quiet);
    setup.stop_requested = [this] { return stop_(); };
    setup.progress = [&](const simulate::Progress& p) {
      bar.update(p.fraction, fmt::format("trial {}/{}", p.trial + 1, p.trials));
    };
    try {
      const simulate::StepLoopResult result = simulate::run_step_loop(setup, recorder);
      interrupted_ = result.stopped;
      bar.finish();
      recorder.finish();
      record_->set_result(result, recorder, setup);
    } catch (...) {
      bar.finish();
      record_->set_totals(recorder);
      throw;
    }
    log::info("{}", record_->summary());
  }

  void finish(const recording::RunFolder& folder) {
    record_->write("complete");
    if (options_.no_analyses || session_.config.analyses.empty()) return;
    AnalysisJob job;
    job.uses = session_.config.analyses;
    job.memory_bytes = session_.config.limits.analysis_memory;
    job.datasets = {analysis::open_run_data(folder.path())};
    job.output = folder.file("analyses");
    const AnalysisOutcome outcome = run_analyses(std::move(job), session_, *session_.pool, stop_);
    times_.add("analyses", outcome.analysis_s);
    times_.add("figures", outcome.figures_s);
    code_ = static_cast<int>(outcome.code);
  }

  int conclude(const recording::RunFolder& folder) {
    if (interrupted_) code_ = stop_.exit_code();
    record_->write(interrupted_ ? "interrupted" : "complete");
    times_.measure("report", [&] { figures::write_report(folder.path()); });
    if (interrupted_) {
      log::warn("stopped early; go on with: v1engine run {} -o {} --resume",
                options_.config.config.string(), folder.path().string());
    }
    fmt::print("{}\n", folder.path().string());
    std::fflush(stdout);
    return code_;
  }

  const RunOptions& options_;
  const CommonOptions& common_;
  Session session_;
  StopCondition stop_;
  StageTimes times_;
  std::unique_ptr<RunRecord> record_;
  bool interrupted_ = false;
  int code_ = 0;
};

}  // namespace

int run_command(const RunOptions& options, const CommonOptions& common) {
  return Run(options, common).execute();
}

}  // namespace v1::cli
