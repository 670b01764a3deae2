#include "engine/run/experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"
#include "engine/config/load_config.hpp"
#include "engine/lgn/thresholds.hpp"
#include "engine/network/select.hpp"
#include "engine/plugin/status.hpp"
#include "engine/process/machine.hpp"
#include "engine/run/target_neurons.hpp"
#include "engine/run/threshold_store.hpp"
#include "engine/simulate/backend_fit.hpp"
#include "engine/simulate/step_threads.hpp"

namespace v1::run {
namespace {

using network::EdgeBlock;
using network::SourceKind;

constexpr std::uint32_t sampled_lgn_units = 64;
constexpr std::uint64_t most_threshold_bytes = 2ull << 30;  // of conditions that come again
// A background with a unit per neuron fires some 1,000 events per ms and 1,000 neurons.
constexpr std::size_t most_recorded_count_sources = 1000;

std::optional<std::uint32_t> find_rates_block(const network::Network& network) {
  for (std::uint32_t b = 0; b < network.blocks.size(); ++b) {
    if (network.blocks[b].source_kind == SourceKind::rates) return b;
  }
  return std::nullopt;
}

// By the name of a population where they are one, whose ids others may have as well; else by id.
void select_these(const network::Network& network, const std::vector<std::uint32_t>& positions,
                  config::Selection& selection) {
  using Kind = config::Selection::Kind;
  selection.ids.clear();
  for (const std::uint32_t position : positions) {
    selection.ids.push_back(network.neurons.id[position]);
  }
  selection.kind = Kind::ids;
  selection.text = fmt::format("[{}]", fmt::join(selection.ids, ", "));
  if (positions.empty()) {
    selection.kind = Kind::none;
    selection.text = "none";
    return;
  }
  const network::PopulationRange& range =
      network::population_of(network.neurons, positions.front());
  if (positions.front() != range.begin || positions.back() + 1 != range.end ||
      positions.size() != range.end - range.begin || range.name == "all" || range.name == "core" ||
      range.name == "none") {
    return;
  }
  selection.kind = Kind::name;
  selection.name = selection.text = range.name;
}

// SONATA reports name node sets; the union of them is recorded.
void record_reported_neurons(Session& session, const network::Network& network) {
  std::vector<std::uint32_t> positions;
  for (const auto& report : session.sonata->reports) {
    const auto some = network::sonata::select_neurons(report.nodes, network);
    positions.insert(positions.end(), some.begin(), some.end());
  }
  std::sort(positions.begin(), positions.end());
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  if (positions.size() == network.neurons.size()) return;
  select_these(network, positions, session.config.record.variables_of);
  session.config.resolved_toml = config::write_resolved_toml(session.config);
}

recording::StimulusInfo stimulus_info(const stimulus::StimulusDescription& description) {
  recording::StimulusInfo info;
  for (const auto& column : description.trial_columns) {
    recording::TrialColumn out;
    out.name = column.name;
    out.unit = column.unit;
    if (const auto* numbers = std::get_if<std::vector<double>>(&column.values)) {
      out.values = *numbers;
    } else if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.values)) {
      out.values = std::vector<double>(integers->begin(), integers->end());
    } else {
      out.values = std::get<std::vector<std::string>>(column.values);
    }
    info.trial_columns.push_back(std::move(out));
  }
  info.markers = description.markers;
  info.strips = description.strips;
  return info;
}

// Inputs act in every trial: where the trial table lists markers and strips by trial, theirs are
// added to each.
void add_to_all_trials(recording::StimulusInfo& info, const InputMarks& inputs) {
  const auto add = [&](const char* name, const std::string& more, const char* between) {
    for (recording::TrialColumn& column : info.trial_columns) {
      auto* texts = std::get_if<std::vector<std::string>>(&column.values);
      if (column.name != name || !texts || more.empty()) continue;
      for (std::string& text : *texts) text += (text.empty() ? "" : between) + more;
    }
  };
  std::vector<std::string> times, names;
  for (const auto& marker : inputs.markers())
    times.push_back(fmt::format("{:.9g}", marker.time_ms));
  for (const auto& strip : inputs.strips()) names.push_back(strip.name);
  add(stimulus::marks_column, join(times, " "), " ");
  add(stimulus::strips_column, join(names, "; "), "; ");
}

