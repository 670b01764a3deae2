#pragma once
#include <v1e/network.h>

#include <cstddef>
#include <cstdint>
#include <vector>

/// Post-synaptic currents of a network as impulse responses, so that currents can be computed from
/// spikes and weights as the simulation does.
namespace v1::analyses {

/// The current that one unit of input sets off: the sum of its alpha functions. Step 0 is the
/// update that gets the input; the current is first seen after update 1.
class CurrentResponse {
 public:
  struct Part {  // constants of v1e_neuron_type
    double decay_m1, step, increment;
    bool operator==(const Part&) const = default;
  };
  CurrentResponse(std::uint32_t receptor, std::vector<Part> parts);

  std::uint32_t receptor() const { return receptor_; }
  const std::vector<Part>& parts() const { return parts_; }
  /// Sum of the current over the updates 0 ... last [pA steps per unit]; 0 for last < 0.
  double sum_until(std::int64_t last) const {
    if (last < 0) return 0.0;
    const auto at = static_cast<std::size_t>(last);
    return at < cumulative_.size() ? cumulative_[at] : cumulative_.back();
  }
  /// Steps after which what is left is below 1e-6 of the sum.
  std::int64_t length() const { return static_cast<std::int64_t>(cumulative_.size()); }
  /// The current at every step of `input`, starting from rest.
  std::vector<double> filter(const std::vector<double>& input) const;

 private:
  std::uint32_t receptor_;
  std::vector<Part> parts_;
  std::vector<double> cumulative_;
};

/// All different responses and delays of a network. A "channel" is one of their pairs.
class CurrentKernels {
 public:
  CurrentKernels() = default;
  explicit CurrentKernels(const v1e_network& network);

  std::size_t channels() const { return responses_.size() * delays_.size(); }
  /// Channel of synapses of this kind onto neurons of this type.
  std::size_t channel(std::size_t neuron_type, std::uint32_t kind) const {
    return channel_[neuron_type * kinds_ + kind];
  }
  const CurrentResponse& response(std::size_t channel) const {
    return responses_[channel / delays_.size()];
  }
  std::size_t response_index(std::size_t channel) const { return channel / delays_.size(); }
  const std::vector<CurrentResponse>& responses() const { return responses_; }
  std::int64_t delay_steps(std::size_t channel) const { return delays_[channel % delays_.size()]; }
  /// Steps of the past that matter to a current.
  std::int64_t memory_steps() const { return memory_; }

 private:
  std::vector<CurrentResponse> responses_;
  std::vector<std::int64_t> delays_;
  std::vector<std::uint16_t> channel_;  // [type][kind]
  std::size_t kinds_ = 0;
  std::int64_t memory_ = 0;
};

}  // namespace v1::analyses
