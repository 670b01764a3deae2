#pragma once
#include "kernels/psc_step.hpp"
#include "kernels/type_constants.hpp"

/// One step of the membrane, the after-spike currents and the refractory state.
///
/// Free of branches, so that compilers vectorise loops over neurons of one type. The order of the
/// operations is part of the results: every exact backend calls these functions.
namespace v1::kernels {

/// Scheme "exact" in the order of NEST's glif_psc; also iaf_psc_alpha and iaf_psc_delta, whose
/// constants make the unused parts vanish.
/// drive_mv: response to the post-synaptic currents at the start of the step (exact_drive over
/// all currents), or delta_gain x input for delta synapses. external_pa: current held over the
/// step, i.e. the one read at the end of the step before. refractory: steps still to be held.
/// Returns 1 when the neuron spikes.
template <class Real>
V1_HD inline std::int32_t exact_step(const MembraneConstants<Real>& c, Real drive_mv,
                                     Real external_pa, Real& u, Real& asc0, Real& asc1,
                                     std::int32_t& refractory) {
  const Real asc_mean = fused(c.asc_mean[1], asc1, c.asc_mean[0] * asc0);
  const Real current = (external_pa + c.constant_current_pa) + asc_mean;
  const Real next_u = fused(c.current_gain, current, fused(c.membrane_decay_m1, u, u)) + drive_mv;
  const Real next_asc0 = settle(fused(c.asc_decay_m1[0], asc0, asc0));
  const Real next_asc1 = settle(fused(c.asc_decay_m1[1], asc1, asc1));
  const Real spike_asc0 = fused(c.asc_carry[0], next_asc0, c.asc_amplitude_pa[0]);
  const Real spike_asc1 = fused(c.asc_carry[1], next_asc1, c.asc_amplitude_pa[1]);
  const bool above = next_u > c.threshold_mv;
  const bool held = refractory != 0;
  const Real free_u = above ? c.reset_mv : settle(next_u);
  const Real free_asc0 = above ? spike_asc0 : next_asc0;
  const Real free_asc1 = above ? spike_asc1 : next_asc1;
  const std::int32_t free_refractory = above ? c.refractory_steps : 0;
  const std::int32_t free_spike = above ? 1 : 0;
  u = held ? u : free_u;
  asc0 = held ? asc0 : free_asc0;
  asc1 = held ? asc1 : free_asc1;
  refractory = held ? refractory - 1 : free_refractory;
  return held ? 0 : free_spike;
}

/// Scheme "billeh-tf": the update of the published TensorFlow model. Currents at the start of the
/// step are held over it; a spike of the last step (spiked) acts now. refractory_ms counts down in
/// float at either precision, as the model does.
/// psc_pa: sum of y2 at the start of the step, p = 0, 1, ... added in turn.
template <class Real, bool soft_reset>
V1_HD inline std::int32_t billeh_tf_step(const TypeConstants<Real>& c, Real psc_pa,
                                         Real external_pa, Real& u, Real& asc0, Real& asc1,
                                         float& refractory_ms, std::int32_t spiked) {
  const bool just_spiked = spiked != 0;
  const float longer = refractory_ms + c.refractory_ms;
  const float restarted = just_spiked ? longer : refractory_ms;
  const float left = restarted - c.dt_ms;
  const float next_refractory = left > 0.0f ? left : 0.0f;
  const Real current = (psc_pa + (asc0 + asc1)) + (external_pa + c.constant_current_pa);
  const Real free_u = fused(c.current_gain, current, fused(c.membrane_decay_m1, u, u));
  const bool held = next_refractory > 0.0f;
  Real next_u;
  if constexpr (soft_reset) {
    const Real lowered = free_u + c.soft_reset_mv;
    next_u = just_spiked ? lowered : free_u;
  } else {
    next_u = held ? c.reset_mv : free_u;
  }
  const Real next_asc0 = settle(fused(c.asc_decay_m1[0], asc0, asc0));
  const Real next_asc1 = settle(fused(c.asc_decay_m1[1], asc1, asc1));
  const Real spike_asc0 = next_asc0 + c.asc_amplitude_pa[0];
  const Real spike_asc1 = next_asc1 + c.asc_amplitude_pa[1];
  asc0 = just_spiked ? spike_asc0 : next_asc0;
  asc1 = just_spiked ? spike_asc1 : next_asc1;
  refractory_ms = next_refractory;
  u = settle(next_u);
  const std::int32_t above = next_u > c.threshold_mv ? 1 : 0;
  return held ? 0 : above;
}

/// After-spike current that acts in the coming step, as recorded [pA]: while the exact scheme
/// holds a neuron its frozen current does not act and counts as 0.
template <class Real>
V1_HD inline Real acting_asc(Real asc0, Real asc1, bool held) {
  return held ? Real(0) : asc0 + asc1;
}

}  // namespace v1::kernels
