#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/calibrate/population_rates.hpp"
#include "engine/calibrate/targets.hpp"
#include "engine/calibrate/weight_search.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/parent_folder.hpp"
#include "engine/network/background_weights.hpp"
#include "engine/network/generator/data_dir.hpp"
#include "engine/network/select.hpp"
#include "engine/process/machine.hpp"
#include "engine/process/signals.hpp"
#include "engine/process/stage_times.hpp"
#include "engine/run/experiment.hpp"
#include "engine/simulate/step_loop.hpp"

namespace v1::cli {
namespace {

using calibrate::Goal;
using calibrate::PopulationRates;
using calibrate::Statistic;
using calibrate::Target;
using calibrate::WeightSearch;
using network::BackgroundWeight;

// Rates below this need not be met more exactly.
constexpr double least_tolerance_hz = 0.05;
constexpr double default_begin_ms = 500.0;
// A background whose events come from a file: the rate its weights are scaled by.
constexpr double unknown_rate_hz = 1000.0;

std::filesystem::path targets_file(const CalibrateOptions& options,
                                   const config::NetworkConfig& network) {
  if (!options.targets.empty()) return options.targets;
  if (network.source != config::NetworkSource::generate) {
    throw error(ExitCode::config,
                "calibrate needs --targets FILE: only generated networks bring target rates");
  }
  return network::generator::find_model_directory(network.model) / "target_rates.csv";
}

// Populations that have a target and a background to reach it with.
class Calibration {
 public:
  Calibration(const CalibrateOptions& options, run::Session& session, run::Experiment& experiment,
              const StopCondition& stop)
      : options_(options), session_(session), experiment_(experiment), stop_(stop) {
    const auto file = targets_file(options, session.config.network);
    targets_ = calibrate::read_targets(file, options.column, experiment.network());
    keep_tunable();
    place_neurons();
    choose_window();
    begin_ = weights_of_targets();
  }

  int execute() {
    WeightSearch search(goals());
    std::vector<double> before;
    for (int round = 0; round < options_.rounds && !search.done(); ++round) {
      if (round > 0) experiment_.set_background_weights(named(search.weights()));
      const std::vector<double> rates = simulate();
      if (stop_()) break;
      if (round == 0) before = rates;
      search.tell(rates);
      log::info("round {}: {} of {} populations within tolerance", round + 1, reached(rates),
                targets_.size());
    }
    if (before.empty()) return stop_.exit_code();
    write(search);
    print(search, before);
    return stop_() ? stop_.exit_code() : 0;
  }

 private:
  void keep_tunable() {
    const auto present = network::background_weights(experiment_.network());
    std::erase_if(targets_, [&](const Target& target) {
      const bool tunable = std::any_of(present.begin(), present.end(), [&](const auto& one) {
        return one.population == target.population;
      });
      if (!tunable) {
        log::warn("population '{}' has no background connections; its target is left out",
                  target.population);
      }
      return !tunable;
    });
    if (targets_.empty()) {
      throw error(ExitCode::data, "network '{}' has no background connections to calibrate",
                  experiment_.network().name);
    }
  }

  void place_neurons() {
    const network::Network& network = experiment_.network();
    group_.assign(network.neurons.size(), -1);
    config::Selection core;
    core.kind = config::Selection::Kind::core;
    for (const std::uint32_t i : network::select_neurons(network, core)) {
      const std::string& name = network.types[network.neurons.type[i]].population;
      for (std::size_t t = 0; t < targets_.size(); ++t) {
        if (targets_[t].population == name) group_[i] = static_cast<int>(t);
      }
    }
  }

  void choose_window() {
    const config::SimulationConfig& simulation = session_.config.simulation;
    const double last = simulation.duration_ms;
    const double from = options_.window.empty()
                            ? (last > 2.0 * default_begin_ms ? default_begin_ms : 0.0)
                            : options_.window[0];
    const double to = options_.window.empty() ? last : options_.window[1];
    if (!(from >= 0.0 && from < to && to <= last)) {
      throw error(ExitCode::config,
                  "--window must be two times in ms, the earlier first, within the trial of {} ms",
                  last);
    }
    begin_step_ = std::llround(std::ceil(from / simulation.dt_ms - 1e-9));
    end_step_ = std::llround(std::ceil(to / simulation.dt_ms - 1e-9));
  }

  std::vector<double> weights_of_targets() const {
    const auto present = network::background_weights(experiment_.network());
    std::vector<double> weights;
    for (const Target& target : targets_) {
      const auto at = std::find_if(present.begin(), present.end(), [&](const auto& one) {
        return one.population == target.population;
      });
      weights.push_back(at->weight_pa);
    }
    return weights;
  }

  double tolerance_hz(std::size_t t) const {
    return std::max(options_.tolerance * targets_[t].rate_hz, least_tolerance_hz);
  }

