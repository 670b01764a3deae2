#pragma once
#include <vector>

#include "engine/config/run_config.hpp"
#include "engine/network/network.hpp"
#include "plugin_api/include/v1e/network.h"

namespace v1::simulate {

/// One node type finished for a step size: owner of a v1e_neuron_type and its arrays.
class Propagators {
 public:
  /// exact: NEST's exact integration (Rotter & Diesmann 1999; glif_psc, iaf_psc_alpha,
  /// iaf_psc_delta). billeh_tf: the update of the published TensorFlow model, in which synaptic
  /// and after-spike currents at the start of a step are held over it.
  /// Throws Error(config) when the scheme cannot serve the model.
  Propagators(const network::NodeType& type, double dt_ms, config::Scheme scheme);

  const v1e_neuron_type& view() const { return view_; }

  Propagators(const Propagators&) = delete;
  Propagators& operator=(const Propagators&) = delete;

 private:
  void add_alpha_current(const network::NodeType& type, double dt_ms, config::Scheme scheme,
                         std::uint32_t receptor, double tau_syn_ms, double amplitude);
  void finish_views();

  v1e_neuron_type view_{};
  std::vector<std::uint32_t> psc_receptor_;
  std::vector<double> psc_decay_m1_, psc_step_, psc_increment_, gain_y1_, gain_y2_;
};

/// Steps for which a potential is held after a spike in scheme exact: the refractory period on
/// the grid of 0.001 ms, rounded up to whole steps.
std::int32_t refractory_steps(double t_ref_ms, double dt_ms);

/// Delay in steps of a synapse. exact: rounded half up, at least one step between neurons (throws
/// Error(config) when shorter), at most 65535 (the same error). billeh_tf: clipped to
/// [dt, max_delay_ms], rounded half to even; inputs from outside act at once (0).
std::uint32_t delay_steps(double delay_ms, double dt_ms, config::Scheme scheme, bool from_neurons,
                          double max_delay_ms);

/// billeh_tf: longest delay that is kept, from the longest delay between neurons.
double longest_kept_delay(double longest_delay_ms);

}  // namespace v1::simulate
