#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "plugins/analyses/classification/potential_feed.hpp"
#include "plugins/analyses/classification/quantities.hpp"
#include "plugins/analyses/shared/statistics/bands.hpp"

namespace v1::analyses {

/// A neuron that gets a figure of its own.
struct SingleNeuron {
  std::uint32_t position = 0;  // in the network
  std::string reason;          // "random neuron of the core", "row 3 of the heat maps", ...
  int index = -1;              // in the population, or -1: a neuron of another one
  bool spikes_shown = false;   // its potential is drawn before and after the removal of spikes
};

/// Traces of such neurons over trials, for means with the standard error over trials.
class SingleNeurons {
 public:
  struct Neuron {
    std::array<std::vector<Moments>, variable_count> traces;     // [bin] over trials
    std::vector<Moments> rate;                                   // [rate block]
    std::vector<std::pair<std::uint32_t, std::int64_t>> spikes;  // trial, step
    std::vector<float> first_raw;                                // potential of the first trial
    std::vector<double> first_corrected;
  };

  /// One trial of the neurons from `begin` on.
  void add_spikes(const Frame& frame, std::size_t begin, std::uint32_t trial,
                  const SpikeTrains& trains);
  /// The potential as it was recorded, [steps][neurons of the block].
  void add_recorded_potential(const Frame& frame, std::size_t begin, std::size_t count,
                              std::uint32_t trial, const float* rows);
  /// A trial of a variable, [steps][neurons of the block], the potential without spikes; variables
  /// come in the order of Variable. The remainder of the currents is formed when the last of them,
  /// the total, is there.
  template <class T>
  void add_state(const Frame& frame, std::size_t begin, std::size_t count, Variable variable,
                 const T* values, bool remainder);
  void merge(const SingleNeurons& from);

  const Neuron& operator[](std::size_t k) const { return neurons_[k]; }
  bool empty() const { return neurons_.empty(); }

 private:
  void make(std::size_t end) {
    if (neurons_.size() < end) neurons_.resize(end);
  }
  std::vector<Neuron> neurons_;                            // by place in the request
  std::array<std::vector<double>, variable_count> trial_;  // binned, of the block and trial
};

}  // namespace v1::analyses