  std::vector<Goal> goals() const {
    const network::Network& network = experiment_.network();
    const double known = network.background.rate_hz;
    std::vector<Goal> goals;
    for (std::size_t t = 0; t < targets_.size(); ++t) {
      const double unit = calibrate::threshold_weight(network, targets_[t].population,
                                                      known > 0.0 ? known : unknown_rate_hz);
      goals.push_back({begin_[t], unit, targets_[t].rate_hz, tolerance_hz(t)});
    }
    return goals;
  }

  std::vector<BackgroundWeight> named(const std::vector<double>& weights) const {
    std::vector<BackgroundWeight> out;
    for (std::size_t t = 0; t < targets_.size(); ++t) {
      out.push_back({targets_[t].population, weights[t], 0});
    }
    return out;
  }

  std::vector<double> simulate() {
    PopulationRates rates(group_, targets_.size(), begin_step_, end_step_);
    sizes_ = rates.sizes();
    simulate::StepLoopSetup setup = experiment_.step_loop_setup();
    setup.probes.clear();
    setup.stop_requested = [this] { return stop_(); };
    simulate::run_step_loop(setup, rates);
    return rates.rates_hz(setup.simulation.dt_ms, statistic());
  }

  Statistic statistic() const {
    return options_.statistic == "median" ? Statistic::median : Statistic::mean;
  }

  std::size_t reached(const std::vector<double>& rates) const {
    std::size_t count = 0;
    for (std::size_t t = 0; t < targets_.size(); ++t) {
      count += std::fabs(rates[t] - targets_[t].rate_hz) <= tolerance_hz(t) ? 1 : 0;
    }
    return count;
  }

  void write(const WeightSearch& search) const {
    const std::string about = fmt::format(
        "Mean weight per background connection, found by v1engine {} calibrate for {} (network "
        "{:016x}).\nTargets: column {} of {}. Use: [background] weights = \"{}\"",
        version(), session_.config.source_path.filename().string(), original_hash_, options_.column,
        targets_file(options_, session_.config.network).filename().string(),
        options_.output.filename().string());
    network::write_background_weights(options_.output, about, named(search.best_weights()));
  }

  void print(const WeightSearch& search, const std::vector<double>& before) const {
    fmt::print("{:<12} {:>7} {:>10} {:>10} {:>10} {:>13} {:>13}\n", "population", "neurons",
               "target Hz", "before Hz", "after Hz", "weight before", "weight after");
    for (std::size_t t = 0; t < targets_.size(); ++t) {
      const char* remark = search.reached(t)   ? ""
                           : search.at_zero(t) ? "  above the target without background"
                                               : "  not reached";
      fmt::print("{:<12} {:>7} {:>10.3f} {:>10.3f} {:>10.3f} {:>13.6g} {:>13.6g}{}\n",
                 targets_[t].population, sizes_[t], targets_[t].rate_hz, before[t],
                 search.best_rates_hz()[t], begin_[t], search.best_weights()[t], remark);
    }
    fmt::print("weights in pA per connection: {}\n", options_.output.string());
  }

  const CalibrateOptions& options_;
  run::Session& session_;
  run::Experiment& experiment_;
  const StopCondition& stop_;
  std::vector<Target> targets_;
  std::vector<int> group_;
  std::vector<std::size_t> sizes_;
  std::vector<double> begin_;
  std::int64_t begin_step_ = 0, end_step_ = 0;
  std::uint64_t original_hash_ = experiment_.network().content_hash;
};

// Weights may be found anew; any other file, the config itself for instance, is kept.
void check_output(const std::filesystem::path& file) {
  check_parent_folder(file);
  if (std::filesystem::is_directory(file)) {
    throw error(ExitCode::config, "{}: is a folder; -o names the file of the weights",
                file.string());
  }
  std::error_code absent;
  if (std::filesystem::file_size(file, absent) == 0 || absent) return;
  try {
    network::read_background_weights(file);
  } catch (const Error&) {
    throw error(ExitCode::config, "{}: exists and is no file of weights; choose another -o",
                file.string());
  }
}

void warn_of_stimulus(const CalibrateOptions& options, const config::RunConfig& config) {
  const bool spontaneous = !config.stimulus || config.stimulus->plugin == "spontaneous";
  if (options.column.starts_with("spont") && !spontaneous) {
    log::warn(
        "targets '{}' are spontaneous rates, but the config shows '{}'; use stimulus.plugin "
        "= \"spontaneous\"",
        options.column, config.stimulus->plugin);
  }
}

}  // namespace

int calibrate_command(const CalibrateOptions& options, const run::CommonOptions& common) {
  check_output(options.output);
  const StopCondition stop(std::nullopt);
  run::Session session(options.config, common);
  session.host.set_cancel([&stop] { return stop(); });
  warn_of_stimulus(options, session.config);
  StageTimes times;
  std::optional<NothingToKeep> at_once(std::in_place);
  run::Experiment experiment(session, times);
  at_once.reset();
  return Calibration(options, session, experiment, stop).execute();
}

}  // namespace v1::cli
