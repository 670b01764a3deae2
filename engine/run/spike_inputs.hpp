#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/network/input_synapses.hpp"
#include "engine/network/network.hpp"
#include "engine/run/input_marks.hpp"
#include "engine/run/session.hpp"
#include "engine/simulate/background.hpp"
#include "engine/simulate/step_loop.hpp"
#include "engine/stimulus/stimulus_player.hpp"

namespace v1::run {

/// The [[input]] tables of spikes as connections: what of them is part of the network.
std::vector<network::InputConnection> input_connections(const config::RunConfig& config,
                                                        const network::Network& network);

/// Text of everything in the [[input]] tables that the blocks depend on.
std::string input_connections_key(const config::RunConfig& config);

/// The plugins of all [[input]] tables of spikes, each playing into its block of the network.
class SpikeInputs {
 public:
  SpikeInputs() = default;
  /// Plays every trial once: an Error of a plugin comes now rather than in the run, drives get the
  /// most simultaneous spikes, and volleys at a few times go to `marks`. The session outlives this.
  SpikeInputs(Session& session, const network::Network& network,
              std::vector<simulate::BlockDrive>& drives, InputMarks& marks);

  bool empty() const { return inputs_.empty(); }
  /// One train for each input.
  std::vector<simulate::EventTrain> events(std::uint32_t trial) const;

 private:
  struct Input {
    std::uint32_t block = 0;
    std::unique_ptr<stimulus::NeuronChannels> channels;  // lent to the player; null: one for all
    stimulus::StimulusPlayer player;
  };

  void add(Session& session, const network::Network& network, config::PluginUse& use);
  simulate::EventTrain events_of(const Input& input, std::uint32_t trial) const;

  std::int64_t steps_ = 0;  // of a trial
  std::vector<Input> inputs_;
};

}  // namespace v1::run
