#pragma once
#include "kernels/portable_exp_log.hpp"

/// Trigonometric functions; see portable_math.hpp. Angles in radians.
namespace v1::kernels {

namespace detail {

/// x = quadrant pi/2 + high + low, |high| <= pi/4 (1 + 2^-30).
struct ReducedAngle {
  double high, low;
  int quadrant;
};

/// Largest angle that the three-part pi/2 below reduces without loss.
inline constexpr double largest_angle = 0x1p20;

V1_HD inline ReducedAngle reduce_angle(double x) {
  const double half_pi_1 = 0x1.921fb54400000p+0;  // 33 bits each: products with k are exact
  const double half_pi_2 = 0x1.0b4611a600000p-34;
  const double half_pi_3 = 0x1.3198a2e000000p-69;
  const double half_pi_4 = 0x1.b839a252049c1p-104;
  const int k = static_cast<int>(x * 0.6366197723675814 + (x < 0 ? -0.5 : 0.5));
  const DoublePair a = exact_sum(x - k * half_pi_1, -(k * half_pi_2));
  const DoublePair b = exact_sum(a.high, -(k * half_pi_3));
  const double low = (a.low + b.low) - k * half_pi_4;
  const DoublePair r = exact_sum(b.high, low);
  return {r.high, r.low, k & 3};
}

/// sin(x + low), |x| <= 0.79: Taylor series to x^17.
V1_HD inline double sin_series(double x, double low) {
  const double c[] = {-1.0 / 6,
                      1.0 / 120,
                      -1.0 / 5040,
                      1.0 / 362880,
                      -1.0 / 39916800,
                      1.0 / 6227020800.0,
                      -1.0 / 1307674368000.0,
                      1.0 / 355687428096000.0};
  const double z = x * x;
  return x + (x * z * horner(c, z) + low * (1.0 - 0.5 * z));
}

/// cos(x + low), |x| <= 0.79: Taylor series to x^18.
V1_HD inline double cos_series(double x, double low) {
  const double c[] = {1.0 / 24,
                      -1.0 / 720,
                      1.0 / 40320,
                      -1.0 / 3628800,
                      1.0 / 479001600,
                      -1.0 / 87178291200.0,
                      1.0 / 20922789888000.0,
                      -1.0 / 6402373705728000.0};
  const double z = x * x;
  const double half = 0.5 * z;
  const double leading = 1.0 - half;
  return leading + (((1.0 - leading) - half) + (z * z * horner(c, z) - x * low));
}

}  // namespace detail

/// sin(x) for |x| <= 2^20; NaN beyond, where the reduction would lose bits.
V1_HD inline double portable_sin(double x) {
  if (!(x >= -detail::largest_angle && x <= detail::largest_angle)) return detail::not_a_number();
  const detail::ReducedAngle angle = detail::reduce_angle(x);
  const double value = (angle.quadrant & 1) ? detail::cos_series(angle.high, angle.low)
                                            : detail::sin_series(angle.high, angle.low);
  return (angle.quadrant & 2) ? -value : value;
}

/// cos(x) for |x| <= 2^20; NaN beyond.
V1_HD inline double portable_cos(double x) {
  if (!(x >= -detail::largest_angle && x <= detail::largest_angle)) return detail::not_a_number();
  const detail::ReducedAngle angle = detail::reduce_angle(x);
  const double value = (angle.quadrant & 1) ? detail::sin_series(angle.high, angle.low)
                                            : detail::cos_series(angle.high, angle.low);
  return (angle.quadrant == 1 || angle.quadrant == 2) ? -value : value;
}

/// tan(x) for |x| <= 2^20; NaN beyond.
V1_HD inline double portable_tan(double x) {
  if (!(x >= -detail::largest_angle && x <= detail::largest_angle)) return detail::not_a_number();
  const detail::ReducedAngle angle = detail::reduce_angle(x);
  const double sine = detail::sin_series(angle.high, angle.low);
  const double cosine = detail::cos_series(angle.high, angle.low);
  return (angle.quadrant & 1) ? -(cosine / sine) : sine / cosine;
}

/// Arc tangent, in [-pi/2, pi/2].
V1_HD inline double portable_atan(double x) {
  if (x != x) return x;
  // atan(k / 8) = high + low.
  const double high[] = {0.0,
                         0.12435499454676144,
                         0.24497866312686414,
                         0.35877067027057225,
                         0.4636476090008061,
                         0.5585993153435624,
                         0.6435011087932844,
                         0.7188299996216245,
                         0.7853981633974483};
  const double low[] = {0.0,
                        -3.1253241424539383e-18,
                        1.0698755618734451e-17,
                        -2.4623815582638635e-17,
                        2.2698777452961687e-17,
                        -5.4556305485916264e-18,
                        1.5834785051444286e-17,
                        -2.1478388444456983e-17,
                        3.061616997868383e-17};
  const double c[] = {-1.0 / 3, 1.0 / 5, -1.0 / 7, 1.0 / 9, -1.0 / 11, 1.0 / 13, -1.0 / 15};
  const double size = x < 0 ? -x : x;
  const bool inverted = size > 1.0;
  // tan(a - b) = (tan a - tan b) / (1 + tan a tan b), for |x| > 1 multiplied through by |x|.
  const double q = inverted ? 1.0 : size, p = inverted ? size : 1.0;
  const int k = static_cast<int>((q / p) * 8.0 + 0.5);
  const double slope = k * 0.125;
  const double t = p > 0x1p60 ? 1.0 / p : (q - slope * p) / (p + slope * q);
  const double z = t * t;
  double value = high[k] + (t + (t * z * detail::horner(c, z) + low[k]));
  if (inverted) value = 0x1.921fb54442d18p+0 - (value - 0x1.1a62633145c07p-54);
  return x < 0 ? -value : value;
}

}  // namespace v1::kernels
