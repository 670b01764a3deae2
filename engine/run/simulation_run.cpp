#include "engine/run/simulation_run.hpp"

#include <fmt/format.h>

#include <optional>

#include "engine/analysis/reader_data.hpp"
#include "engine/base/error.hpp"
#include "engine/base/files.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"
#include "engine/config/resume_check.hpp"
#include "engine/figures/figures.hpp"
#include "engine/figures/report.hpp"
#include "engine/recording/checkpoint.hpp"
#include "engine/recording/recorder.hpp"
#include "engine/recording/run_folder.hpp"
#include "engine/run/experiment.hpp"
#include "engine/run/plan_text.hpp"
#include "engine/run/run_analyses.hpp"
#include "engine/run/run_record.hpp"
#include "engine/run/stored_run.hpp"
#include "engine/simulate/step_loop.hpp"

namespace v1::run {
namespace {

recording::RunFolder open_folder(const SimulationRunOptions& options,
                                 const config::RunConfig& config) {
  if (!options.resume) return recording::RunFolder::create(options.output, config.name);
  if (options.output.empty()) {
    throw error(ExitCode::config, "--resume needs -o with the run folder to go on with");
  }
  auto folder =
      recording::RunFolder::open_for_resume(options.output, config.simulation.carry_state);
  check_resumable(folder.path(), config.resolved_toml);
  return folder;
}

// Where a resumed run goes on.
void continue_from(simulate::StepLoopSetup& setup, const recording::RunFolder& folder) {
  setup.first_trial = static_cast<std::uint32_t>(folder.finished().size());
  if (setup.first_trial == 0) return;
  if (setup.first_trial >= setup.simulation.trials) {
    log::info("all {} trials are finished", setup.simulation.trials);
    return;
  }
  if (setup.simulation.carry_state) {
    setup.initial_state = recording::read_checkpoint(folder.file("checkpoint.h5")).state;
  }
  log::info("going on with trial {} of {}", setup.first_trial + 1, setup.simulation.trials);
}

class SimulationRun {
 public:
  SimulationRun(Session& session, const SimulationRunOptions& options, const StopCondition& stop)
      : session_(session), options_(options), stop_(stop) {}

  SimulationRunResult execute() {
    std::optional<NothingToKeep> at_once;  // a point of a sweep is not the first thing that is done
    if (!options_.networks) at_once.emplace();
    Experiment experiment(session_, times_, options_.networks);
    at_once.reset();
    const RunPlan plan = make_plan(experiment, session_);
    const std::size_t finished =
        options_.resume ? recording::finished_trials(options_.output).size() : 0;
    check_resources(without_finished(plan, finished, session_.config.simulation.trials),
                    options_.output.empty() ? "runs" : options_.output);
    std::vector<std::string> problems;
    if (!options_.analyses_checked) {
      problems = analysis_problems(
          options_.analyses, {planned_run(experiment, session_.config.name)}, {}, session_, stop_);
    }
    const recording::RunFolder folder = open_folder(options_, session_.config);
    result_.folder = folder.path();
    log::open_file(folder.file("log.txt"));
    for (const std::string& problem : problems) log::warn("{}; this analysis will fail", problem);
    record_ = std::make_unique<RunRecord>(folder, session_, experiment, options_.command, times_);
    try {
      simulate(experiment, folder);
      if (!result_.interrupted) finish(experiment, folder);
    } catch (const Error& e) {
      if (e.code() != ExitCode::interrupted) {
        record_->write("failed");
        throw;
      }
      result_.interrupted = true;
    }
    record_->write(result_.interrupted ? "interrupted" : "complete");
    times_.measure("report", [&] { figures::write_report(folder.path()); });
    return result_;
  }

 private:
  recording::RecordingPlan recording_plan(Experiment& experiment) const {
    recording::RecordingPlan plan = experiment.recording_plan();
    plan.stimulus.rates = experiment.sample_rates();
    auto& columns = plan.stimulus.trial_columns;
    columns.insert(columns.end(), options_.constant_columns.begin(),
                   options_.constant_columns.end());
    return plan;
  }

  // Draws figures that a killed run lacks; analyses are run anew in any case.
  void complete_figures(const recording::RunFolder& folder) const {
    if (!options_.resume) return;
    const auto drawn = figures::draw_missing_figures(folder.path(), *session_.pool);
    for (const std::string& warning : drawn.warnings) log::warn("{}", warning);
  }