// One weight of 10^30 pA (wrong units, a damaged file) leaves no digits for the others.
void warn_of_coarse_weights(const simulate::PreparedNetwork& prepared) {
  constexpr int fine_enough = 10;  // steps of 0.001 pA
  const std::vector<std::int32_t>& exponents = prepared.scale().exponent;
  for (std::size_t r = 0; r < exponents.size(); ++r) {
    if (exponents[r] >= fine_enough) continue;
    log::warn(
        "weights onto receptor {} reach {:.3g} pA (mV onto iaf_psc_delta), so all onto it are "
        "multiples of {:.3g}; {} weights of the network became 0: is one of them a mistake?",
        r + 1, prepared.scale().largest_input_pa[r], std::ldexp(1.0, -exponents[r]),
        prepared.weights_rounded_to_zero());
  }
}

// The cure for a backend that cannot serve a run: those that claim to.
std::string other_backends(const plugin::Registry& registry, const simulate::StepLoopSetup& setup) {
  const std::uint64_t needed = simulate::needed_caps(setup);
  std::vector<std::string> names;
  for (const plugin::LoadedPlugin* p : registry.list(plugin::Kind::backend)) {
    if (p != setup.backend && (needed & ~p->backend().caps) == 0) names.push_back(p->name);
  }
  return names.empty() ? "no other backend is installed that does"
                       : fmt::format("use --backend {}", fmt::join(names, " or "));
}

}  // namespace

const char* unit_of_variable(const std::string& variable) { return variable == "v" ? "mV" : "pA"; }

Experiment::Experiment(Session& session, StageTimes& times, NetworkStore* networks)
    : session_(session),
      times_(times),
      built_(networks ? networks->get(session, times)
                      : build_network(session.config, *session.pool, times)),
      network_(built_->network) {
  check_selections(session.sonata, network_, session.config);
  times.measure("inputs", [&] { prepare_inputs(); });
  prepare_recording();
  choose_backend();
}

// The config was checked against the machine, but not yet against what network and inputs need.
void Experiment::choose_backend() {
  const auto problem_with = [&](const std::string& name) {
    backend_ = &session_.registry.find(plugin::Kind::backend, name);
    return simulate::misfit(make_setup());
  };
  const std::string chosen = session_.config.backend.plugin;
  std::string problem = problem_with(chosen);
  if (problem.empty()) return;
  const bool automatic = session_.config.simulation.backend == "auto";
  if (automatic && chosen != "cpu" && session_.registry.has(plugin::Kind::backend, "cpu")) {
    log::info("backend = \"auto\" takes cpu: {} {}", chosen, problem);
    session_.config.backend = config::default_backend(session_.registry, "cpu");
    problem = problem_with("cpu");
    if (problem.empty()) return;
  }
  throw error(ExitCode::backend, "backend '{}' {}; {}", backend_->name, problem,
              other_backends(session_.registry, make_setup()));
}

void Experiment::prepare_inputs() {
  const config::RunConfig& config = session_.config;
  std::vector<simulate::BlockDrive> drives = built_->drives;
  const auto rates_block = find_rates_block(network_);
  if (rates_block) {
    visual_.emplace(session_, network_, *rates_block);
  } else if (config.stimulus || !config.blocks.blocks.empty()) {
    log::warn("network '{}' has no LGN that could see the stimulus{}; it has no effect",
              network_.name, config.stimulus ? " '" + config.stimulus->plugin + "'" : "");
  }
  fixed_events_ = read_fixed_events(session_, network_);
  for (std::size_t b = 0; b < drives.size(); ++b) {
    drives[b].max_multiplicity =
        std::max(drives[b].max_multiplicity, fixed_events_.max_multiplicity[b]);
  }
  for (std::uint32_t trial = 0; trial < config.simulation.trials; ++trial) {
    for (const auto& train : planned_events(session_, network_, drives, trial)) {
      std::uint32_t& most = drives[train.block].max_multiplicity;
      std::uint32_t current = 0;
      for (std::size_t i = 0; i < train.step.size(); ++i) {
        current = i > 0 && train.step[i] == train.step[i - 1] ? current + 1 : 1;
        most = std::max(most, current);
      }
    }
  }
  if (visual_ && visual_->makes_spikes()) {
    simulate::BlockDrive& drive = drives[*rates_block];
    drive.given_events = true;
    std::size_t spikes = 0;
    for (std::uint32_t trial = 0; trial < config.simulation.trials; ++trial) {
      const simulate::EventTrain train = visual_->events(trial);
      spikes += train.step.size();
      drive.max_multiplicity = std::max(drive.max_multiplicity, largest_multiplicity(train));
    }
    if (spikes == 0) {
      log::warn("stimulus '{}' has no spike in any trial: the LGN stays silent",
                visual_->stimulus_names());
    }
  }
  spike_inputs_ = SpikeInputs(session_, network_, drives, input_marks_);
  pulses_ = read_currents(session_, network_, input_marks_);
  prepared_ = std::make_unique<simulate::PreparedNetwork>(network_, config.simulation, drives);
  for (const std::int64_t type : prepared_->never_reset_types()) {
    log::warn(
        "node type {} has a refractory period of at most one step: scheme billeh-tf, like "
        "the published model, never resets its neurons after a spike",
        type);
  }
  warn_of_coarse_weights(*prepared_);
}

