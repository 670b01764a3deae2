#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "plugins/analyses/shared/responses/correlation.hpp"
#include "plugins/analyses/shared/responses/perturbation_tuning.hpp"
#include "plugins/analyses/shared/responses/responsiveness.hpp"
#include "tests/unit/analyses/shared/worked_examples.hpp"

namespace v1::analyses {
namespace {

using nlohmann::json;

TEST(Correlation, OfTheWorkedExample) {
  const json expected = worked_examples("extra.json")["correlations"];
  const auto a = expected["counts_A"].get<Responses>(), b = expected["counts_B"].get<Responses>();
  EXPECT_NEAR(signal_correlation(a, b), expected["signal_correlation"].get<double>(), 1e-10);
  EXPECT_NEAR(noise_correlation(a, b),
              expected["noise_correlation_zscored_per_stimulus"].get<double>(), 1e-10);
  EXPECT_NEAR(total_correlation(a, b), expected["total_correlation"].get<double>(), 1e-10);
  const json halves = worked_examples("extra.json")["split_half_reliability"];
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
  const json examples = worked_examples("extra.json")["lifetime_sparsity"];
  for (const auto& [key, example] : examples.items()) {
    const double found = sparsity(example["rates"].get<std::vector<double>>());
    if (example["sparsity"].is_string()) {
      EXPECT_TRUE(std::isnan(found)) << key;
    } else {
      EXPECT_NEAR(found, example["sparsity"].get<double>(), 1e-10) << key;
    }
  }
}

TEST(Responsiveness, IndexOfTheWorkedExample) {
  const json expected = worked_examples("extra.json")["response_index"];
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

TEST(PerturbationTuning, PreferredDirectionInBothForms) {
  const auto directions =
      worked_examples("selectivity.json")["directions"].get<std::vector<double>>();
  for (const json& one : worked_examples("selectivity.json")["perturbation_direction"]) {
    const auto responses = one["response"].get<std::vector<double>>();
    const double visual = one["visual"];
    const PerturbationDirection clean = perturbation_direction(directions, responses);
    EXPECT_NEAR(clean.strength, one["strength"].get<double>(), 1e-9);
    if (one["angle"].is_string()) {
      EXPECT_TRUE(std::isnan(clean.angle_deg)) << "an untuned neuron prefers nothing";
    } else {
      EXPECT_NEAR(clean.angle_deg, one["angle"].get<double>(), 1e-9);
      EXPECT_NEAR(wrap_180(clean.angle_deg - visual), one["delta"].get<double>(), 1e-9);
    }
    const auto reference = perturbation_direction_reference(directions, responses);
    EXPECT_NEAR(reference.angle_deg, one["reference_angle"].get<double>(), 1e-9);
    EXPECT_NEAR(wrap_180(reference.angle_deg - visual), one["reference_delta"].get<double>(), 1e-9);
  }
  EXPECT_TRUE(std::isnan(perturbation_direction(directions, std::vector<double>(8)).angle_deg));
}

TEST(PerturbationTuning, AnglesAreFolded) {
  for (const json& one : worked_examples("selectivity.json")["wrap_180"]) {
    EXPECT_NEAR(wrap_180(one[0]), one[1].get<double>(), 1e-9) << one.dump();
  }
  EXPECT_TRUE(std::isnan(wrap_180(NAN)));
}

TEST(PerturbationTuning, PreferredFrequency) {
  const auto hz = worked_examples("selectivity.json")["frequencies"].get<std::vector<double>>();
  const json responses = worked_examples("selectivity.json")["frequency_responses"],
             preferred = worked_examples("selectivity.json")["preferred_hz"];
  for (std::size_t i = 0; i < responses.size(); ++i) {
    EXPECT_EQ(hz[preferred_index(responses[i].get<std::vector<double>>())],
              preferred[i].get<double>());
  }
}

TEST(PerturbationTuning, CircularStatistics) {
  const std::vector<double> around_zero = {350.0, 10.0};
  const CircularMean mean = circular_mean(around_zero);
  EXPECT_NEAR(std::fabs(wrap_180(mean.angle_deg)), 0.0, 1e-9);
  EXPECT_NEAR(mean.length, std::cos(10.0 * 3.14159265358979 / 180.0), 1e-9);
  const std::vector<double> uniform = {0, 90, 180, 270};
  EXPECT_NEAR(rayleigh_p(uniform), 1.0, 1e-9);
  EXPECT_LT(rayleigh_p(std::vector<double>(20, 30.0)), 1e-6);
  EXPECT_TRUE(std::isnan(rayleigh_p({})));
}

}  // namespace
}  // namespace v1::analyses
