#include "engine/lgn/spatial_filter.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "engine/base/error.hpp"

namespace v1::lgn {
namespace {

double sum_of(const AxisWeights& axis) {
  return std::accumulate(axis.weight.begin(), axis.weight.end(), 0.0);
}

double mean_of(const AxisWeights& axis) {
  double mean = 0.0;
  for (std::size_t i = 0; i < axis.weight.size(); ++i) {
    mean += axis.weight[i] * (axis.begin + static_cast<double>(i));
  }
  return mean / sum_of(axis);
}

double variance_of(const AxisWeights& axis) {
  const double mean = mean_of(axis);
  double variance = 0.0;
  for (std::size_t i = 0; i < axis.weight.size(); ++i) {
    const double distance = axis.begin + static_cast<double>(i) - mean;
    variance += axis.weight[i] * distance * distance;
  }
  return variance / sum_of(axis);
}

TEST(SpatialFilter, ExactWeightsFollowTheGaussianAroundTheCentre) {
  const AxisWeights axis = axis_weights(SigmaRule::exact, 60.3, 6.0, 240, 1.0);
  EXPECT_NEAR(sum_of(axis), 1.0, 1e-14);
  EXPECT_NEAR(mean_of(axis), 60.3, 5e-4);  // truncation at 4 sigma is not symmetric
  EXPECT_NEAR(std::sqrt(variance_of(axis)), 2.0, 0.003);
  const auto at = [&](int pixel) { return axis.weight.at(pixel - axis.begin); };
  EXPECT_NEAR(at(62) / at(59), std::exp((1.3 * 1.3 - 1.7 * 1.7) / 8.0), 1e-13);
}

TEST(SpatialFilter, BinnedKernelsHaveThePublishedRadiusAndCentre) {
  struct Case {
    double size;
    int pixels;
    double centre;
  };
  // Two sizes of a bin share one kernel; size 3 and 4 share one because of the rounding.
  const Case cases[] = {{2.3, 7, 0.35787692},  {2.9, 7, 0.35787692},   {3.2, 11, 0.08952906},
                        {4.7, 11, 0.08952906}, {5.1, 17, 0.03979014},  {6.9, 17, 0.03979014},
                        {7.5, 23, 0.02238181}, {8.01, 23, 0.02238181}, {9.9, 27, 0.01432532}};
  for (const Case& expected : cases) {
    // A centre that falls on a pixel after the port's rescaling by (n - 1) / n.
    const double centre = 60.0 * 240.0 / 239.0;
    const AxisWeights axis = axis_weights(SigmaRule::binned, centre, expected.size, 240, 1.0);
    const double weight = axis.weight.at(60 - axis.begin);
    EXPECT_NEAR(weight * weight, expected.centre, 1e-8) << expected.size;
    int positive = 0;
    for (const double w : axis.weight) positive += w > 1e-12 ? 1 : 0;
    EXPECT_EQ(positive, expected.pixels) << expected.size;
  }
}

TEST(SpatialFilter, BinnedWeightsInterpolateBetweenPixelsAndFadeAtTheBorder) {
  const AxisWeights inside = axis_weights(SigmaRule::binned, 60.25, 6.5, 240, 1.0);
  EXPECT_NEAR(sum_of(inside), 1.0, 1e-14);
  EXPECT_NEAR(mean_of(inside), 60.25 * 239.0 / 240.0, 1e-12);
  const AxisWeights border = axis_weights(SigmaRule::binned, 0.0, 6.5, 240, 1.0);
  EXPECT_LT(sum_of(border), 0.65);
  EXPECT_GT(sum_of(border), 0.5);
  const AxisWeights outside = axis_weights(SigmaRule::binned, -7.0, 6.5, 240, 1.0);
  EXPECT_EQ(outside.weight, border.weight);  // clipped to the frame
}

TEST(SpatialFilter, BmtkSeedAddsAQuarterPixelOfVariance) {
  const double centre = 100.5;  // half-pixel shift relative to the seed's centre: none at all
  const AxisWeights bmtk = axis_weights(SigmaRule::bmtk, centre, 6.0, 240, 1.0);
  const AxisWeights odd = axis_weights(SigmaRule::bmtk, 100.0, 6.0, 241, 1.0);
  EXPECT_NEAR(sum_of(bmtk), 1.0, 1e-14);
  EXPECT_NEAR(mean_of(bmtk), centre, 1e-12);
  EXPECT_NEAR(variance_of(bmtk) - variance_of(odd), 0.25, 1e-12);
  // Shifting by f spreads by f (1 - f) more.
  const AxisWeights shifted = axis_weights(SigmaRule::bmtk, centre + 0.3, 6.0, 240, 1.0);
  EXPECT_NEAR(mean_of(shifted), centre + 0.3, 1e-12);
  EXPECT_NEAR(variance_of(shifted) - variance_of(bmtk), 0.21, 1e-12);
}

TEST(SpatialFilter, ExactAndBmtkFieldsKeepTheirSumAtTheBorder) {
  for (const SigmaRule rule : {SigmaRule::exact, SigmaRule::bmtk}) {
    for (const double centre : {-3.0, 0.0, 0.4, 119.0, 119.9, 122.0}) {
      const AxisWeights axis = axis_weights(rule, centre, 7.0, 120, 1.0);
      EXPECT_NEAR(sum_of(axis), 1.0, 1e-14) << centre;
      EXPECT_GE(axis.begin, 0);
      EXPECT_LE(axis.begin + axis.weight.size(), 120u);
    }
  }
}

TEST(SpatialFilter, AFieldThatMissesTheFrameReadsTheNearestPixel) {
  const AxisWeights before = axis_weights(SigmaRule::exact, -50.0, 3.0, 120, 1.0);
  EXPECT_EQ(before.begin, 0);
  EXPECT_EQ(before.weight, std::vector<double>{1.0});
  const AxisWeights behind = axis_weights(SigmaRule::exact, 500.0, 3.0, 120, 1.0);
  EXPECT_EQ(behind.begin, 119);
}

TEST(SpatialFilter, DegreesPerPixelScalesPositionAndWidth) {
  const AxisWeights fine = axis_weights(SigmaRule::exact, 30.0, 6.0, 240, 0.5);
  const AxisWeights coarse = axis_weights(SigmaRule::exact, 60.0, 12.0, 240, 1.0);
  EXPECT_EQ(fine.begin, coarse.begin);
  EXPECT_EQ(fine.weight, coarse.weight);
}

TEST(SpatialFilter, MirroredWeightsCountFromTheOtherEnd) {
  const AxisWeights axis{3, {0.1, 0.2, 0.7}};
  const AxisWeights other = mirrored(axis, 10);
  EXPECT_EQ(other.begin, 4);
  EXPECT_EQ(other.weight, (std::vector<double>{0.7, 0.2, 0.1}));
}

TEST(SpatialFilter, UnknownRulesAreConfigErrors) {
  try {
    sigma_rule("exakt");
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::config);
    EXPECT_NE(std::string(e.what()).find("exact"), std::string::npos);
  }
}

}  // namespace
}  // namespace v1::lgn
