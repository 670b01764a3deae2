#pragma once

/// Cheap bounds that decide most draws without an exponential or a logarithm. They only ever
/// decide what the exact comparison would decide too, so the network does not depend on them.
namespace v1::network::generator {

/// Never above e^x, for x >= 0: (1 + x/8 + (x/8)^2/2)^8, with room for rounding.
inline double exp_at_least(double x) {
  const double part = 0.125 * x;
  const double power1 = 1.0 + part + 0.5 * part * part;
  const double power2 = power1 * power1;
  const double power4 = power2 * power2;
  return power4 * power4 * (1.0 - 1e-9);
}

/// Never above 1 - e^-x, for x >= 0.
inline double one_minus_exp_at_least(double x) {
  return (x < 1.0 ? x - 0.5 * x * x : x / (1.0 + x)) * (1.0 - 1e-9);
}

/// Never above -log(u), for 0 < u < 1.
inline double minus_log_at_least(double u) {
  const double rest = 1.0 - u;
  return (rest + 0.5 * rest * rest) * (1.0 - 1e-9);
}

}  // namespace v1::network::generator
