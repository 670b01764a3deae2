#pragma once
#include <cmath>
#include <cstdint>
#include <limits>

#include "kernels/portable.hpp"

/// Exponential and logarithm family; see portable_math.hpp.
namespace v1::kernels {

namespace detail {

inline constexpr double ln2_high = 0x1.62e42fee00000p-1;  // 32 bits: k * ln2_high is exact
inline constexpr double ln2_low = 0x1.a39ef35793c76p-33;
inline constexpr double ln2_inverse = 1.4426950408889634;

V1_HD constexpr double infinity() { return std::numeric_limits<double>::infinity(); }
V1_HD constexpr double not_a_number() { return std::numeric_limits<double>::quiet_NaN(); }

/// c[0] + c[1] x + ... + c[N-1] x^(N-1) by Horner's rule.
template <int N>
V1_HD inline double horner(const double (&c)[N], double x) {
  double sum = c[N - 1];
  for (int i = N - 2; i >= 0; --i) sum = sum * x + c[i];
  return sum;
}

/// 2^k for -1022 <= k <= 1023.
V1_HD inline double power_of_two(int k) {
  return bits_of<double>(static_cast<std::uint64_t>(k + 1023) << 52);
}

/// x * 2^k for any k that exp can ask for; rounds once on the way to a subnormal.
V1_HD inline double scale(double x, int k) {
  if (k > 1023) return x * 0x1p1023 * power_of_two(k - 1023);
  if (k < -1022) return x * power_of_two(k + 200) * 0x1p-200;
  return x * power_of_two(k);
}

/// x = k ln 2 + high - low with |high - low| <= 0.35.
struct ReducedExponent {
  int k;
  double high, low;
};

V1_HD inline ReducedExponent reduce_exponent(double x) {
  const int k = static_cast<int>(x * ln2_inverse + (x < 0 ? -0.5 : 0.5));
  return {k, x - k * ln2_high, k * ln2_low};
}

/// exp(r) - 1 - r for |r| <= 0.35: the Taylor series, whose 15th term is below 2^-58 of the sum.
V1_HD inline double exp_tail(double r) {
  const double c[] = {1.0 / 2,
                      1.0 / 6,
                      1.0 / 24,
                      1.0 / 120,
                      1.0 / 720,
                      1.0 / 5040,
                      1.0 / 40320,
                      1.0 / 362880,
                      1.0 / 3628800,
                      1.0 / 39916800,
                      1.0 / 479001600,
                      1.0 / 6227020800.0,
                      1.0 / 87178291200.0};
  return r * r * horner(c, r);
}

/// A double split into mantissa in [sqrt(1/2), sqrt(2)) and exponent; x positive and finite.
struct SplitLog {
  double f;  // mantissa - 1, exact
  int k;
};

V1_HD inline SplitLog split_log(double x) {
  int k = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    k = -54;
  }
  const std::uint64_t bits = bits_of<std::uint64_t>(x);
  k += static_cast<int>(bits >> 52) - 1023;
  double mantissa = bits_of<double>((bits & 0x000FFFFFFFFFFFFFull) | 0x3FF0000000000000ull);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    ++k;
  }
  return {mantissa - 1.0, k};
}

/// (2 atanh(s) - 2 s) / s for z = s^2, |s| <= 0.172.
V1_HD inline double atanh_tail(double z) {
  const double c[] = {2.0 / 3,  2.0 / 5,  2.0 / 7,  2.0 / 9,  2.0 / 11, 2.0 / 13,
                      2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23};
  return z * horner(c, z);
}

/// log(1 + f) + k ln 2 + extra for the pieces of a reduced argument.
V1_HD inline double log_from(double f, int k, double extra) {
  const double s = f / (2.0 + f);
  const double half_square = 0.5 * f * f;
  const double r = s * (half_square + atanh_tail(s * s)) + (k * ln2_low + extra);
  return k * ln2_high - ((half_square - r) - f);
}

/// high + low with |low| <= half an ulp of high.
struct DoublePair {
  double high, low;
};

V1_HD inline DoublePair exact_sum(double a, double b) {
  const double sum = a + b;
  const double b_part = sum - a;
  return {sum, (a - (sum - b_part)) + (b - b_part)};
}

}  // namespace detail

V1_HD inline double portable_sqrt(double x) { return sqrt(x); }  // correctly rounded by IEEE 754

/// e^x; 0 below -745.2, infinity above 709.8.
V1_HD inline double portable_exp(double x) {
  if (x != x) return x;
  if (x > 709.79) return detail::infinity();
  if (x < -745.2) return 0.0;
  const detail::ReducedExponent part = detail::reduce_exponent(x);
  const double r = part.high - part.low;
  const double lost = (part.high - r) - part.low;
  const double tail = detail::exp_tail(r);
  return detail::scale(1.0 + (r + (tail + lost * (1.0 + r))), part.k);
}

/// e^x - 1 without cancellation near 0.
V1_HD inline double portable_expm1(double x) {
  if (x != x) return x;
  if (x > 709.79) return detail::infinity();
  if (x < -45.0) return -1.0;
  if (x > -0.35 && x < 0.35) return x + detail::exp_tail(x);
  const detail::ReducedExponent part = detail::reduce_exponent(x);
  if (part.k > 54) return portable_exp(x) - 1.0;
  const double r = part.high - part.low;
  const double lost = (part.high - r) - part.low;
  const double tail = detail::exp_tail(r) + lost * (1.0 + r);
  // 2^k (r + tail + 1 - 2^-k): the constant is exact, the small terms are added first.
  const double constant = 1.0 - detail::scale(1.0, -part.k);
  const detail::DoublePair sum = detail::exact_sum(constant, r);
  return detail::scale(sum.high + (sum.low + tail), part.k);
}

/// Natural logarithm; -infinity at 0, NaN below.
V1_HD inline double portable_log(double x) {
  if (x != x || x == detail::infinity()) return x;
  if (x == 0.0) return -detail::infinity();
  if (x < 0.0) return detail::not_a_number();
  const detail::SplitLog split = detail::split_log(x);
  return detail::log_from(split.f, split.k, 0.0);
}

/// log(1 + x) without cancellation near 0.
V1_HD inline double portable_log1p(double x) {
  if (x != x || x == detail::infinity()) return x;
  if (x == -1.0) return -detail::infinity();
  if (x < -1.0) return detail::not_a_number();
  if (x > -0x1p-54 && x < 0x1p-54) return x;
  if (x > -0.2928 && x < 0.4142) return detail::log_from(x, 0, 0.0);
  const double sum = 1.0 + x;
  const double lost = x > 1.0 ? 1.0 - (sum - x) : x - (sum - 1.0);
  const detail::SplitLog split = detail::split_log(sum);
  return detail::log_from(split.f, split.k, lost / sum);
}

}  // namespace v1::kernels
