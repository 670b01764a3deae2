#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/lgn/rate_filters.hpp"
#include "engine/lgn/rates.hpp"
#include "engine/network/network.hpp"
#include "engine/run/input_marks.hpp"
#include "engine/run/replay_preview.hpp"
#include "engine/run/session.hpp"
#include "engine/run/stimulus_preview.hpp"
#include "engine/simulate/background.hpp"
#include "engine/simulate/step_loop.hpp"
#include "engine/stimulus/stimulus_sequence.hpp"

/// Everything that drives the network from outside, made from a config.
namespace v1::run {

/// Spike trains of events blocks that are the same in every trial (files), and the largest number
/// of simultaneous events of one source, per block.
struct FixedEvents {
  std::vector<simulate::EventTrain> trains;
  std::vector<std::uint32_t> max_multiplicity;  // per block of the network
};

/// Reads every spike file that a SONATA simulation or background.file names.
FixedEvents read_fixed_events(const Session& session, const network::Network& network);

/// Events of blocks that are planned per trial (background shared-stratified).
std::vector<simulate::EventTrain> planned_events(const Session& session,
                                                 const network::Network& network,
                                                 const std::vector<simulate::BlockDrive>& drives,
                                                 std::uint32_t trial);

/// Most events of one source in one step; at least 1.
std::uint32_t largest_multiplicity(const simulate::EventTrain& train);

/// How a plugin of an [[input]] is used; channels and columns are the caller's to add. Borrows
/// `input`.
stimulus::Environment input_environment(const Session& session, const config::PluginUse& input,
                                        std::uint32_t output);

/// Current steps of all [[input]] tables of currents and of SONATA clamps; `marks` gets what their
/// plugins tell.
std::vector<simulate::CurrentPulse> read_currents(Session& session, const network::Network& network,
                                                  InputMarks& marks);

}  // namespace v1::run
