#pragma once

namespace v1::analysis {

/// Rheobase in pA as the classification of Galvan Fraile et al. (2024) defines it: the smallest
/// current out of 10, 10.01, 10.02, ... pA that takes a passive membrane from rest above
/// threshold within 1000 forward-Euler steps of 1 ms. NaN where no current up to 10^5 pA does.
double rheobase_pa(double c_m_pf, double g_ns, double e_l_mv, double v_th_mv);

}  // namespace v1::analysis
