#include "plugins/analyses/shared/spikes/variability.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "tests/unit/analyses/shared/worked_examples.hpp"

namespace v1::analyses {
namespace {

using nlohmann::json;

TEST(Variability, FanoFactorsOfTheWorkedExample) {
  std::vector<std::uint32_t> counts;
  std::uint64_t state = 1;
  for (int t = 0; t < 2000; ++t) {
    state = (1103515245u * state + 12345u) % (1ull << 31);
    const double u = static_cast<double>(state) / 2147483648.0;
    counts.push_back((u < (t % 25 < 8 ? 0.55 : 0.3) ? 1u : 0u) + (u < 0.05 ? 1u : 0u));
  }
  const json expected = worked_examples("extra.json")["fano"];
  std::vector<std::size_t> bins;
  for (const json& row : expected["rows"]) {
    const auto bin = row[0].get<std::size_t>();
    if (bins.empty() || bins.back() != bin) bins.push_back(bin);
    EXPECT_EQ(counts.size() / bin, row[1].get<std::size_t>());
    EXPECT_NEAR(fano_factor(counts, bin), row[2].get<double>(), 1e-10) << bin;
  }
  EXPECT_EQ(fano_bins_ms(2000.0), bins);
  EXPECT_TRUE(std::isnan(fano_factor(std::vector<std::uint32_t>(100, 0), 5)));
  EXPECT_TRUE(std::isnan(fano_factor(counts, 2000)));
}

TEST(Variability, IntervalsOfTheWorkedExample) {
  const json expected = worked_examples("extra.json")["isi"];
  IntervalSums sums;
  for (const double time : expected["spike_times_ms"].get<std::vector<double>>()) sums.spike(time);
  EXPECT_NEAR(sums.mean_ms(), expected["mean_isi"].get<double>(), 1e-10);
  EXPECT_NEAR(sums.cv(), expected["cv_ddof0"].get<double>(), 1e-10);
  EXPECT_NEAR(sums.cv2(), expected["cv2"].get<double>(), 1e-10);
  EXPECT_NEAR(sums.lv(), expected["lv"].get<double>(), 1e-10);
}

TEST(Variability, IntervalsDoNotReachAcrossTrials) {
  IntervalSums sums;
  for (int trial = 0; trial < 3; ++trial) {
    sums.spike(10.0);
    sums.spike(30.0);
    sums.end_trial();
  }
  EXPECT_EQ(sums.count(), 3u);
  EXPECT_EQ(sums.mean_ms(), 20.0);
  EXPECT_EQ(sums.cv(), 0.0);
  EXPECT_TRUE(std::isnan(sums.cv2()));
  EXPECT_TRUE(std::isnan(IntervalSums().cv()));
}

TEST(Variability, SynchronyOfTheWorkedExample) {
  const json expected = worked_examples("extra.json")["synchrony_chi"];
  const auto signals = expected["signals"].get<std::vector<std::vector<double>>>();
  std::vector<double> average(signals[0].size(), 0.0), variances;
  for (const auto& signal : signals) {
    variances.push_back(std::pow(deviation(signal, 0), 2));
    for (std::size_t t = 0; t < signal.size(); ++t) {
      average[t] += signal[t] / static_cast<double>(signals.size());
    }
  }
  EXPECT_NEAR(synchrony(std::pow(deviation(average, 0), 2), variances),
              expected["chi"].get<double>(), 1e-10);
  EXPECT_TRUE(std::isnan(synchrony(0.0, std::vector<double>{0.0, 0.0})));
}

}  // namespace
}  // namespace v1::analyses
