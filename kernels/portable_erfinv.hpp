#pragma once
#include "kernels/portable_exp_log.hpp"

/// Inverse error function; see portable_math.hpp.
namespace v1::kernels {

/// Inverse of erf on (-1, 1); infinite at the ends, NaN outside. Relative error below 2e-15.
/// erfinv(x) / x is a smooth function of w = -log(1 - x^2) (M. Giles, Approximating the erfinv
/// function, GPU Computing Gems 2, 2011). The polynomials interpolate it in Chebyshev nodes of
/// w in [0, 6.25] and of sqrt(w) in [2.5, 4] and [4, 6.125]; computed with 60 digits.
V1_HD inline double portable_erfinv(double x) {
  const double middle[] = {1.6536545626831027,      0.7504943200799635,     -0.05892256710377784,
                           -0.022604447453449802,   0.017808361818295655,   -0.00413731437741443,
                           -0.0012716922684373015,  0.0012324855686812834,  -0.0002643936684366174,
                           -0.0001168888399309713,  9.33673917780479e-05,   -1.5027710420277575e-05,
                           -1.1257319182677936e-05, 7.1300572630824496e-06, -6.83718721812117e-07,
                           -1.059321402540731e-06,  5.394320648707009e-07,  -1.0185147576818285e-08,
                           -9.867713140174249e-08,  3.915473114023045e-08,  4.792369996100387e-09,
                           -8.562787796742932e-09,  1.5401738716654886e-09, 7.689312733742569e-10,
                           -2.7032254091069344e-10};
  const double outer[] = {3.0838856104922208,      0.7539442257706239,      0.003021139436374687,
                          -0.0015825410894023445,  0.0007883078513080825,   -0.0004006356984600362,
                          0.00016966502194523157,  -4.7391826268505975e-05, 2.4058651068356814e-06,
                          5.127311113552116e-06,   -2.664795494388795e-06,  5.264806395414446e-07,
                          9.289880428980632e-08,   -9.472721055891026e-08,  2.638787731411147e-08,
                          -3.203577432768853e-10,  -2.4460309532929973e-09, 9.50582156482861e-10,
                          -1.2945832287743332e-10, -4.7634358429893096e-11, 2.9501980492819456e-11,
                          -3.2448030094062037e-12, -9.826481903561458e-13};
  const double far[] = {4.913049587233785,       1.073423220166284,       -0.0002001588727109044,
                        -0.00023602855409846467, 8.933962951538415e-05,   -2.4458702174448735e-05,
                        5.920810831908112e-06,   -1.3562452539236187e-06, 3.176663140913509e-07,
                        -9.024546489388394e-08,  3.7304232880954045e-08,  -2.0207188217773717e-08,
                        1.1141501229808439e-08,  -5.386008165868765e-09,  2.306361135850383e-09,
                        -9.272103373894921e-10,  2.0645883302713628e-10,  7.300794998027881e-11,
                        -4.284246239790874e-11};
  if (!(x >= -1.0 && x <= 1.0)) return detail::not_a_number();
  if (x == 1.0 || x == -1.0) return x * detail::infinity();
  const double w = x * x < 0.5 ? -portable_log1p(-x * x) : -portable_log((1.0 - x) * (1.0 + x));
  if (w < 6.25) return x * detail::horner(middle, (w - 3.125) / 3.125);
  const double root = portable_sqrt(w);
  if (root < 4.0) return x * detail::horner(outer, (root - 3.25) / 0.75);
  return x * detail::horner(far, (root - 5.0625) / 1.0625);
}

/// Standard normal number for a uniform one in (0, 1).
V1_HD inline double portable_normal(double uniform) {
  return 1.4142135623730951 * portable_erfinv(2.0 * uniform - 1.0);
}

}  // namespace v1::kernels
