#include "plugins/analyses/shared/responses/decoder.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/unit/analyses/shared/worked_examples.hpp"

namespace v1::analyses {
namespace {

using nlohmann::json;
using testing::ElementsAre;

Observations worked_training() {
  Observations train;
  train.features = 3;
  const json classes = worked_examples("extra.json")["template_decoder"]["train"];
  for (const auto& [label, rows] : classes.items()) {
    for (const json& row : rows) train.add(row.get<std::vector<double>>(), std::stoul(label));
  }
  return train;
}

TEST(Decoder, TemplatesOfTheWorkedExample) {
  const json expected = worked_examples("extra.json")["template_decoder"];
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

}  // namespace
}  // namespace v1::analyses
