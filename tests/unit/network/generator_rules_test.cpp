#include <gtest/gtest.h>

#include <cmath>

#include "engine/network/generator/connection_rules.hpp"
#include "engine/network/generator/lgn_field.hpp"

namespace v1::network::generator {
namespace {

TEST(ConnectionRule, PeakIsTheTabulatedMeanSpreadOverTheKernel) {
  // i1Htr3a -> i1Htr3a and -> e23 of the published table.
  EXPECT_NEAR(connection_rule(0.656, 120.0, 1.0, 75.0).peak, 0.7924453347, 1e-9);
  EXPECT_NEAR(connection_rule(0.356, 85.0, 1.0, 75.0).peak, 0.5123842432, 1e-9);
}

TEST(ConnectionRule, PeakIsClippedToOne) {
  EXPECT_EQ(connection_rule(0.95, 92.0, 1.0, 75.0).peak, 1.0);
}

TEST(ConnectionRule, OrientationFactorHasMeanOneAndTheGivenRatio) {
  const ConnectionRule rule = connection_rule(0.1, 114.0, 0.8, 75.0);
  EXPECT_NEAR(rule.factor_at_0, 1.111111111, 1e-9);
  EXPECT_NEAR(rule.factor_at_90, 0.8888888889, 1e-9);
}

TEST(ConnectionRule, OrientationFactorIsLoweredWhereItWouldExceedCertainty) {
  const ConnectionRule rule = connection_rule(0.75, 114.0, 0.5, 75.0);
  EXPECT_NEAR(rule.peak * rule.factor_at_0, 1.0, 1e-12);
  EXPECT_NEAR(0.5 * (rule.factor_at_0 + rule.factor_at_90), 1.0, 1e-12);
}

TEST(ConnectionProbability, FallsWithDistanceAndOrientationDifference) {
  const ConnectionRule rule = connection_rule(0.1, 114.0, 0.5, 75.0);
  const double at_sigma = connection_probability(rule, 114.0 * 114.0, 0.0);
  EXPECT_NEAR(at_sigma, rule.peak * 4.0 / 3.0 * std::exp(-1.0), 1e-15);
  EXPECT_NEAR(connection_probability(rule, 0.0, 90.0), rule.peak * 2.0 / 3.0, 1e-15);
  EXPECT_NEAR(connection_probability(rule, 0.0, 45.0), rule.peak, 1e-15);
  // Opposite directions share the orientation.
  EXPECT_EQ(connection_probability(rule, 100.0, 150.0), connection_probability(rule, 100.0, 30.0));
}

TEST(Directions, FoldAsDefined) {
  EXPECT_EQ(direction_difference_deg(350.0, 20.0), 30.0);
  EXPECT_EQ(direction_difference_deg(20.0, 200.0), 180.0);
  for (const auto& [direction, folded] : {std::pair{0.0, 0.0},
                                          {45.0, 45.0},
                                          {90.0, 90.0},
                                          {135.0, 45.0},
                                          {180.0, 0.0},
                                          {225.0, 45.0},
                                          {270.0, 90.0},
                                          {350.0, 10.0},
                                          {370.0, 10.0}}) {
    EXPECT_DOUBLE_EQ(fold_to_90_deg(direction), folded) << direction;
  }
}

TEST(WeightFactor, IsTheProductOfDirectionPhaseAndAnisotropy) {
  const WeightRule rule{30.0, 1.0, 1.375, 0.7857142857142857};
  const Retinotopy map{0.07, 0.04, true};
  const double theta = 30.0 * M_PI / 180.0;
  const TunedPair pair{15.0, 20.0, -10.0, 30.0, std::cos(theta), std::sin(theta)};
  const double phase = 0.07 * 20.0 * std::cos(theta) - 0.04 * 10.0 * std::sin(theta);
  const double expected =
      std::exp(-0.25) * std::exp(-phase * phase / 2.0) * (5.5 / 4.0 - 11.0 / 1680.0 * 30.0);
  EXPECT_NEAR(weight_factor(rule, map, pair), expected, 1e-14);
}

TEST(WeightFactor, IsDirectionOnlyWithoutPhaseAndAnisotropy) {
  const WeightRule rule{90.0, 0.0, 1.0, 1.0};
  EXPECT_NEAR(weight_factor(rule, {0.07, 0.04, true}, {180.0, 500.0, 500.0, 90.0, 0.0, 1.0}),
              std::exp(-4.0), 1e-15);
}

TEST(Retinotopy, MapsTheAxisToTheFieldCentreAndTangentsOutward) {
  Model model;
  model.lgn.field_width_deg = 240.0;
  model.lgn.field_height_deg = 120.0;
  model.retinotopy = {0.07, 0.04, true};
  const FieldPoint axis = retinotopic_centre(model, 0.0, 0.0);
  EXPECT_EQ(axis.x_deg, 120.0);
  EXPECT_EQ(axis.y_deg, 60.0);
  const FieldPoint edge = retinotopic_centre(model, 845.0, -845.0);
  EXPECT_NEAR(edge.x_deg, 120.0 + std::tan(59.15 * M_PI / 180.0) * 180.0 / M_PI, 1e-9);
  EXPECT_NEAR(edge.y_deg, 60.0 - std::tan(33.8 * M_PI / 180.0) * 180.0 / M_PI, 1e-9);
  model.retinotopy.tangent = false;
  EXPECT_NEAR(retinotopic_centre(model, 845.0, -845.0).x_deg, 120.0 + 59.15, 1e-9);
}

TEST(FrameKernel, IsNarrowAlongAndWideAcrossTheDirectionAroundAShiftedCentre) {
  const FrameKernel kernel{1.5, -50.0};
  // The target prefers 90 degrees: along is z. The source lies 50 um behind it: at the centre.
  const FrameOffset centre{0.0, 50.0, 0.0, 1.0, -50.0};
  EXPECT_NEAR(frame_distance_squared(kernel, 120.0, centre), 0.0, 1e-12);
  const FrameOffset along{0.0, 50.0 - 80.0, 0.0, 1.0, -50.0};  // 80 um farther ahead
  EXPECT_NEAR(frame_distance_squared(kernel, 120.0, along), 1.0, 1e-12);
  const FrameOffset across{180.0, 50.0, 0.0, 1.0, -50.0};
  EXPECT_NEAR(frame_distance_squared(kernel, 120.0, across), 1.0, 1e-12);
}

}  // namespace
}  // namespace v1::network::generator
