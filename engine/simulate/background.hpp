#pragma once
#include <cstdint>
#include <vector>

#include "engine/config/run_config.hpp"
#include "engine/network/network.hpp"

namespace v1::simulate {

/// How the sources of one block come to spike; one per block of the network.
struct BlockDrive {
  std::uint32_t random_stream = 0;              // rates, counts
  std::uint32_t draw_every_steps = 1;           // counts
  std::vector<std::uint32_t> count_thresholds;  // counts, ascending
  std::uint32_t max_multiplicity = 1;           // most events of one source in one step
  double stratified_rate_hz = 0.0;              // > 0: events planned by stratified_counts
  bool given_events = false;                    // rates: the stimulus names the events itself
};

/// Length of the windows in which "shared-stratified" keeps the number of events fixed.
inline constexpr double stratum_ms = 500.0;

/// Gives the network the background the config asks for (replacing or removing its block "bkg")
/// and tells how each block is driven. Item ids and wiring draws depend on ids in the full
/// network, so a sub-network sees the same background.
///   model                what the network defines: each unit Poisson at its rate
///   shared-poisson       one unit for all neurons
///   shared-binomial      one unit; per whole ms Binomial(10, rate/10): the TensorFlow port
///   shared-stratified    one unit; the same number of events in every 500 ms
///   pool                 100 units, each neuron listens to 4; the same total rate
///   independent-poisson  a unit of its own for every neuron
///   file                 events come from a file (the caller injects them)
///   none
/// Throws Error(config) when the network has no background to reshape.
std::vector<BlockDrive> apply_background(network::Network& network,
                                         const config::BackgroundConfig& background, double dt_ms);

/// Events of one source in every step of a trial: each 500 ms hold exactly rate x 0.5 s events
/// (rounded) at uniformly drawn steps.
std::vector<std::uint16_t> stratified_counts(std::uint64_t seed, std::uint32_t source_id,
                                             std::uint32_t trial, std::int64_t steps, double dt_ms,
                                             double rate_hz);

}  // namespace v1::simulate
