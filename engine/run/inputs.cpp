#include "engine/run/inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"
#include "engine/network/sonata/ticks.hpp"
#include "engine/run/target_neurons.hpp"

namespace v1::run {
namespace {

using network::Network;
using network::SourceKind;
using simulate::EventTrain;

constexpr std::int64_t late_steps = 1000000;  // after a trial, where a current may be meant to act

std::int64_t step_of_spike(double time_ms, const config::SimulationConfig& simulation) {
  try {
    return network::sonata::update_of_spike(time_ms, simulation.dt_ms);
  } catch (const Error& e) {
    throw error(e.code(), "{}{}", place_prefix(simulation.dt_where), e.what());
  }
}

// Sorted by (step, source); spikes after the end of a trial are dropped.
EventTrain event_train(std::uint32_t block, const network::sonata::SpikeTrains& spikes,
                       const config::SimulationConfig& simulation) {
  std::vector<std::pair<std::int64_t, std::uint32_t>> events;
  for (std::size_t i = 0; i < spikes.size(); ++i) {
    const std::int64_t step = step_of_spike(spikes.time_ms[i], simulation);
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

void tell_late_spikes(const std::filesystem::path& file, const std::string& population,
                      std::size_t all, std::size_t played,
                      const config::SimulationConfig& simulation) {
  if (played == all) return;
  const std::string text = fmt::format(
      "{}: {} of {} spikes of '{}' come after the end of a trial ({} ms) and are not played",
      file.string(), all - played, all, population, simulation.duration_ms);
  log::write(played == 0 ? log::Level::warn : log::Level::info, text);
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

bool equal_pulses(const stimulus::CurrentPulse& a, const stimulus::CurrentPulse& b) {
  return a.step_begin == b.step_begin && a.step_end == b.step_end && a.neurons == b.neurons &&
         a.amplitude_pa == b.amplitude_pa;
}

// Currents are bound once: what differs from trial to trial would silently repeat trial 0.
void check_every_trial(const config::PluginUse& input, const stimulus::StimulusPlayer& player,
                       const config::SimulationConfig& simulation,
                       const std::vector<stimulus::CurrentPulse>& first) {
  for (std::uint32_t trial = 1; trial < player.condition_count(); ++trial) {
    const auto other = player.pulses(trial, simulation.steps_per_trial());
    if (std::equal(first.begin(), first.end(), other.begin(), other.end(), equal_pulses)) continue;
    throw error(ExitCode::plugin,
                "{}: plugin '{}' injects other currents in trial {} than in trial 0; those of an "
                "[[input]] must be the same in every trial",
                input.where, input.plugin, trial);
  }
}

std::vector<std::string> virtual_populations(const Network& network) {
  std::vector<std::string> names;
  for (const network::EdgeBlock& block : network.blocks) {
    if (block.source_kind != SourceKind::neurons) names.push_back(block.name);
  }
  return names;
}

// A background that the config takes away (background.kind = "none") is not missed.
void check_population(const network::sonata::SpikeInput& input, const Network& network,
                      const config::BackgroundConfig& background) {
  const auto block = network.find_block(input.block);
  if (block && network.blocks[*block].source_kind != SourceKind::neurons) return;
  if (input.block == "bkg" && background.kind != "model") return;
  const std::vector<std::string> known = virtual_populations(network);
  throw error(ExitCode::data, "{}: the circuit has no virtual population '{}'{}; it has {}",
              input.where, input.block, did_you_mean(input.block, known),
              known.empty() ? "none" : join(known, ", "));
}

// The first step from `time` on, both in steps, as that of a current_clamp and of NEST's
// generators. What is whole but for rounding counts as whole.
std::int64_t first_step_from(double time) {
  const double nearest = std::round(time);
  const bool whole = std::abs(time - nearest) <= 1e-9 * (1.0 + nearest);
  return std::llround(whole ? nearest : std::ceil(time));
}

// The clamps of a SONATA simulation config, on whole steps.
void add_circuit_clamps(const network::sonata::SonataSimulation& sonata, const Network& network,
                        const config::SimulationConfig& simulation,
                        std::vector<simulate::CurrentPulse>& pulses) {
  const auto last = static_cast<double>(simulation.steps_per_trial());
  for (const auto& spec : sonata.clamps) {
    std::size_t lost = 0;
    std::string first_lost;
    for (const auto& clamp : network::sonata::resolve_clamp(spec, network)) {
      const double begin = clamp.delay_ms / simulation.dt_ms;
      const double end = (clamp.delay_ms + clamp.duration_ms) / simulation.dt_ms;
      simulate::CurrentPulse pulse;
      pulse.step_begin = first_step_from(std::min(begin, last));
      pulse.step_end = first_step_from(std::min(end, last));
      if (pulse.step_begin < pulse.step_end) {
        pulse.neurons = clamp.neurons;
        pulse.amplitude_pa.assign(clamp.neurons.size(), static_cast<float>(clamp.amplitude_pa));
        pulses.push_back(std::move(pulse));
      } else if (clamp.duration_ms > 0.0 && lost++ == 0) {
        first_lost = fmt::format(
            "the pulse at {} ms {}", clamp.delay_ms,
            end < last ? fmt::format("lies between two steps of {} ms", simulation.dt_ms)
                       : fmt::format("begins after the trials of {} ms", simulation.duration_ms));
      }
    }
    if (lost == 0) continue;
    log::warn("{}: {}{}: no effect", spec.where, first_lost,
              lost > 1 ? fmt::format(", and {} more are as late or as short", lost - 1) : "");
  }
}

bool is_simulated(const Network& network, const std::string& population) {
  return std::any_of(network.neurons.populations.begin(), network.neurons.populations.end(),
                     [&](const auto& range) { return range.name == population; });
}

// What of a replay cannot be: neurons that are simulated send the spikes of the simulation alone.
bool is_replay_of_neurons(const network::sonata::SpikeInput& input, const Network& network,
                          const std::string& population) {
  if (!input.replayed_to || !is_simulated(network, population)) return false;
  if (network.find_block(population)) return false;  // virtual nodes of a mixed population
  log::warn(
      "{}: the spikes of '{}' are not replayed: its neurons are simulated, and send the "
      "spikes of the simulation only",
      input.where, population);
  return true;
}

// A replay reaches the neurons of its node set, a virtual population all its targets.
bool reaches_others(const network::sonata::SpikeInput& input, const Network& network,
                    const network::EdgeBlock& block) {
  if (!input.replayed_to) return false;
  const auto reached = network::sonata::select_neurons(*input.replayed_to, network);
  std::vector<bool> meant(network.neurons.size(), false);
  for (const std::uint32_t neuron : reached) meant[neuron] = true;
  for (std::size_t e = 0; e < block.edge_count(); ++e) {
    if (meant[block.address.target(e)]) continue;
    log::warn(
        "{}: not replayed: node set {} holds some of the targets of population '{}' only, and "
        "a spike goes to all of them",
        input.replayed_to->where, input.replayed_to->text, block.name);
    return true;
  }
  return false;
}

network::sonata::SpikeTrains between(const network::sonata::SpikeTrains& spikes, double begin_ms,
                                     double end_ms) {
  network::sonata::SpikeTrains out;
  for (std::size_t i = 0; i < spikes.size(); ++i) {
    if (spikes.time_ms[i] < begin_ms || spikes.time_ms[i] > end_ms) continue;
    out.source.push_back(spikes.source[i]);
    out.time_ms.push_back(spikes.time_ms[i]);
  }
  return out;
}

// The virtual populations onto which a spike file plays.
std::vector<std::string> played_blocks(const network::sonata::SpikeInput& input,
                                       const Network& network,
                                       const config::BackgroundConfig& background) {
  if (is_replay_of_neurons(input, network, input.block)) return {};
  if (!input.block.empty()) {
    check_population(input, network, background);
    return {input.block};
  }
  const std::vector<std::string> in_file = network::sonata::spike_populations(input.file);
  const std::vector<std::string> all = virtual_populations(network);
  std::vector<std::string> found;
  for (const std::string& name : all) {
    if (std::find(in_file.begin(), in_file.end(), name) != in_file.end()) found.push_back(name);
  }
  for (const std::string& name : in_file) is_replay_of_neurons(input, network, name);
  if (in_file.empty() && all.size() == 1) return all;
  if (found.empty()) {
    log::warn(
        "{}: {} has no spikes of a virtual population of the circuit ({}); they have no effect",
        input.where, input.file.string(), join(all, ", "));
  }
  return found;
}

}  // namespace

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

FixedEvents read_fixed_events(const Session& session, const Network& network) {
  FixedEvents events;
  events.max_multiplicity.assign(network.blocks.size(), 1);
  struct Played {
    std::string block;
    std::filesystem::path file;
    const network::sonata::SpikeInput* input = nullptr;  // of a simulation config
  };
  std::vector<Played> files;
  if (session.sonata) {
    for (const auto& input : session.sonata->spike_inputs) {
      for (const std::string& block : played_blocks(input, network, session.config.background)) {
        files.push_back({block, input.file, &input});
      }
    }
  }
  if (session.config.background.kind == "file") {
    files.push_back({"bkg", session.config.background.file});
  }
  for (const auto& [name, file, input] : files) {
    const auto block = network.find_block(name);
    if (block && network.blocks[*block].source_kind == SourceKind::rates) {
      log::warn("{}: not played, population '{}' sees the stimulus (lgn.mosaic = \"{}\")",
                file.string(), name, session.config.lgn.mosaic);
      continue;
    }
    if (!block || network.blocks[*block].source_kind != SourceKind::events) {
      log::warn("{}: no connections from population '{}', its spikes have no effect", file.string(),
                name);
      continue;
    }
    if (input && reaches_others(*input, network, network.blocks[*block])) continue;
    auto spikes = network::sonata::read_spike_trains(file, name, network.blocks[*block],
                                                     input ? input->trial : "");
    if (input) spikes = between(spikes, input->begin_ms, input->end_ms);
    EventTrain train =
        event_train(static_cast<std::uint32_t>(*block), spikes, session.config.simulation);
    tell_late_spikes(file, name, spikes.size(), train.step.size(), session.config.simulation);
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

stimulus::Environment input_environment(const Session& session, const config::PluginUse& input,
                                        std::uint32_t output) {
  const config::SimulationConfig& simulation = session.config.simulation;
  stimulus::Environment env;
  env.output = output;
  env.dt_ms = simulation.dt_ms;
  env.duration_ms = simulation.duration_ms;
  env.trial_count = simulation.trials;
  env.random_key = session.config.seed;
  env.place = [&input](const std::string& param) { return input.place_of(param); };
  return env;
}

std::vector<simulate::CurrentPulse> read_currents(Session& session, const Network& network,
                                                  InputMarks& marks) {
  std::vector<simulate::CurrentPulse> pulses;
  const config::SimulationConfig& simulation = session.config.simulation;
  for (config::PluginUse& input : session.config.inputs) {
    if (input.synapses) continue;
    resolve_selections(session, network, input);
    const plugin::LoadedPlugin& plugin =
        session.registry.find(plugin::Kind::stimulus, input.plugin);
    stimulus::Environment env = input_environment(session, input, V1E_OUT_CURRENTS);
    const stimulus::NeuronChannels channels(target_neurons(session.sonata, network, input));
    channels.describe_to(env);
    const auto player = stimulus::StimulusPlayer::create(
        input.plugin, plugin.stimulus(), input.settings.view(), session.host.view(), env);
    auto found = player.pulses(0, simulation.steps_per_trial());
    check_every_trial(input, player, simulation, found);
    if (!found.empty()) marks.add(player.description());
    if (found.empty() && !player.pulses(0, simulation.steps_per_trial() + late_steps).empty()) {
      log::warn("{}: input '{}' acts after the end of the trials of {} ms only", input.where,
                input.plugin, simulation.duration_ms);
    }
    for (auto& pulse : found) {
      pulses.push_back({pulse.step_begin, pulse.step_end, std::move(pulse.neurons),
                        std::move(pulse.amplitude_pa)});
    }
  }
  if (session.sonata) add_circuit_clamps(*session.sonata, network, simulation, pulses);
  return pulses;
}

}  // namespace v1::run
