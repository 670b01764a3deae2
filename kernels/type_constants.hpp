#pragma once
#include <cmath>
#include <cstdint>
#include <limits>

#include "kernels/portable.hpp"

namespace v1::kernels {

/// Most post-synaptic currents of a node type (double alpha: two per receptor).
inline constexpr std::uint32_t max_psc_count = 32;

/// What a step of scheme "exact" reads of a node type for its membrane and after-spike currents.
/// Potentials are relative to e_l; names and equations as in v1e_neuron_type.
template <class Real>
struct MembraneConstants {
  Real threshold_mv;  // a spike is U > threshold_mv, always strict
  Real reset_mv;
  Real membrane_decay_m1;
  Real current_gain;
  Real constant_current_pa;
  Real asc_decay_m1[2];
  Real asc_mean[2];
  Real asc_amplitude_pa[2];
  Real asc_carry[2];
  std::int32_t refractory_steps;
};

/// Constants of one node type in the precision of the state; as above. Plain data: may be copied
/// to a device.
template <class Real>
struct TypeConstants : MembraneConstants<Real> {
  double e_l_mv;
  Real initial_mv;
  Real soft_reset_mv;  // added after a spike by the soft reset of billeh-tf: reset - threshold
  Real delta_gain;     // mV per integer unit of input to receptor 0
  float refractory_ms;
  float dt_ms;
  std::uint32_t psc_count;
  std::uint32_t psc_receptor[max_psc_count];
  Real psc_decay_m1[max_psc_count];
  Real psc_step[max_psc_count];
  Real psc_increment[max_psc_count];  // per integer unit of input
  Real gain_y1[max_psc_count];
  Real gain_y2[max_psc_count];
};

/// Rounds the constants of a v1e_neuron_type to Real. weight_exponent: of each receptor, so that
/// an input sum w counts w 2^-exponent (exact: a power of two). spikes_at_threshold: the type
/// tests U >= threshold, served by the next smaller Real. Needs psc_count <= max_psc_count.
template <class Real, class NeuronType>
TypeConstants<Real> gather_constants(const NeuronType& type, const std::int32_t* weight_exponent,
                                     double dt_ms, bool spikes_at_threshold) {
  TypeConstants<Real> c{};
  c.e_l_mv = type.e_l_mv;
  c.threshold_mv = static_cast<Real>(type.threshold_mv);
  if (spikes_at_threshold) {
    c.threshold_mv = std::nextafter(c.threshold_mv, -std::numeric_limits<Real>::infinity());
  }
  c.reset_mv = static_cast<Real>(type.reset_mv);
  c.initial_mv = static_cast<Real>(type.initial_mv);
  c.soft_reset_mv = static_cast<Real>(type.reset_mv - type.threshold_mv);
  c.membrane_decay_m1 = static_cast<Real>(type.membrane_decay_m1);
  c.current_gain = static_cast<Real>(type.current_gain);
  c.constant_current_pa = static_cast<Real>(type.constant_current_pa);
  if (type.delta_gain != 0.0) {
    c.delta_gain = static_cast<Real>(std::ldexp(type.delta_gain, -weight_exponent[0]));
  }
  for (int j = 0; j < 2; ++j) {
    c.asc_decay_m1[j] = static_cast<Real>(type.asc_decay_m1[j]);
    c.asc_mean[j] = static_cast<Real>(type.asc_mean[j]);
    c.asc_amplitude_pa[j] = static_cast<Real>(type.asc_amplitude_pa[j]);
    c.asc_carry[j] = static_cast<Real>(type.asc_carry[j]);
  }
  c.refractory_steps = type.refractory_steps;
  c.refractory_ms = static_cast<float>(type.refractory_ms);
  c.dt_ms = static_cast<float>(dt_ms);
  c.psc_count = type.psc_count;
  for (std::uint32_t p = 0; p < type.psc_count; ++p) {
    const std::uint32_t receptor = type.psc_receptor[p];
    c.psc_receptor[p] = receptor;
    c.psc_decay_m1[p] = static_cast<Real>(type.psc_decay_m1[p]);
    c.psc_step[p] = static_cast<Real>(type.psc_step[p]);
    c.psc_increment[p] =
        static_cast<Real>(std::ldexp(type.psc_increment[p], -weight_exponent[receptor]));
    c.gain_y1[p] = static_cast<Real>(type.gain_y1[p]);
    c.gain_y2[p] = static_cast<Real>(type.gain_y2[p]);
  }
  return c;
}

}  // namespace v1::kernels
