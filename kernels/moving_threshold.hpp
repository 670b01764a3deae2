#pragma once
#include "kernels/glif_step.hpp"
#include "kernels/type_constants.hpp"

/// Neurons whose threshold moves: GLIF2, GLIF4 and GLIF5 (LIF_R, LIF_R_ASC, LIF_R_ASC_A).
///
/// The threshold is theta_inf plus a part that jumps at every spike and decays, plus (GLIF5) a
/// part that follows the potential; after a spike the potential is a fraction of what it was.
/// Teeter et al. 2018 (doi 10.1038/s41467-017-02717-4), in the order of NEST's glif_psc. Types
/// with a fixed threshold never come here, so they pay nothing for it.
namespace v1::kernels {

/// What such a type needs besides its MembraneConstants; names as in v1e_neuron_type.
template <class Real>
struct ThresholdConstants {
  Real spike_decay_m1;
  Real spike_carry;  // factor on the spike part over the refractory period
  Real spike_jump_mv;
  Real reset_fraction;
  Real reset_add_mv;
  Real voltage_decay_m1;  // GLIF5; else 0 like the two gains
  Real voltage_gain_u;
  Real voltage_gain_current;
};

/// Rounds the constants of a v1e_neuron_type to Real.
template <class Real, class NeuronType>
ThresholdConstants<Real> gather_threshold(const NeuronType& type) {
  return {static_cast<Real>(type.theta_spike_decay_m1),
          static_cast<Real>(type.theta_spike_carry),
          static_cast<Real>(type.theta_spike_jump_mv),
          static_cast<Real>(type.reset_fraction),
          static_cast<Real>(type.reset_add_mv),
          static_cast<Real>(type.theta_voltage_decay_m1),
          static_cast<Real>(type.theta_voltage_gain_u),
          static_cast<Real>(type.theta_voltage_gain_current)};
}

/// exact_step for a moving threshold, free of branches like it. theta_spike, theta_voltage: the
/// moving parts [mV], frozen like everything else while the neuron is held.
template <class Real>
V1_HD inline std::int32_t exact_step_moving_threshold(const MembraneConstants<Real>& c,
                                                      const ThresholdConstants<Real>& t,
                                                      Real drive_mv, Real external_pa, Real& u,
                                                      Real& asc0, Real& asc1, Real& theta_spike,
                                                      Real& theta_voltage,
                                                      std::int32_t& refractory) {
  const Real asc_mean = fused(c.asc_mean[1], asc1, c.asc_mean[0] * asc0);
  const Real current = (external_pa + c.constant_current_pa) + asc_mean;
  const Real next_u = fused(c.current_gain, current, fused(c.membrane_decay_m1, u, u)) + drive_mv;
  const Real next_asc0 = settle(fused(c.asc_decay_m1[0], asc0, asc0));
  const Real next_asc1 = settle(fused(c.asc_decay_m1[1], asc1, asc1));
  const Real spike_asc0 = fused(c.asc_carry[0], next_asc0, c.asc_amplitude_pa[0]);
  const Real spike_asc1 = fused(c.asc_carry[1], next_asc1, c.asc_amplitude_pa[1]);
  const Real next_spike = settle(fused(t.spike_decay_m1, theta_spike, theta_spike));
  const Real decayed = fused(t.voltage_decay_m1, theta_voltage, theta_voltage);
  const Real next_voltage =
      settle(fused(t.voltage_gain_current, current, fused(t.voltage_gain_u, u, decayed)));
  const Real jumped = fused(t.spike_carry, next_spike, t.spike_jump_mv);
  const Real reset_u = fused(t.reset_fraction, u, t.reset_add_mv);
  const bool above = next_u > (next_spike + next_voltage) + c.threshold_mv;
  const bool held = refractory != 0;
  const Real free_u = above ? reset_u : settle(next_u);
  const Real free_asc0 = above ? spike_asc0 : next_asc0;
  const Real free_asc1 = above ? spike_asc1 : next_asc1;
  const Real free_spike_part = above ? jumped : next_spike;
  const std::int32_t free_refractory = above ? c.refractory_steps : 0;
  const std::int32_t free_spike = above ? 1 : 0;
  u = held ? u : free_u;
  asc0 = held ? asc0 : free_asc0;
  asc1 = held ? asc1 : free_asc1;
  theta_spike = held ? theta_spike : free_spike_part;
  theta_voltage = held ? theta_voltage : next_voltage;
  refractory = held ? refractory - 1 : free_refractory;
  return held ? 0 : free_spike;
}

}  // namespace v1::kernels
