#include "engine/run/spike_inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/run/inputs.hpp"
#include "engine/run/target_neurons.hpp"

namespace v1::run {
namespace {

using simulate::EventTrain;

constexpr std::size_t most_marks = 4;  // more would hide what the figure shows
constexpr std::uint32_t most_at_once = std::numeric_limits<std::uint16_t>::max();

/// What all spike trains of one input share.
class TrainSummary {
 public:
  void add(const EventTrain& train) {
    spikes_ += train.step.size();
    most_at_once_ = std::max(most_at_once_, largest_multiplicity(train));
    std::set<std::int64_t> steps;
    for (std::size_t i = 0; i < train.step.size() && steps.size() <= most_marks; ++i) {
      steps.insert(train.step[i]);
    }
    if (!steps_) steps_ = steps;
    same_ = same_ && *steps_ == steps && steps.size() <= most_marks;
  }
  std::size_t spikes() const { return spikes_; }
  std::uint32_t largest_multiplicity_seen() const { return most_at_once_; }
  /// Steps of the spikes, where they are few and the same in every trial.
  std::set<std::int64_t> volleys() const {
    return same_ && steps_ ? *steps_ : std::set<std::int64_t>{};
  }

 private:
  std::size_t spikes_ = 0;
  std::uint32_t most_at_once_ = 1;
  bool same_ = true;
  std::optional<std::set<std::int64_t>> steps_;  // of the first trial
};

}  // namespace

std::vector<network::InputConnection> input_connections(const config::RunConfig& config,
                                                        const network::Network& network) {
  std::vector<network::InputConnection> out;
  const bool any = std::any_of(config.inputs.begin(), config.inputs.end(),
                               [](const auto& use) { return use.synapses.has_value(); });
  if (!any) return out;
  std::optional<network::sonata::SonataSimulation> sonata;  // its node sets
  if (config.network.source == config::NetworkSource::sonata) {
    sonata = network::sonata::read_simulation_config(config.network.circuit);
  }
  check_selections(sonata, network, config);
  for (const config::PluginUse& use : config.inputs) {
    if (!use.synapses) continue;
    network::InputConnection& input = out.emplace_back();
    input.name = use.name;
    input.targets = target_neurons(sonata, network, use);
    input.all_to_all = use.synapses->all_to_all;
    input.weight_pa = use.synapses->weight_pa;
    input.delay_ms = use.synapses->delay_ms;
    input.receptor = use.synapses->receptor;
    input.where = use.where;
    input.receptor_where = use.synapses->receptor_where;
  }
  return out;
}

std::string input_connections_key(const config::RunConfig& config) {
  std::string key;
  for (const config::PluginUse& use : config.inputs) {
    if (!use.synapses) continue;
    const config::InputSynapses& synapses = *use.synapses;
    key += fmt::format("[{} {} {} {} {} {}]", use.name, use.target ? use.target->text : "all",
                       synapses.weight_pa, synapses.delay_ms,
                       synapses.receptor ? static_cast<int>(*synapses.receptor) : -1,
                       synapses.all_to_all);
  }
  return key;
}

SpikeInputs::SpikeInputs(Session& session, const network::Network& network,
                         std::vector<simulate::BlockDrive>& drives, InputMarks& marks)
    : steps_(session.config.simulation.steps_per_trial()) {
  const config::SimulationConfig& simulation = session.config.simulation;
  for (config::PluginUse& use : session.config.inputs) {
    if (!use.synapses) continue;
    add(session, network, use);
    const Input& input = inputs_.back();
    TrainSummary summary;
    for (std::uint32_t trial = 0; trial < input.player.condition_count(); ++trial) {
      summary.add(events_of(input, trial));
    }
    if (summary.largest_multiplicity_seen() > most_at_once) {
      throw error(ExitCode::data,
                  "{}: input '{}' has {} spikes of one source in one step of {} ms; at most {} are "
                  "possible",
                  use.where, use.name, summary.largest_multiplicity_seen(), simulation.dt_ms,
                  most_at_once);
    }
    drives[input.block].max_multiplicity = summary.largest_multiplicity_seen();
    if (summary.spikes() == 0) {
      log::warn("{}: input '{}' has no spike in any trial of {} ms: it has no effect", use.where,
                use.name, simulation.duration_ms);
    }
    marks.add(input.player.description());
    for (const std::int64_t step : summary.volleys()) {
      marks.add({static_cast<double>(step + 1) * simulation.dt_ms, use.name});
    }
  }
}

void SpikeInputs::add(Session& session, const network::Network& network, config::PluginUse& use) {
  resolve_selections(session, network, use);
  const plugin::LoadedPlugin& plugin = session.registry.find(plugin::Kind::stimulus, use.plugin);
  stimulus::Environment env = input_environment(session, use, V1E_OUT_SPIKES);
  std::unique_ptr<stimulus::NeuronChannels> channels;
  const std::size_t block = network.find_block(use.name).value();
  if (use.synapses->all_to_all) {
    env.channel_count = 1;
  } else {
    channels = std::make_unique<stimulus::NeuronChannels>(
        target_neurons(session.sonata, network, use), network.blocks[block].source_id);
    channels->describe_to(env);
  }
  auto player = stimulus::StimulusPlayer::create(use.plugin, plugin.stimulus(), use.settings.view(),
                                                 session.host.view(), env);
  inputs_.push_back({static_cast<std::uint32_t>(block), std::move(channels), std::move(player)});
}

EventTrain SpikeInputs::events_of(const Input& input, std::uint32_t trial) const {
  EventTrain train;
  train.block = input.block;
  for (const auto& spike : input.player.spikes(input.player.condition_of_trial(trial), 0, steps_)) {
    train.step.push_back(spike.step);
    train.source.push_back(spike.channel);
  }
  return train;
}

std::vector<EventTrain> SpikeInputs::events(std::uint32_t trial) const {
  std::vector<EventTrain> trains;
  for (const Input& input : inputs_) trains.push_back(events_of(input, trial));
  return trains;
}

}  // namespace v1::run
