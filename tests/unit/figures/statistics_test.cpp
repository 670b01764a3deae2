#include "engine/figures/statistics.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "tests/unit/figures/sample.hpp"

namespace v1::figures {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(BoxStats, QuartilesInterpolateAndWhiskersStopAtOneAndAHalfRanges) {
  const BoxStats box = box_stats({9.9, 1.0, 2.0, 2.5, 3.0, 3.5, 4.0, 4.2});
  EXPECT_DOUBLE_EQ(box.q1, 2.375);
  EXPECT_DOUBLE_EQ(box.median, 3.25);
  EXPECT_DOUBLE_EQ(box.q3, 4.05);
  EXPECT_DOUBLE_EQ(box.low, 1.0);
  EXPECT_DOUBLE_EQ(box.high, 4.2);
  EXPECT_THAT(box.fliers, ElementsAre(9.9));
  EXPECT_DOUBLE_EQ(box.mean, 3.7625);
}

TEST(BoxStats, WithoutOutliersWhiskersAreTheExtremes) {
  const BoxStats box = box_stats({-3.0, -1.0, 0.0, 0.5, 1.0});
  EXPECT_DOUBLE_EQ(box.q1, -1.0);
  EXPECT_DOUBLE_EQ(box.median, 0.0);
  EXPECT_DOUBLE_EQ(box.q3, 0.5);
  EXPECT_DOUBLE_EQ(box.low, -3.0);
  EXPECT_DOUBLE_EQ(box.high, 1.0);
  EXPECT_THAT(box.fliers, IsEmpty());
  EXPECT_DOUBLE_EQ(box.mean, -0.5);
}

TEST(BoxStats, OneValueIsItsOwnBox) {
  const BoxStats box = box_stats({5.0});
  EXPECT_EQ(box.q1, 5.0);
  EXPECT_EQ(box.median, 5.0);
  EXPECT_EQ(box.low, 5.0);
  EXPECT_EQ(box.high, 5.0);
}

const std::vector<double> kde_values = {-12.0, -5.0, -4.0, 0.0, 1.5, 3.0, 7.0, 11.0};

TEST(KernelDensity, ScottBandwidthAndDensities) {
  const double width = scott_bandwidth(kde_values);
  EXPECT_NEAR(width, 4.77040206048324, 1e-12);
  EXPECT_NEAR(kernel_density(kde_values, width, -20.0), 0.00267627711491341, 1e-14);
  EXPECT_NEAR(kernel_density(kde_values, width, -5.0), 0.0374505044349979, 1e-14);
  EXPECT_NEAR(kernel_density(kde_values, width, 0.0), 0.0471076900606856, 1e-14);
  EXPECT_NEAR(kernel_density(kde_values, width, 2.0), 0.0464383757481338, 1e-14);
  EXPECT_NEAR(kernel_density(kde_values, width, 10.0), 0.0258809849578965, 1e-14);
}

TEST(KernelDensity, CurveReachesTwoBandwidthsBeyondTheData) {
  const DensityCurve curve = density_curve(kde_values, scott_bandwidth(kde_values), 2.0, 100);
  EXPECT_NEAR(curve.x.front(), -21.5408041209665, 1e-12);
  EXPECT_NEAR(curve.x.back(), 20.5408041209665, 1e-12);
}

TEST(KernelDensity, EqualValuesHaveNoBandwidthAndNoCurve) {
  const std::vector<double> same = {2.0, 2.0, 2.0};
  EXPECT_EQ(scott_bandwidth(same), 0.0);
  EXPECT_THAT(density_curve(same, 0.0, 2.0, 10).x, IsEmpty());
}

TEST(Edges, LogarithmicEdgesOfTheFiringRatio) {
  const std::vector<double> edges = log_edges(0.01, 50.0, 49);
  ASSERT_EQ(edges.size(), 50u);
  EXPECT_EQ(edges.front(), 0.01);
  EXPECT_NEAR(edges[1], 0.0118984169541656, 1e-15);
  EXPECT_NEAR(edges[25], 0.771311122510418, 1e-13);
  EXPECT_EQ(edges.back(), 50.0);
}

TEST(Edges, MultiplesOfAWidthEncloseTheValues) {
  EXPECT_THAT(width_edges(-0.3, 0.9, 0.5), ElementsAre(-0.5, 0.0, 0.5, 1.0));
  EXPECT_THAT(width_edges(0.0, 1.0, 1e-9), IsEmpty());
}

TEST(Histogram, BinsHoldTheirLeftEdgeAndTheLastOneBoth) {
  const std::vector<double> values = {0.0, 1.0, 1.5, 2.0, 3.0, -0.1, 3.1, std::nan("")};
  const std::vector<double> edges = {0.0, 1.0, 2.0, 3.0};
  EXPECT_THAT(histogram(values, {}, edges), ElementsAre(1.0, 2.0, 2.0));
  const std::vector<double> weights = {1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0};
  EXPECT_THAT(histogram(values, weights, edges), ElementsAre(1.0, 6.0, 24.0));
}

TEST(Swarm, DotsDoNotTouchWhileThereIsRoom) {
  sample::Noise noise(7);
  std::vector<double> values;
  for (int i = 0; i < 120; ++i) values.push_back(10.0 * noise.uniform());
  const double diameter = 0.5;
  const std::vector<double> offsets = swarm_offsets(values, diameter, 100.0);
  for (std::size_t a = 0; a < values.size(); ++a)
    for (std::size_t b = a + 1; b < values.size(); ++b)
      EXPECT_GE(std::hypot(values[a] - values[b], offsets[a] - offsets[b]),
                diameter * (1.0 - 1e-6));
}

TEST(Swarm, CrowdsStayInsideTheirSlot) {
  const std::vector<double> values(3000, 1.0);
  for (const double offset : swarm_offsets(values, 0.5, 4.0)) EXPECT_LE(std::abs(offset), 4.0);
}

}  // namespace
}  // namespace v1::figures
