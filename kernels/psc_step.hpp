#pragma once
#include "kernels/type_constants.hpp"

/// Alpha-shaped post-synaptic currents (y1, y2); y2 is the current in pA.
///
/// The order of the operations below is part of the results: every exact backend calls these
/// functions, for p = 0, 1, ... in turn, drive first and then the step.
namespace v1::kernels {

/// A decaying quantity below 2^-100 is set to exactly 0, everywhere alike: it is far beyond any
/// effect, and a quiet neuron would otherwise end in slow subnormal numbers.
template <class Real>
V1_HD inline Real settle(Real x) {
  return magnitude(x) < static_cast<Real>(0x1p-100) ? Real(0) : x;
}

/// Adds the exact response of the potential over one step to the currents at its start [mV].
template <class Real>
V1_HD inline Real exact_drive(Real drive, Real gain_y1, Real gain_y2, Real y1, Real y2) {
  return fused(gain_y2, y2, fused(gain_y1, y1, drive));
}

/// One step of a current; input: sum of the events of this step in integer units.
template <class Real>
V1_HD inline void psc_step(Real decay_m1, Real step, Real increment, Real input, Real& y1,
                           Real& y2) {
  const Real old_y1 = y1;
  y2 = settle(fused(step, old_y1, fused(decay_m1, y2, y2)));
  y1 = settle(fused(increment, input, fused(decay_m1, old_y1, old_y1)));
}

}  // namespace v1::kernels
