#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "plugins/analyses/classification/quantities.hpp"

namespace v1::analyses {

using SpikeTrains = std::vector<std::vector<std::int64_t>>;  // steps by neuron, ascending

/// Turns recorded potentials of a block of neurons into ones without spikes, trial by trial.
/// The reference joins trials, so that it can give out a trial only once the next one is known.
class PotentialFeed {
 public:
  /// One trial, [steps][neurons]; empty when none was ready.
  using Emit = std::function<void(const double* rows)>;

  /// Feeds a trial (float [steps][neurons]); emits the trials that are complete. `last`: no trial
  /// follows.
  void add(const Frame& frame, const float* rows, std::size_t neurons, const SpikeTrains& spikes,
           bool last, const Emit& emit);

 private:
  void add_clean(const Frame& frame, std::size_t neurons, const SpikeTrains& spikes,
                 const Emit& emit);
  void add_reference(const Frame& frame, const float* rows, std::size_t neurons,
                     const SpikeTrains& spikes, bool last, const Emit& emit);

  std::vector<double> rows_;  // reference: the trial waiting, then the new one
  bool waiting_ = false;
  SpikeTrains late_;  // spikes of the waiting trial whose window reaches into the next one
};

}  // namespace v1::analyses
