#include "kernels/portable_math.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <random>

namespace v1::kernels {
namespace {

constexpr unsigned seed = 20240611;
constexpr int point_count = 60000;

/// Distance from the reference in units in the last place of the reference.
double error_ulp(double value, long double reference) {
  const double nearest = static_cast<double>(reference);
  if (nearest == 0.0) return value == 0.0 ? 0.0 : 1e9;
  const double ulp =
      std::max(std::nextafter(std::abs(nearest), INFINITY) - std::abs(nearest), 0x1p-1074);
  return static_cast<double>(std::abs((static_cast<long double>(value) - reference) / ulp));
}

/// Largest error of `function` over points made by `draw`; the reference is long double libm.
template <class Function, class Reference, class Draw>
double worst_error(Function function, Reference reference, Draw draw) {
  std::mt19937_64 random(seed);
  double worst = 0.0, at = 0.0;
  for (int i = 0; i < point_count; ++i) {
    const double x = draw(random);
    const double error = error_ulp(function(x), reference(static_cast<long double>(x)));
    if (!(error <= worst)) {
      worst = error;
      at = x;
    }
  }
  std::printf("worst error %.3f ulp at %a (seed %u)\n", worst, at, seed);
  return worst;
}

auto uniform(double low, double high) {
  return [=](auto& random) { return std::uniform_real_distribution<double>(low, high)(random); };
}

/// Sign and magnitude of any size: 10^uniform(low, high).
auto decades(double low, double high, bool with_sign) {
  return [=](auto& random) {
    const double size = std::pow(10.0, std::uniform_real_distribution<double>(low, high)(random));
    return with_sign && (random() & 1) ? -size : size;
  };
}

TEST(PortableMath, ExpIsWithinOneUlp) {
  const auto reference = [](long double x) { return std::exp(x); };
  EXPECT_LE(worst_error(portable_exp, reference, uniform(-1, 1)), 1.0);
  EXPECT_LE(worst_error(portable_exp, reference, uniform(-708, 709)), 1.0);
  EXPECT_LE(worst_error(portable_exp, reference, uniform(-745, -708)), 1.0);
  EXPECT_EQ(portable_exp(0.0), 1.0);
  EXPECT_EQ(portable_exp(710.0), INFINITY);
  EXPECT_EQ(portable_exp(-746.0), 0.0);
  EXPECT_TRUE(std::isnan(portable_exp(NAN)));
}

TEST(PortableMath, Expm1IsWithinTwoUlp) {
  const auto reference = [](long double x) { return std::expm1(x); };
  EXPECT_LE(worst_error(portable_expm1, reference, decades(-18, 0, true)), 2.0);
  EXPECT_LE(worst_error(portable_expm1, reference, uniform(-3, 3)), 2.0);
  EXPECT_LE(worst_error(portable_expm1, reference, uniform(-50, 700)), 2.0);
  EXPECT_EQ(portable_expm1(0.0), 0.0);
}

TEST(PortableMath, LogIsWithinOneUlp) {
  const auto reference = [](long double x) { return std::log(x); };
  EXPECT_LE(worst_error(portable_log, reference, uniform(0.5, 2)), 1.0);
  EXPECT_LE(worst_error(portable_log, reference, decades(-320, 308, false)), 1.0);
  EXPECT_EQ(portable_log(1.0), 0.0);
  EXPECT_EQ(portable_log(0.0), -INFINITY);
  EXPECT_TRUE(std::isnan(portable_log(-1.0)));
}

TEST(PortableMath, Log1pIsWithinTwoUlp) {
  const auto reference = [](long double x) { return std::log1p(x); };
  EXPECT_LE(worst_error(portable_log1p, reference, decades(-20, -1, true)), 2.0);
  EXPECT_LE(worst_error(portable_log1p, reference, uniform(-0.9999, 3)), 2.0);
  EXPECT_LE(worst_error(portable_log1p, reference, decades(-2, 300, false)), 2.0);
  EXPECT_EQ(portable_log1p(-1.0), -INFINITY);
}

TEST(PortableMath, SinAndCosAreWithinOneUlp) {
  const auto sine = [](long double x) { return std::sin(x); };
  const auto cosine = [](long double x) { return std::cos(x); };
  for (const double limit : {0.8, 7.0, 1e3, 1e6}) {
    EXPECT_LE(worst_error(portable_sin, sine, uniform(-limit, limit)), 1.0) << limit;
    EXPECT_LE(worst_error(portable_cos, cosine, uniform(-limit, limit)), 1.0) << limit;
  }
  EXPECT_EQ(portable_sin(0.0), 0.0);
  EXPECT_EQ(portable_cos(0.0), 1.0);
  EXPECT_TRUE(std::isnan(portable_sin(1e9)));
}

TEST(PortableMath, TanIsWithinTwoUlp) {
  const auto reference = [](long double x) { return std::tan(x); };
  EXPECT_LE(worst_error(portable_tan, reference, uniform(-1.57, 1.57)), 2.0);
  EXPECT_LE(worst_error(portable_tan, reference, uniform(-1e5, 1e5)), 2.0);
}

TEST(PortableMath, AtanIsWithinTwoUlp) {
  const auto reference = [](long double x) { return std::atan(x); };
  EXPECT_LE(worst_error(portable_atan, reference, uniform(-2, 2)), 2.0);
  EXPECT_LE(worst_error(portable_atan, reference, decades(-20, 20, true)), 2.0);
  EXPECT_EQ(portable_atan(INFINITY), std::atan(double{INFINITY}));
}

/// Newton's iteration on erf (near 0) or erfc (in the tail), in long double.
long double reference_erfinv(long double x) {
  long double y = portable_erfinv(static_cast<double>(x));
  const long double slope = 2.0L / std::sqrt(std::acos(-1.0L));
  for (int i = 0; i < 4; ++i) {
    const long double miss = std::abs(x) < 0.5L ? std::erf(y) - x
                             : x > 0            ? (1.0L - x) - std::erfc(y)
                                                : std::erfc(-y) - (1.0L + x);
    y -= miss / (slope * std::exp(-y * y));
  }
  return y;
}

TEST(PortableMath, ErfinvIsAccurateToFourteenDigits) {
  std::mt19937_64 random(seed);
  double worst = 0.0;
  for (int i = 0; i < point_count; ++i) {
    double x = 0.0;
    if (i % 3 == 0) x = uniform(-1, 1)(random);
    if (i % 3 == 1) x = decades(-12, -0.01, true)(random);
    if (i % 3 == 2) x = 1.0 - decades(-15.9, -1, false)(random);
    const long double reference = reference_erfinv(x);
    worst = std::max(worst,
                     static_cast<double>(std::abs((portable_erfinv(x) - reference) / reference)));
  }
  std::printf("worst relative error %.2e (seed %u)\n", worst, seed);
  EXPECT_LE(worst, 2e-15);
  EXPECT_EQ(portable_erfinv(0.0), 0.0);
  EXPECT_EQ(portable_erfinv(1.0), INFINITY);
  EXPECT_NEAR(portable_normal(0.975), 1.959963984540054, 1e-14);
}

/// The point of this library: a change of any bit, by a compiler flag or an edit, shows here.
TEST(PortableMath, BitsNeverChange) {
  std::uint64_t hash = 1469598103934665603ull;
  const auto add = [&](double value) {
    hash = (hash ^ bits_of<std::uint64_t>(value)) * 1099511628211ull;
  };
  for (int i = 1; i < 20000; ++i) {
    const double x = i * 0.000734;
    for (const auto function : {portable_exp, portable_expm1, portable_log, portable_log1p,
                                portable_sin, portable_cos, portable_tan, portable_atan}) {
      add(function(x));
    }
    add(portable_erfinv(i / 20001.0));
  }
  EXPECT_EQ(hash, 1308592862615953903ull);
}

}  // namespace
}  // namespace v1::kernels