void Experiment::set_background_weights(const std::vector<network::BackgroundWeight>& weights) {
  network::set_background_weights(network_, weights, "background weights");
  network_.content_hash = network::hash_network(network_);
  prepared_ = std::make_unique<simulate::PreparedNetwork>(network_, session_.config.simulation,
                                                          prepared_->drives());
}

void Experiment::prepare_recording() {
  config::RecordConfig& record = session_.config.record;
  if (session_.started_from_sonata && !session_.sonata->reports.empty()) {
    record_reported_neurons(session_, network_);
  }
  if (record.spikes.kind == config::Selection::Kind::none) {
    spike_positions_ = std::vector<std::uint32_t>{};
  } else if (record.spikes.kind != config::Selection::Kind::all) {
    spike_positions_ = network::select_neurons(network_, record.spikes);
  }
  if (record.variables.empty()) return;
  const auto neurons = network::select_neurons(network_, record.variables_of);
  if (neurons.empty()) return;  // variables_of = "none"
  for (const std::string& variable : record.variables) {
    probes_.push_back({variable, neurons, record.precision == "float16" ? V1E_F16 : V1E_F32});
  }
}

std::vector<std::uint8_t> Experiment::recorded_blocks() const {
  std::vector<std::uint8_t> recorded(network_.blocks.size(), 0);
  const bool none = session_.config.record.spikes.kind == config::Selection::Kind::none;
  for (std::size_t b = 0; b < recorded.size(); ++b) {
    const EdgeBlock& block = network_.blocks[b];
    const bool too_many = block.source_kind == SourceKind::counts &&
                          block.source_count() > most_recorded_count_sources;
    recorded[b] = block.source_kind != SourceKind::neurons && !none && !too_many ? 1 : 0;
  }
  return recorded;
}

recording::RecordingPlan Experiment::recording_plan() const {
  const config::RunConfig& config = session_.config;
  recording::RecordingPlan plan;
  plan.network = &network_;
  plan.dt_ms = config.simulation.dt_ms;
  plan.steps_per_trial = config.simulation.steps_per_trial();
  plan.trials = config.simulation.trials;
  plan.seed = config.seed;
  for (const simulate::Probe& probe : probes_) {
    plan.probes.push_back(
        {probe.variable, unit_of_variable(probe.variable), probe.dtype, 1, probe.neurons});
  }
  plan.spike_positions = spike_positions_;
  const auto recorded = recorded_blocks();
  for (std::uint32_t b = 0; b < recorded.size(); ++b) {
    if (recorded[b]) plan.spike_blocks.push_back(b);
  }
  plan.compression = config.record.compression;
  if (visual_ && visual_->description()) {
    plan.stimulus = stimulus_info(*visual_->description());
    plan.stimulus.conditions = visual_->condition_labels();
    for (std::uint32_t trial = 0; trial < plan.trials && visual_->condition_count() > 1; ++trial) {
      plan.stimulus.condition_of_trial.push_back(visual_->condition_of_trial(trial));
    }
  }
  for (const stimulus::Marker& marker : input_marks_.markers()) {
    plan.stimulus.markers.push_back(marker);
  }
  add_to_all_trials(plan.stimulus, input_marks_);
  std::stable_sort(plan.stimulus.markers.begin(), plan.stimulus.markers.end(),
                   [](const auto& x, const auto& y) { return x.time_ms < y.time_ms; });
  for (stimulus::Strip& strip : input_marks_.strips()) {
    plan.stimulus.strips.push_back(std::move(strip));
  }
  return plan;
}

const Experiment::OnlyCondition& Experiment::only_condition() {
  if (only_condition_) return *only_condition_;
  recording::SampleRates sample;
  const EdgeBlock& block = network_.blocks[*find_rates_block(network_)];
  sample.block = block.name;
  const auto units = static_cast<std::uint32_t>(block.source_count());
  const std::uint32_t sampled = std::min(sampled_lgn_units, units);
  for (std::uint32_t i = 0; i < sampled; ++i) {
    sample.sources.push_back(static_cast<std::uint32_t>(std::uint64_t{i} * units / sampled));
  }
  std::vector<float>& hz = sample.hz.emplace_back();
  const auto take = [&](std::int64_t first_ms, std::int64_t count, const float* rates_hz) {
    hz.resize(static_cast<std::size_t>(first_ms) * sampled);
    for (const float* row = rates_hz; row < rates_hz + count * units; row += units) {
      for (const std::uint32_t source : sample.sources) hz.push_back(row[source]);
    }
  };
  simulate::Thresholds thresholds =
      times_.measure("lgn", [&] { return visual_->thresholds(0, take); });
  return only_condition_.emplace(OnlyCondition{std::move(thresholds), std::move(sample)});
}