  // Pictures of the stimulus, or of the LGN activity that is replayed, for the report.
  void preview_stimulus(Experiment& experiment, const recording::RunFolder& folder) {
    constexpr std::size_t most_conditions = 8, most_replays = 3;
    const VisualInput* visual = experiment.visual();
    const std::filesystem::path place = folder.path() / "stimulus";
    if (!visual || !visual->description() || std::filesystem::exists(place)) return;
    times_.measure("stimulus preview", [&] {
      write_stimulus_preview(place, visual->stimulus_names(), visual->previews(most_conditions),
                             visual->condition_count(), *session_.pool);
      write_replay_preview(place, visual->stimulus_names(), visual->replay_previews(most_replays),
                           visual->condition_count(), *session_.pool);
    });
  }

  void simulate(Experiment& experiment, const recording::RunFolder& folder) {
    log::info("{}: {} neurons, {} synapses, {}", session_.config.name,
              experiment.network().neurons.size(), experiment.prepared().synapse_count(),
              experiment.device_description());
    recording::RecordingPlan plan = recording_plan(experiment);
    simulate::StepLoopSetup setup = experiment.step_loop_setup();
    continue_from(setup, folder);
    record_->write("running");
    complete_figures(folder);
    preview_stimulus(experiment, folder);
    recording::Recorder recorder(folder, std::move(plan));
    setup.stop_requested = [this] { return stop_(); };
    setup.progress = [&](const simulate::Progress& p) {
      if (!options_.progress) return;
      options_.progress(p.fraction, fmt::format("trial {}/{}", p.trial + 1, p.trials));
    };
    try {
      const simulate::StepLoopResult result = simulate::run_step_loop(setup, recorder);
      result_.interrupted = result.stopped;
      if (options_.step_loop_ended) options_.step_loop_ended();
      recorder.finish();
      record_->set_result(result, recorder, setup);
    } catch (...) {
      if (options_.step_loop_ended) options_.step_loop_ended();
      record_->set_totals(recorder);
      throw;
    }
    log::info("{}", record_->summary());
  }

  void finish(const Experiment& experiment, const recording::RunFolder& folder) {
    record_->write("complete");
    if (options_.analyses.empty()) return;
    AnalysisJob job;
    job.uses = options_.analyses;
    job.memory_bytes = session_.config.limits.analysis_memory;
    job.datasets = {analysis::open_run_data(
        folder.path(), [&experiment] { return &experiment.prepared().view(); })};
    job.output = folder.file("analyses");
    const AnalysisOutcome outcome = run_analyses(std::move(job), session_, *session_.pool, stop_);
    times_.add("analyses", outcome.analysis_s);
    times_.add("figures", outcome.figures_s);
    result_.code = static_cast<int>(outcome.code);
  }

  Session& session_;
  const SimulationRunOptions& options_;
  const StopCondition& stop_;
  StageTimes times_;
  std::unique_ptr<RunRecord> record_;
  SimulationRunResult result_;
};

}  // namespace

SimulationRunResult simulate_run(Session& session, const SimulationRunOptions& options,
                                 const StopCondition& stop) {
  return SimulationRun(session, options, stop).execute();
}

int analyze_finished_run(Session& session, const std::filesystem::path& folder,
                         std::vector<config::PluginUse> uses, const StopCondition& stop) {
  AnalysisJob job;
  job.uses = std::move(uses);
  job.memory_bytes = session.config.limits.analysis_memory;
  job.datasets = {open_stored_run(folder, session, *session.pool)};
  job.output = folder / "analyses";
  const AnalysisOutcome outcome = run_analyses(std::move(job), session, *session.pool, stop);
  figures::write_report(folder);
  return static_cast<int>(outcome.code);
}

void check_resumable(const std::filesystem::path& folder, const std::string& wanted_toml) {
  const std::string stored = read_file(folder / "config.toml");
  if (stored.empty()) {
    // The run was killed before it wrote anything, or the file was removed.
    if (recording::finished_trials(folder).empty() && !std::filesystem::exists(folder / "points")) {
      return;
    }
    throw error(ExitCode::data,
                "{}: cannot be read, so what is finished may be of another config; restore that "
                "file, or start a new run with another -o",
                (folder / "config.toml").string());
  }
  std::vector<std::string> conflicts;
  try {
    conflicts = config::resume_conflicts(stored, wanted_toml);
  } catch (const Error& e) {
    throw error(e.code(), "{}: {}; restore that file, or start a new run with another -o",
                (folder / "config.toml").string(), join(split(e.what(), '\n'), "; "));
  }
  if (conflicts.empty()) return;
  throw error(ExitCode::config,
              "{}: was started with another config: {}; --resume may change threads, backend and "
              "analyses and raise the number of trials, for anything else choose another -o",
              folder.string(), join(conflicts, "; "));
}

}  // namespace v1::run
