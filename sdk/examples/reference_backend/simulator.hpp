#pragma once
#include <v1e/backend.h>

#include <cstdint>
#include <span>
#include <string>
#include <v1e_sdk/backend.hpp>
#include <v1e_sdk/synapse.hpp>
#include <vector>

#include "inputs.hpp"
#include "kernels/glif_step.hpp"
#include "kernels/half.hpp"
#include "kernels/moving_threshold.hpp"
#include "lane.hpp"

/// The step of the network, neuron after neuron, in the order that v1e/network.h and
/// kernels/glif_step.hpp define. Nothing here is fast; everything is meant to be read.
namespace reference {

/// Current class (V1E_CURRENT_*) of a recorded variable, or -1.
inline int class_of(const std::string& variable) {
  if (variable == "recurrent_current") return V1E_CURRENT_RECURRENT;
  if (variable == "bottom_up_current") return V1E_CURRENT_BOTTOM_UP;
  if (variable == "background_current") return V1E_CURRENT_BACKGROUND;
  if (variable == "v" || variable == "input_current" || variable == "asc_current") return -1;
  throw v1e::Error(V1E_E_UNSUPPORTED, "", "there is no variable '" + variable + "'");
}

struct Probe {
  std::string variable;
  std::int64_t every_steps;
  v1e_dtype dtype;
  std::vector<std::uint32_t> neurons;
};

struct Pulse {
  std::int64_t step_begin, step_end;
  std::vector<std::uint32_t> neurons;
  std::vector<float> amplitude_pa;
};

/// Real: type of the neurons' state, float or double.
template <class Real>
class Simulator {
 public:
  explicit Simulator(const v1e_backend_env& env);

  void bind_rates(std::uint32_t block, std::uint32_t condition, const v1e_rates& rates) {
    inputs_.bind(block, condition, rates, steps_per_trial_);
  }
  void bind_pulses(std::uint32_t condition, std::span<const v1e_pulse* const> pulses);
  void begin_trial(std::uint32_t lane, std::uint32_t trial, std::uint32_t condition,
                   std::uint32_t mode);
  void inject_spikes(const v1e_spikes& spikes);
  v1e_ticket advance(std::int64_t steps);
  void wait(v1e_ticket ticket) const { output_of(ticket, 0); }
  void drain_spikes(v1e_ticket ticket, v1e_spikes& out) const;
  v1e_const_array drain_probe(v1e_ticket ticket, std::uint32_t lane, std::uint32_t probe,
                              std::int64_t& first_step) const;
  double read_state(std::uint32_t lane, const std::string& variable, std::int64_t neuron) const;
  std::uint64_t counter(const std::string& name) const;
  void save(std::uint32_t lane, const v1e::StateWriter& writer) const;
  void load(std::uint32_t lane, const v1e::StateReader& reader);

 private:
  using LaneType = Lane<Real>;

  void reset(LaneType& lane) const;
  void step(LaneType& lane, Output& output, std::int64_t k);
  void deliver(LaneType& lane, std::uint32_t block, std::uint32_t source, std::uint32_t count);
  void step_currents(LaneType& lane, std::size_t neuron, Real& drive);
  bool step_neuron(LaneType& lane, std::size_t neuron);
  void write_pulses(LaneType& lane) const;
  void sample(const LaneType& lane, Output& output);
  double value_of(const LaneType& lane, const std::string& variable, std::size_t neuron) const;
  void check_finite(const LaneType& lane, std::size_t neuron) const;
  const LaneType& lane_at(std::uint32_t lane) const;
  LaneType& lane_at(std::uint32_t lane) {
    return const_cast<LaneType&>(static_cast<const Simulator&>(*this).lane_at(lane));
  }
  const Output& output_of(v1e_ticket ticket, std::uint32_t lane) const;

  // Index into a lane's ring.
  std::size_t at_ring(std::uint32_t current_class, std::uint32_t slot, std::uint32_t receptor,
                      std::size_t neuron) const {
    return ((std::size_t{current_class} * slots_ + slot) * receptors_ + receptor) * neurons_ +
           neuron;
  }
  bool is_input(std::uint32_t block) const {
    return network_.blocks[block]->source_kind != V1E_SOURCE_NEURONS;
  }
  bool drawn(std::uint32_t block) const {
    return is_input(block) && network_.blocks[block]->source_kind != V1E_SOURCE_EVENTS;
  }
  bool exact() const { return scheme_ == V1E_SCHEME_EXACT; }
  // Of GLIF2, GLIF4 and GLIF5.
  bool threshold_moves(std::size_t neuron) const {
    return (network_.types[network_.neuron_type[neuron]]->flags & V1E_TYPE_MOVING_THRESHOLD) != 0;
  }

  const v1e_network& network_;
  std::uint32_t scheme_, reset_rule_;
  std::int64_t steps_per_trial_, max_advance_steps_;
  std::size_t neurons_;
  std::uint32_t receptors_, slots_, psc_count_ = 0;
  bool by_class_ = false;          // input is summed by current class
  bool recorded_[3] = {};          // classes with currents of their own
  bool moving_threshold_ = false;  // of any type
  std::vector<std::uint8_t> drained_;
  std::vector<v1::kernels::TypeConstants<Real>> types_;
  std::vector<v1::kernels::ThresholdConstants<Real>> thresholds_;  // by type
  std::vector<Probe> probes_;
  std::vector<std::vector<Pulse>> pulses_;  // by condition
  Inputs inputs_;
  std::vector<LaneType> lanes_;
  v1e_ticket last_ticket_ = 0;
  bool broken_ = false;  // an advance failed: the state is not defined
  std::uint64_t synaptic_events_ = 0, spikes_ = 0, saturated_ = 0;
};

}  // namespace reference

#include "simulator_observe.hpp"  // IWYU pragma: export
#include "simulator_step.hpp"     // IWYU pragma: export