std::vector<recording::SampleRates> Experiment::sample_rates() {
  if (!visual_ || visual_->makes_spikes() || visual_->condition_count() != 1) return {};
  return {only_condition().rates};
}

// Trials side by side do not wait for each other, so they need no processor left free.
unsigned Experiment::step_threads() const {
  const config::SimulationConfig& simulation = session_.config.simulation;
  const unsigned all = session_.pool->size();
  const bool side_by_side = !simulation.carry_state && simulation.trials > 1;
  if (simulation.threads != 0 || side_by_side || session_.config.record.compression != "none") {
    return all;
  }
  return simulate::step_threads(all, probes_, network_.neurons.size());
}

simulate::StepLoopSetup Experiment::make_setup() const {
  simulate::StepLoopSetup setup;
  setup.network = prepared_.get();
  setup.backend = backend_;
  setup.backend_settings = session_.config.backend.settings.view();
  setup.host = session_.host.view();
  setup.simulation = session_.config.simulation;
  setup.threads = step_threads();
  setup.seed = session_.config.seed;
  setup.probes = probes_;
  setup.record_block = recorded_blocks();
  setup.pulses = pulses_;
  return setup;
}

simulate::StepLoopSetup Experiment::step_loop_setup() {
  simulate::StepLoopSetup setup = make_setup();
  const bool replayed = visual_ && visual_->makes_spikes();
  if (visual_ && !replayed) {
    const bool only_one = visual_->condition_count() == 1;
    if (only_one) only_condition();
    const auto store = std::make_shared<ThresholdStore>(kept_conditions());
    setup.condition_of_trial = [this](std::uint32_t t) { return visual_->condition_of_trial(t); };
    setup.thresholds = [this, store, only_one](std::uint32_t condition) {
      if (only_one) return std::vector<simulate::Thresholds>{only_condition().thresholds};
      return std::vector<simulate::Thresholds>{store->get(condition, [&] {
        return times_.measure("lgn", [&] { return visual_->thresholds(condition); });
      })};
    };
  }
  const bool planned =
      std::any_of(prepared_->drives().begin(), prepared_->drives().end(),
                  [](const simulate::BlockDrive& d) { return d.stratified_rate_hz > 0.0; });
  if (planned || replayed || !fixed_events_.trains.empty() || !spike_inputs_.empty()) {
    setup.events = [this, replayed](std::uint32_t trial) {
      auto trains = planned_events(session_, network_, prepared_->drives(), trial);
      if (replayed) trains.push_back(visual_->events(trial));
      trains.insert(trains.end(), fixed_events_.trains.begin(), fixed_events_.trains.end());
      for (auto& train : spike_inputs_.events(trial)) trains.push_back(std::move(train));
      return trains;
    };
  }
  return setup;
}

std::size_t Experiment::kept_conditions() const {
  if (!visual_) return 0;
  const std::uint32_t conditions = visual_->condition_count();
  if (conditions >= session_.config.simulation.trials) return 1;  // none comes twice
  const std::uint64_t budget = std::min(most_threshold_bytes, available_memory_bytes() / 4);
  const std::uint64_t each = std::max<std::uint64_t>(1, visual_->threshold_bytes());
  return std::clamp<std::size_t>(budget / each, 1, conditions);
}

v1e_memory_need Experiment::backend_memory() const {
  const simulate::StepLoopSetup setup = make_setup();
  simulate::BackendEnvStorage storage;
  const v1e_backend_env env = simulate::make_backend_env(setup, storage);
  v1e_memory_need need{};
  need.struct_size = sizeof need;
  plugin::ErrorSlot err;
  plugin::check(backend_->backend().estimate(setup.backend_settings, &env, &need, &err), err,
                *backend_, "estimate");
  return need;
}

v1e_device Experiment::device() const {
  plugin::ErrorSlot err;
  v1e_device device{};
  device.struct_size = sizeof device;
  plugin::check(backend_->backend().device(session_.config.simulation.device, &device, &err), err,
                *backend_, "device");
  return device;
}

std::string Experiment::device_description() const {
  const v1e_device device = this->device();
  return fmt::format("{}: {}{}{}", device.kind ? device.kind : "?", device.name ? device.name : "?",
                     device.details && *device.details ? ", " : "",
                     device.details ? device.details : "");
}

}  // namespace v1::run
