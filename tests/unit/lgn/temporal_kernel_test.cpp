#include "engine/lgn/temporal_kernel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "engine/base/error.hpp"
#include "tests/unit/lgn/lgn_test_data.hpp"

namespace v1::lgn {
namespace {

TEST(TemporalKernel, HasThePublishedExtremaCrossingAndSumForEveryClass) {
  const CsvTable& table = test::class_table();
  ASSERT_EQ(table.rows(), 12u);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string name = table.text(row, "class");
    SCOPED_TRACE(name);
    const std::vector<double> h = temporal_kernel(test::class_parameters(name));
    EXPECT_EQ(h.size(), static_cast<std::size_t>(table.integer(row, "length")));
    const auto top = std::max_element(h.begin(), h.end());
    const auto bottom = std::min_element(h.begin(), h.end());
    EXPECT_EQ(top - h.begin(), table.integer(row, "lag_max"));
    EXPECT_EQ(bottom - h.begin(), table.integer(row, "lag_min"));
    EXPECT_NEAR(*top, table.number(row, "max"), 1e-11);
    EXPECT_NEAR(*bottom, table.number(row, "min"), 1e-11);
    EXPECT_NEAR(std::accumulate(h.begin(), h.end(), 0.0), table.number(row, "sum"), 1e-10);
    EXPECT_EQ(positive_lobe(h).zero_crossing, table.integer(row, "crossing"));
  }
}

TEST(TemporalKernel, MatchesThePublishedSamples) {
  const CsvTable samples = CsvTable::read(V1_TEST_DATA "/lgn/kernel_samples.csv");
  ASSERT_GT(samples.rows(), 40u);
  for (std::size_t c = 1; c < samples.columns().size(); ++c) {
    const std::string name = samples.columns()[c];
    const std::vector<double> h = temporal_kernel(test::class_parameters(name));
    for (std::size_t row = 0; row < samples.rows(); ++row) {
      const auto lag = static_cast<std::size_t>(samples.integer(row, "lag"));
      const double found = lag < h.size() ? h[lag] : 0.0;
      EXPECT_NEAR(found, samples.number(row, name), 1e-11) << name << " lag " << lag;
    }
  }
}

TEST(TemporalKernel, BumpsHaveUnitNormAndTheirSupport) {
  const std::vector<double> bump = cosine_bump(40.0);
  EXPECT_NEAR(std::inner_product(bump.begin(), bump.end(), bump.begin(), 0.0), 1.0, 1e-12);
  for (int t = 1; t <= bump_samples; ++t) {
    const bool inside = t + 0.3 > 40.0 / 3.9881 && t + 0.3 < 40.0 * 3.9881;
    EXPECT_EQ(bump[t - 1] > 0.0, inside) << t << " ms";
  }
}

TEST(TemporalKernel, TakesTheIntegerPartOfDelays) {
  auto parameters = test::class_parameters("sON_TF8");
  const std::vector<double> exact = temporal_kernel(parameters);
  parameters.delay_ms[1] = 25.99;
  EXPECT_EQ(temporal_kernel(parameters), exact);
  parameters.delay_ms[1] = 24.99;
  EXPECT_NE(temporal_kernel(parameters), exact);
}

TEST(TemporalKernel, GrowsWithTheFirstDelayAndRescalesTheCutBump) {
  network::TemporalKernelParameters parameters;
  parameters.kpeak_ms[0] = 50.0;
  parameters.kpeak_ms[1] = 140.0;
  parameters.weight[1] = 1.0;  // the second bump alone
  parameters.delay_ms[0] = 10.0;
  parameters.delay_ms[1] = 90.0;  // its tail reaches beyond 610 lags
  const std::vector<double> h = temporal_kernel(parameters);
  EXPECT_EQ(h.size(), 610u);
  EXPECT_GT(h.back(), 0.0);
  EXPECT_NEAR(std::inner_product(h.begin(), h.end(), h.begin(), 0.0), 1.0, 1e-12);
}

TEST(TemporalKernel, RefusesDelaysInTheWrongOrderAndImpossiblePeaks) {
  auto parameters = test::class_parameters("sON_TF8");
  parameters.delay_ms[0] = 30.0;
  EXPECT_THROW(temporal_kernel(parameters), Error);
  parameters = test::class_parameters("sON_TF8");
  parameters.kpeak_ms[0] = 0.0;
  EXPECT_THROW(temporal_kernel(parameters), Error);
}

struct CompositeCase {
  const char* dominant;
  double dominant_ttp, non_dominant_ttp;
  int crossing;
  double lobe_sum;
  int dominant_delay[2], non_dominant_delay[2];
};

TEST(TemporalKernel, ShiftsCompositeSubunitsToTheirTimesToPeak) {
  const CompositeCase cases[] = {
      {"sOFF_TF4", 115.0, 121.0, 54, 18.378137, {61, 76}, {51, 76}},
      {"tOFF_TF8", 64.8, 93.5, 19, 12.638561, {45, 45}, {23, 48}},
  };
  for (const CompositeCase& expected : cases) {
    SCOPED_TRACE(expected.dominant);
    const auto dominant = test::class_parameters(expected.dominant);
    const auto non_dominant = test::class_parameters("sON_TF4");
    const PositiveLobe off = positive_lobe(temporal_kernel(dominant));
    const PositiveLobe on = positive_lobe(temporal_kernel(non_dominant));
    EXPECT_EQ(off.zero_crossing, expected.crossing);
    EXPECT_NEAR(off.sum, expected.lobe_sum, 1e-6);
    EXPECT_EQ(on.zero_crossing, 70);
    EXPECT_NEAR(on.sum, 22.685149, 1e-6);
    const auto moved = shifted_to(dominant, off, expected.dominant_ttp);
    const auto moved_on = shifted_to(non_dominant, on, expected.non_dominant_ttp);
    for (int j = 0; j < 2; ++j) {
      EXPECT_EQ(static_cast<int>(moved.delay_ms[j]), expected.dominant_delay[j]);
      EXPECT_EQ(static_cast<int>(moved_on.delay_ms[j]), expected.non_dominant_delay[j]);
    }
  }
}

TEST(TemporalKernel, SaysWhenACompositeSubunitIsTooSlow) {
  const auto slow = test::class_parameters("sOFF_TF1");  // crosses zero at 121 ms
  EXPECT_THROW(shifted_to(slow, positive_lobe(temporal_kernel(slow)), 64.8), Error);
  auto positive = test::class_parameters("sON_TF8");
  positive.weight[1] = 0.0;
  EXPECT_THROW(positive_lobe(temporal_kernel(positive)), Error);
}

}  // namespace
}  // namespace v1::lgn
