#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "plugins/analyses/math/report/layers.hpp"
#include "plugins/analyses/math/responses/correlation.hpp"
#include "plugins/analyses/math/responses/decoder.hpp"
#include "plugins/analyses/math/responses/responsiveness.hpp"
#include "plugins/analyses/math/signals/current_source.hpp"
#include "plugins/analyses/math/statistics/similarity.hpp"

namespace v1::analyses {
namespace {

using nlohmann::json;
using testing::ElementsAre;

json oracle(const char* part) {
  std::ifstream file(std::string(V1_TEST_DATA) + "/analysis/extra.json");
  return json::parse(file)[part];
}

TEST(Correlation, OfTheWorkedExample) {
  const json expected = oracle("correlations");
  const auto a = expected["counts_A"].get<Responses>(), b = expected["counts_B"].get<Responses>();
  EXPECT_NEAR(signal_correlation(a, b), expected["signal_correlation"].get<double>(), 1e-10);
  EXPECT_NEAR(noise_correlation(a, b),
              expected["noise_correlation_zscored_per_stimulus"].get<double>(), 1e-10);
  EXPECT_NEAR(total_correlation(a, b), expected["total_correlation"].get<double>(), 1e-10);
  const json halves = oracle("split_half_reliability");
  EXPECT_NEAR(split_half_reliability(halves["angle_by_trial"].get<Responses>()),
              halves["r"].get<double>(), 1e-10);
  EXPECT_NEAR(spearman_brown(0.5), 2.0 / 3.0, 1e-12);
  EXPECT_TRUE(std::isnan(spearman_brown(-1.0)));
}

TEST(Correlation, IsNotDefinedWithoutVariance) {
  EXPECT_TRUE(std::isnan(pearson(std::vector{0.1, 0.1, 0.1}, std::vector{1.0, 2.0, 3.0})));
  EXPECT_TRUE(std::isnan(pearson(std::vector{1.0}, std::vector{2.0})));
  EXPECT_TRUE(std::isnan(split_half_reliability({{1.0}, {2.0}, {3.0}})));
  // A stimulus that always gives the same is left out.
  EXPECT_NEAR(noise_correlation({{1, 2, 3}, {5, 5, 5}}, {{2, 4, 6}, {1, 9, 4}}), 1.0, 1e-12);
  const double hz = 7.0 / 0.3;  // three times this over three is another number
  EXPECT_NEAR(noise_correlation({{1, 2, 3}, {hz, hz, hz}}, {{2, 4, 6}, {1, 9, 4}}), 1.0, 1e-12);
}

TEST(Sparsity, OfTheWorkedExamples) {
  const json examples = oracle("lifetime_sparsity");
  for (const auto& [key, example] : examples.items()) {
    const double found = sparsity(example["rates"].get<std::vector<double>>());
    if (example["sparsity"].is_string()) {
      EXPECT_TRUE(std::isnan(found)) << key;
    } else {
      EXPECT_NEAR(found, example["sparsity"].get<double>(), 1e-10) << key;
    }
  }
}

TEST(Similarity, OfTheWorkedExample) {
  const json expected = oracle("ks_similarity");
  const auto model = expected["model"].get<std::vector<double>>();
  const auto data = expected["data"].get<std::vector<double>>();
  EXPECT_NEAR(ks_statistic(model, data), expected["ks"].get<double>(), 1e-10);
  EXPECT_NEAR(ks_similarity(model, data), expected["similarity"].get<double>(), 1e-10);
  EXPECT_EQ(ks_statistic(std::vector{1.0, 2.0, 2.0}, std::vector{2.0, 1.0, 2.0}), 0.0);
  EXPECT_TRUE(std::isnan(ks_statistic(std::vector<double>{}, data)));
  EXPECT_NEAR(wasserstein(std::vector{0.0, 1.0}, std::vector{3.0, 5.0}), 3.5, 1e-12);
  EXPECT_NEAR(wasserstein(std::vector{0.0, 1.0, 3.0}, std::vector{5.0, 6.0, 8.0}), 5.0, 1e-12);
}

Observations worked_training() {
  Observations train;
  train.features = 3;
  const json classes = oracle("template_decoder")["train"];
  for (const auto& [label, rows] : classes.items()) {
    for (const json& row : rows) train.add(row.get<std::vector<double>>(), std::stoul(label));
  }
  return train;
}

TEST(Decoder, TemplatesOfTheWorkedExample) {
  const json expected = oracle("template_decoder");
  const TemplateDecoder decoder(worked_training(), 3);
  for (std::size_t i = 0; i < expected["test"].size(); ++i) {
    const auto x = expected["test"][i]["x"].get<std::vector<double>>();
    const std::vector<double> scores = decoder.scores(x);
    for (std::size_t k = 0; k < 3; ++k) {
      EXPECT_NEAR(scores[k], expected["scores"][i][k].get<double>(), 1e-10);
    }
    EXPECT_EQ(decoder.predict(x), expected["predicted"][i].get<std::size_t>());
  }
  EXPECT_THAT(decoder.scores(std::vector{2.0, 2.0, 2.0}), ElementsAre(0.0, 0.0, 0.0));
  EXPECT_EQ(decoder.predict(std::vector{2.0, 2.0, 2.0}), 0u);
}

// Means that differ by a factor correlate alike, whatever rounding makes of it.
TEST(Decoder, TheFirstOfEqualTemplatesIsTaken) {
  Observations train;
  train.features = 4;
  train.add(std::vector{1.0, 1.0, 1.0, 0.0}, 0);
  train.add(std::vector{3.0, 3.0, 3.0, 0.0}, 1);
  const TemplateDecoder decoder(train, 2);
  EXPECT_EQ(decoder.predict(std::vector{2.0, 3.0, 0.0, 1.0}), 0u);
}

TEST(Decoder, LogisticRegressionIsAtItsMinimum) {
  // At the minimum of |W|^2 / 2 + sum of -log p, W = sum over observations of (y - p) x, and the
  // errors of every class add up to 0 (free intercepts).
  const Observations train = worked_training();
  const LogisticDecoder decoder(train, 3, 1.0, 1e-6);
  EXPECT_LT(decoder.iterations(), 1000u);
  const std::vector<double> zero(3, 0.0);
  const auto at_zero = decoder.probabilities(zero);
  for (std::size_t k = 0; k < 3; ++k) {
    double sum = 0.0;
    std::vector<double> w(3, 0.0);
    for (std::size_t i = 0; i < train.size(); ++i) {
      const double off = (train.label[i] == k ? 1.0 : 0.0) - decoder.probabilities(train.row(i))[k];
      sum += off;
      for (std::size_t f = 0; f < 3; ++f) w[f] += off * train.row(i)[f];
    }
    EXPECT_NEAR(sum, 0.0, 1e-5);
    for (std::size_t f = 0; f < 3; ++f) {  // log odds against class 0 grow by w_k - w_0 per unit
      std::vector<double> unit(3, 0.0);
      unit[f] = 1.0;
      const auto p = decoder.probabilities(unit);
      const double slope = std::log(p[k] / p[0]) - std::log(at_zero[k] / at_zero[0]);
      double w0 = 0.0;
      for (std::size_t i = 0; i < train.size(); ++i) {
        const double off =
            (train.label[i] == 0 ? 1.0 : 0.0) - decoder.probabilities(train.row(i))[0];
        w0 += off * train.row(i)[f];
      }
      EXPECT_NEAR(slope, w[f] - w0, 1e-5);
    }
  }
  EXPECT_EQ(decoder.predict(std::vector{0.0, 1.0, 5.0}), 2u);
}

// Two classes with the same observations, in different order: what rounding makes of the fit does
// not decide between them.
TEST(Decoder, TheFirstOfEqualProbabilitiesIsTaken) {
  const std::vector<std::vector<double>> rows = {{0.1, 0.7}, {0.2, 0.3}, {0.4, 1.1}, {0.9, 0.6}};
  for (const bool swapped : {false, true}) {
    Observations train;
    train.features = 2;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      train.add(rows[swapped ? rows.size() - 1 - i : i], 1);
      train.add(rows[swapped ? i : rows.size() - 1 - i], 2);
      train.add(std::vector{3.0 + rows[i][0], 5.0}, 0);
    }
    const LogisticDecoder decoder(train, 3);
    for (const auto& row : rows) EXPECT_EQ(decoder.predict(row), 1u);
  }
}

TEST(Decoder, InformationOfConfusions) {
  EXPECT_NEAR(mutual_information({{5, 0}, {0, 5}}), 1.0, 1e-12);
  EXPECT_NEAR(mutual_information({{5, 5}, {5, 5}}), 0.0, 1e-12);
}

TEST(Responsiveness, IndexOfTheWorkedExample) {
  const json expected = oracle("response_index");
  EXPECT_NEAR(
      response_index(expected["evoked"].get<double>(), expected["spontaneous"].get<double>()),
      expected["index"].get<double>(), 1e-10);
  EXPECT_TRUE(std::isnan(response_index(0.0, 0.0)));
}

TEST(Responsiveness, QuasiPoissonTest) {
  // Two groups: beta = log 2, dispersion = ((1 + 1) / 4 + (0.5 + 0.5 + 2 + 2) / 2 ...) / df by
  // hand.
  const std::vector<double> evoked = {3, 4, 5}, still = {1, 2, 3};
  const double dispersion = (2.0 / 4.0 + 2.0 / 2.0) / 4.0;
  const double t = std::log(2.0) / std::sqrt(dispersion * (1.0 / 12.0 + 1.0 / 6.0));
  // Student's t with 4 degrees of freedom in closed form.
  const double x = t / std::sqrt(t * t + 4.0);
  const double p = 0.5 - 0.25 * x * (3.0 - x * x);
  EXPECT_NEAR(response_p(evoked, 1.0, still, 1.0), p, 1e-10);
  EXPECT_NEAR(response_p(still, 1.0, evoked, 1.0), 1.0 - p, 1e-10);
  // Twice the time and twice the counts: no response.
  EXPECT_NEAR(response_p(std::vector{2.0, 4.0}, 2.0, std::vector{1.0, 2.0}, 1.0), 0.5, 1e-12);
  // No spontaneous spike: 4 of 4 spikes in half of the time.
  EXPECT_NEAR(response_p(std::vector{2.0, 2.0}, 1.0, std::vector{0.0, 0.0}, 1.0), 1.0 / 16.0,
              1e-12);
  EXPECT_TRUE(std::isnan(response_p(std::vector{0.0, 0.0}, 1.0, std::vector{0.0, 0.0}, 1.0)));
  // One spike in 200 times the exposure is no response of the silent side, nor its suppression.
  std::vector<double> long_one(400, 0.0);
  long_one[7] = 1.0;
  EXPECT_EQ(response_p(std::vector{0.0, 0.0}, 1.0, long_one, 1.0), 0.5);
  EXPECT_EQ(response_p(long_one, 1.0, std::vector{0.0, 0.0}, 1.0), 0.5);
}

TEST(Responsiveness, ContrastCurveIsFoundAgain) {
  const ContrastCurve truth{12.0, 0.25, 2.0, 1.5, 1.0};
  const std::vector<double> contrast = {0.05, 0.1, 0.2, 0.4, 0.6, 0.8};
  std::vector<double> rate;
  for (const double c : contrast) rate.push_back(truth.at(c));
  const ContrastCurve found = fit_contrast_curve(contrast, rate);
  EXPECT_NEAR(found.r_max, 12.0, 1e-3);
  EXPECT_NEAR(found.c50, 0.25, 1e-4);
  EXPECT_NEAR(found.exponent, 2.0, 1e-3);
  EXPECT_NEAR(found.base, 1.5, 1e-3);
  EXPECT_NEAR(found.r_squared, 1.0, 1e-8);
  EXPECT_TRUE(std::isnan(fit_contrast_curve(contrast, std::vector<double>(6, 3.0)).c50));
  EXPECT_TRUE(std::isnan(fit_contrast_curve(std::vector{0.1, 0.5}, std::vector{1.0, 2.0}).c50));
}

TEST(CurrentSource, OfTheWorkedExample) {
  const json expected = oracle("csd");
  const std::vector<double> found = current_source_density(
      expected["potential_mV"].get<std::vector<double>>(), expected["spacing_mm"].get<double>(),
      expected["sigma_S_per_m"].get<double>());
  const auto csd = expected["csd_uA_per_mm3"].get<std::vector<double>>();
  ASSERT_EQ(found.size(), csd.size());
  for (std::size_t i = 0; i < csd.size(); ++i) EXPECT_NEAR(found[i], csd[i], 1e-10);
  EXPECT_TRUE(current_source_density(std::vector{1.0, 2.0}, 0.1, 0.3).empty());
}

TEST(Layers, OfNames) {
  EXPECT_EQ(layer_of_group("e23Cux2"), "L2/3");
  EXPECT_EQ(layer_of_group("i5Pvalb"), "L5");
  EXPECT_EQ(layer_of_group("granule"), "");
  const auto layers = by_layer({"i1Htr3a", "e23", "i23Sst", "granule"});
  ASSERT_EQ(layers.size(), 3u);
  EXPECT_THAT(layers[1].second, ElementsAre("e23", "i23Sst"));
}

}  // namespace
}  // namespace v1::analyses
