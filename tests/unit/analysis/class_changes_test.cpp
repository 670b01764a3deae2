#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "plugins/analyses/math/classes/class_changes.hpp"
#include "plugins/analyses/math/responses/perturbation_tuning.hpp"
#include "plugins/analyses/math/statistics/line_fit.hpp"
#include "tests/unit/analysis/temporary_folder.hpp"

namespace v1::analyses {
namespace {

using nlohmann::json;

const json& oracle() {
  static const json all =
      analysis::json_of(std::string(V1_TEST_DATA) + "/analysis/selectivity.json");
  return all;
}

ResponseClass class_named(const std::string& word) {
  for (const ResponseClass c : all_classes) {
    if (word == class_names[static_cast<std::size_t>(c)]) return c;
  }
  throw std::invalid_argument(word);
}

std::vector<ResponseClass> classes_of(const json& words) {
  std::vector<ResponseClass> out;
  for (const auto& word : words) out.push_back(class_named(word.get<std::string>()));
  return out;
}

TEST(ClassChanges, ConfusionMatrices) {
  for (const json& one : oracle()["confusions"]) {
    const Confusion found = confusion(classes_of(one["base"]), classes_of(one["new"]));
    for (std::size_t row = 0; row < class_count; ++row) {
      for (std::size_t column = 0; column < class_count; ++column) {
        EXPECT_EQ(found.counts[row][column], one["counts"][row][column].get<std::size_t>());
        const json& share = one["row_normalised"][row][column];
        if (share.is_string()) {
          EXPECT_TRUE(std::isnan(found.share(row, column)));
        } else {
          EXPECT_NEAR(found.share(row, column), share.get<double>(), 1e-12);
        }
      }
    }
  }
}

TEST(ClassChanges, KappaIsAgreementBeyondChance) {
  Confusion m;
  m.counts = {{{20, 5, 0}, {10, 15, 0}, {0, 0, 0}}};
  EXPECT_NEAR(m.agreement(), 0.7, 1e-12);
  EXPECT_NEAR(m.kappa(), 0.4, 1e-12);  // the textbook example of Cohen's kappa
  Confusion one_class;
  one_class.counts[1][1] = 7;
  EXPECT_TRUE(std::isnan(one_class.kappa()));
  EXPECT_TRUE(std::isnan(Confusion{}.agreement()));
  EXPECT_THROW(confusion(std::vector{ResponseClass::dvf}, {}), std::invalid_argument);
}

TEST(ClassChanges, RolesOverDirections) {
  for (const json& one : oracle()["roles"]) {
    const DirectionRole role = direction_role(classes_of(one["classes"]));
    EXPECT_EQ(role_names[static_cast<std::size_t>(role)], one["role"].get<std::string>())
        << one.dump();
  }
  EXPECT_EQ(direction_role({}), DirectionRole::none);
}

TEST(PerturbationTuning, PreferredDirectionInBothForms) {
  const auto directions = oracle()["directions"].get<std::vector<double>>();
  for (const json& one : oracle()["perturbation_direction"]) {
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
  for (const json& one : oracle()["wrap_180"]) {
    EXPECT_NEAR(wrap_180(one[0]), one[1].get<double>(), 1e-9) << one.dump();
  }
  EXPECT_TRUE(std::isnan(wrap_180(NAN)));
}

TEST(PerturbationTuning, PreferredFrequency) {
  const auto hz = oracle()["frequencies"].get<std::vector<double>>();
  const json responses = oracle()["frequency_responses"], preferred = oracle()["preferred_hz"];
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

TEST(LineFit, SlopeAndItsTest) {
  const std::vector<double> x = {1, 2, 3, 4, 5}, y = {2.1, 3.9, 6.2, 7.8, 10.1};
  const LineFit fit = fit_line(x, y);
  EXPECT_NEAR(fit.slope, 1.99, 1e-12);
  EXPECT_NEAR(fit.intercept, 0.05, 1e-12);
  // t = slope / sqrt(residual / 3 / 10) with residual 0.107: 33.32 with 3 degrees of freedom.
  EXPECT_NEAR(fit.p, 5.94154e-05, 1e-9);
  EXPECT_TRUE(std::isnan(fit_line(std::vector<double>{1, 2}, std::vector<double>{1, 2}).p));
  EXPECT_TRUE(std::isnan(fit_line(std::vector<double>{1, 1}, std::vector<double>{1, 2}).slope));
  const std::vector<double> same = {0, 0, 0, 0, 0};
  EXPECT_EQ(fit_line(x, same).slope, 0.0);
  EXPECT_TRUE(std::isnan(fit_line(x, same).p)) << "nothing varies, so there is nothing to test";
  EXPECT_EQ(fit_line(x, x).p, 0.0);
}

}  // namespace
}  // namespace v1::analyses
