#include "engine/cli/inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/lgn/rate_cache.hpp"
#include "engine/lgn/thresholds.hpp"
#include "engine/lgn/unit_table.hpp"
#include "engine/network/select.hpp"
#include "engine/network/sonata/ticks.hpp"
#include "engine/stimulus/stimulus_key.hpp"

namespace v1::cli {
namespace {

using network::Network;
using network::SourceKind;
using simulate::EventTrain;

std::int64_t steps_per_frame(double dt_ms) {
  const std::int64_t steps = std::llround(1.0 / dt_ms);
  if (steps < 1 || std::fabs(static_cast<double>(steps) * dt_ms - 1.0) > 1e-9) {
    throw error(ExitCode::config,
                "simulation.dt = {} ms does not divide the 1 ms frames of the LGN; use 1, 0.5, "
                "0.25, 0.2 or 0.1",
                dt_ms);
  }
  return steps;
}

std::shared_ptr<const network::LgnMosaic> find_mosaic(const config::RunConfig& config,
                                                      const Network& network,
                                                      std::size_t source_count) {
  std::shared_ptr<const network::LgnMosaic> mosaic = network.lgn_mosaic;
  if (config.lgn.mosaic == "csv") {
    mosaic = std::make_shared<network::LgnMosaic>(lgn::read_unit_table(config.lgn.file));
  }
  if (!mosaic) {
    throw error(ExitCode::config,
                "network '{}' has LGN sources but no filter parameters; give a table of units with "
                "lgn.mosaic = \"csv\" and lgn.file",
                network.name);
  }
  if (mosaic->size() != source_count) {
    throw error(ExitCode::data, "{}: {} LGN units, but the network has {} LGN sources",
                config.lgn.file.string(), mosaic->size(), source_count);
  }
  return mosaic;
}

// Sorted by (step, source); spikes after the end of a trial are dropped.
EventTrain event_train(std::uint32_t block, const network::sonata::SpikeTrains& spikes,
                       const config::SimulationConfig& simulation) {
  std::vector<std::pair<std::int64_t, std::uint32_t>> events;
  for (std::size_t i = 0; i < spikes.size(); ++i) {
    const std::int64_t step = network::sonata::update_of_spike(spikes.time_ms[i], simulation.dt_ms);
    if (step < simulation.steps_per_trial()) events.emplace_back(step, spikes.source[i]);
  }
  std::sort(events.begin(), events.end());
  EventTrain train;
  train.block = block;
  for (const auto& [step, source] : events) {
    train.step.push_back(step);
    train.source.push_back(source);
  }
  return train;
}

std::uint32_t largest_multiplicity(const EventTrain& train) {
  std::uint32_t largest = 1, current = 0;
  for (std::size_t i = 0; i < train.step.size(); ++i) {
    const bool repeated =
        i > 0 && train.step[i] == train.step[i - 1] && train.source[i] == train.source[i - 1];
    current = repeated ? current + 1 : 1;
    largest = std::max(largest, current);
  }
  return largest;
}

void merge_trains(EventTrain& into, const EventTrain& from) {
  std::vector<std::pair<std::int64_t, std::uint32_t>> all;
  for (const EventTrain* train : {static_cast<const EventTrain*>(&into), &from}) {
    for (std::size_t i = 0; i < train->step.size(); ++i) {
      all.emplace_back(train->step[i], train->source[i]);
    }
  }
  std::sort(all.begin(), all.end());
  into.step.clear();
  into.source.clear();
  for (const auto& [step, source] : all) {
    into.step.push_back(step);
    into.source.push_back(source);
  }
}

}  // namespace

VisualInput::VisualInput(Session& session, const Network& network, std::uint32_t block)
    : session_(session), block_(block) {
  const config::RunConfig& config = session.config;
  steps_per_frame(config.simulation.dt_ms);
  mosaic_ = find_mosaic(config, network, network.blocks[block].source_count());
  frame_count_ = std::llround(std::ceil(config.simulation.duration_ms - 1e-9));
  if (!config.stimulus) return;
  const plugin::LoadedPlugin& plugin =
      session.registry.find(plugin::Kind::stimulus, config.stimulus->plugin);
  const std::uint32_t outputs = plugin.stimulus().outputs;
  if ((outputs & (V1E_OUT_FRAMES | V1E_OUT_RATES)) == 0) {
    throw error(ExitCode::config,
                "stimulus '{}' makes neither frames nor rates, so the LGN cannot see it; use it as "
                "an [[input]]",
                config.stimulus->plugin);
  }
  output_ = outputs & V1E_OUT_FRAMES ? V1E_OUT_FRAMES : V1E_OUT_RATES;
  stimulus::Environment& env = environment_;
  env.output = output_;
  env.duration_ms = config.simulation.duration_ms;
  env.trial_count = config.simulation.trials;
  env.random_key = config.seed;
  env.frame_rows = static_cast<std::uint32_t>(mosaic_->field_height_deg);
  env.frame_cols = static_cast<std::uint32_t>(mosaic_->field_width_deg);
  env.channel_count = output_ == V1E_OUT_RATES ? mosaic_->size() : 0;
  player_ =
      stimulus::StimulusPlayer::create(config.stimulus->plugin, plugin.stimulus(),
                                       config.stimulus->settings.view(), session.host.view(), env);
}

std::uint32_t VisualInput::condition_count() const {
  return player_ ? player_->condition_count() : 1;
}

std::uint32_t VisualInput::condition_of_trial(std::uint32_t trial) const {
  return player_ ? player_->condition_of_trial(trial) : 0;
}

const stimulus::StimulusDescription* VisualInput::description() const {
  return player_ ? &player_->description() : nullptr;
}

// The movie of a condition: plugin (and its file, which a rebuild changes), parameters, trial.
std::uint64_t VisualInput::stimulus_key(std::uint32_t condition) const {
  if (!session_.config.stimulus) return 0;  // a gray screen
  const plugin::LoadedPlugin& plugin =
      session_.registry.find(plugin::Kind::stimulus, session_.config.stimulus->plugin);
  std::string identity = plugin.qualified_name() + " " + plugin.version;
  std::error_code absent;
  const auto changed = std::filesystem::last_write_time(plugin.module->path, absent);
  if (!absent) identity += fmt::format(" {}", changed.time_since_epoch().count());
  return stimulus::stimulus_key(identity, session_.config.stimulus->settings.view(), environment_,
                                condition);
}

lgn::Rates VisualInput::compute(std::uint32_t condition) const {
  if (output_ == V1E_OUT_RATES) {
    lgn::Rates rates;
    rates.frame_count = frame_count_;
    rates.unit_count = static_cast<std::int64_t>(mosaic_->size());
    rates.hz.resize(static_cast<std::size_t>(rates.frame_count * rates.unit_count));
    player_->rates(condition, 0, frame_count_, rates.hz.data());
    return rates;
  }
  lgn::FrameSource source;
  source.rows = static_cast<std::uint32_t>(mosaic_->field_height_deg);
  source.cols = static_cast<std::uint32_t>(mosaic_->field_width_deg);
  source.concurrent = !player_ || player_->concurrent();
  const std::size_t pixels = std::size_t{source.rows} * source.cols;
  source.fill = [this, condition, pixels](std::int64_t first_ms, std::int64_t count, float* out) {
    if (player_) {
      player_->frames(condition, first_ms, count, out);
    } else {
      std::fill_n(out, static_cast<std::size_t>(count) * pixels, 0.0f);  // a gray screen
    }
  };
  return lgn::compute_rates(*mosaic_, source, frame_count_, lgn::default_preroll_ms,
                            session_.config.lgn, *session_.pool);
}

lgn::Rates VisualInput::rates(std::uint32_t condition) const {
  if (output_ == V1E_OUT_RATES) return compute(condition);  // nothing worth caching
  const std::uint64_t key = lgn::rates_key(*mosaic_, session_.config.lgn, frame_count_,
                                           lgn::default_preroll_ms, stimulus_key(condition));
  return lgn::cached_rates(session_.cache_dir, key, [&] { return compute(condition); });
}

simulate::Thresholds VisualInput::thresholds(const lgn::Rates& rates) const {
  const config::RunConfig& config = session_.config;
  simulate::Thresholds out;
  out.block = block_;
  out.steps_per_frame = static_cast<std::uint32_t>(steps_per_frame(config.simulation.dt_ms));
  out.values = std::make_shared<const std::vector<std::uint32_t>>(lgn::spike_thresholds(
      rates, config.simulation.dt_ms, lgn::spike_rule(config.lgn.spikes), *session_.pool));
  return out;
}

FixedEvents read_fixed_events(const Session& session, const Network& network) {
  FixedEvents events;
  events.max_multiplicity.assign(network.blocks.size(), 1);
  std::vector<std::pair<std::string, std::filesystem::path>> files;
  if (session.sonata) {
    for (const auto& input : session.sonata->spike_inputs) {
      files.emplace_back(input.block, input.file);
    }
  }
  if (session.config.background.kind == "file") {
    files.emplace_back("bkg", session.config.background.file);
  }
  for (const auto& [name, file] : files) {
    const auto block = network.find_block(name);
    if (!block || network.blocks[*block].source_kind != SourceKind::events) {
      log::warn("{}: no connections from population '{}', its spikes have no effect", file.string(),
                name);
      continue;
    }
    const auto spikes = network::sonata::read_spike_trains(file, name, network.blocks[*block]);
    EventTrain train =
        event_train(static_cast<std::uint32_t>(*block), spikes, session.config.simulation);
    const auto same = std::find_if(events.trains.begin(), events.trains.end(),
                                   [&](const EventTrain& t) { return t.block == *block; });
    if (same == events.trains.end()) {
      events.trains.push_back(std::move(train));
    } else {
      merge_trains(*same, train);
    }
  }
  for (const EventTrain& train : events.trains) {
    events.max_multiplicity[train.block] = largest_multiplicity(train);
  }
  return events;
}

std::vector<EventTrain> planned_events(const Session& session, const Network& network,
                                       const std::vector<simulate::BlockDrive>& drives,
                                       std::uint32_t trial) {
  std::vector<EventTrain> trains;
  const config::SimulationConfig& simulation = session.config.simulation;
  for (std::uint32_t b = 0; b < drives.size(); ++b) {
    if (drives[b].stratified_rate_hz <= 0.0) continue;
    EventTrain train;
    train.block = b;
    const auto counts = simulate::stratified_counts(
        session.config.seed, network.blocks[b].source_id.front(), trial,
        simulation.steps_per_trial(), simulation.dt_ms, drives[b].stratified_rate_hz);
    for (std::size_t step = 0; step < counts.size(); ++step) {
      train.step.insert(train.step.end(), counts[step], static_cast<std::int64_t>(step));
    }
    train.source.assign(train.step.size(), 0);
    trains.push_back(std::move(train));
  }
  return trains;
}

std::vector<simulate::CurrentPulse> read_pulses(Session& session, const Network& network) {
  std::vector<simulate::CurrentPulse> pulses;
  const config::SimulationConfig& simulation = session.config.simulation;
  for (const config::PluginUse& input : session.config.inputs) {
    const plugin::LoadedPlugin& plugin =
        session.registry.find(plugin::Kind::stimulus, input.plugin);
    stimulus::Environment env;
    env.output = V1E_OUT_CURRENTS;
    env.dt_ms = simulation.dt_ms;
    env.duration_ms = simulation.duration_ms;
    env.trial_count = simulation.trials;
    env.random_key = session.config.seed;
    const stimulus::NeuronChannels channels(
        network::select_neurons(network, input.target.value_or(config::Selection{})));
    channels.describe_to(env);
    const auto player = stimulus::StimulusPlayer::create(
        input.plugin, plugin.stimulus(), input.settings.view(), session.host.view(), env);
    for (auto& pulse : player.pulses(0, simulation.steps_per_trial())) {
      pulses.push_back({pulse.step_begin, pulse.step_end, std::move(pulse.neurons),
                        std::move(pulse.amplitude_pa)});
    }
  }
  if (!session.sonata) return pulses;
  for (const auto& spec : session.sonata->clamps) {
    for (const auto& clamp : network::sonata::resolve_clamp(spec, network)) {
      simulate::CurrentPulse pulse;
      pulse.step_begin = std::llround(clamp.delay_ms / simulation.dt_ms);
      const double end = (clamp.delay_ms + clamp.duration_ms) / simulation.dt_ms;
      const auto last = static_cast<double>(simulation.steps_per_trial());
      pulse.step_end = std::llround(std::min(end, last));
      pulse.neurons = clamp.neurons;
      pulse.amplitude_pa.assign(clamp.neurons.size(), static_cast<float>(clamp.amplitude_pa));
      if (pulse.step_begin < pulse.step_end) pulses.push_back(std::move(pulse));
    }
  }
  return pulses;
}

}  // namespace v1::cli
