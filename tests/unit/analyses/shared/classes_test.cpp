#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "plugins/analyses/shared/classes/class_changes.hpp"
#include "plugins/analyses/shared/classes/classes.hpp"
#include "tests/unit/analyses/shared/worked_examples.hpp"

namespace v1::analyses {
namespace {

using nlohmann::json;

double value_or_nan(const json& node) {
  return node.is_string() ? std::numeric_limits<double>::quiet_NaN() : node.get<double>();
}

TEST(Classes, StrictInequalitiesDecide) {
  const json table_of_row = worked_examples("classification.json")["decisions"];
  for (const json& row : table_of_row) {
    const std::string name = row["criterion"];
    const Criterion criterion = name == "v"                  ? Criterion::v
                                : name == "input_current"    ? Criterion::input_current
                                : name == "modulation_index" ? Criterion::modulation_index
                                                             : Criterion::firing_rate;
    const auto found = classify(criterion, value_or_nan(row["value"]), row["threshold"]);
    EXPECT_EQ(class_names[static_cast<std::size_t>(found)], row["expect"].get<std::string>())
        << row.dump();
  }
}

TEST(Classes, RatioAndModulationOfTheToyNeurons) {
  const json table_of_cell = worked_examples("classification.json")["expected"];
  for (const json& cell : table_of_cell) {
    const auto expect_same = [&](double found, const char* key) {
      const double expected = value_or_nan(cell[key]);
      EXPECT_EQ(std::isnan(found), std::isnan(expected)) << cell["name"] << " " << key;
      if (!std::isnan(expected)) {
        EXPECT_NEAR(found, expected, 1e-9) << cell["name"] << " " << key;
      }
    };
    const double b = cell["baseline_count"], r = cell["response_count"];
    const double b_hz = cell["baseline_hz"], r_hz = cell["response_hz"];
    expect_same(rate_ratio(b, r), "ratio_reference");
    expect_same(rate_ratio(b_hz, r_hz), "ratio_hz");
    expect_same(modulation_index(b, r), "mi_reference");
    expect_same(modulation_index(b_hz, r_hz), "mi_hz");
  }
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
  for (const json& one : worked_examples("selectivity.json")["confusions"]) {
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
  for (const json& one : worked_examples("selectivity.json")["roles"]) {
    const DirectionRole role = direction_role(classes_of(one["classes"]));
    EXPECT_EQ(role_names[static_cast<std::size_t>(role)], one["role"].get<std::string>())
        << one.dump();
  }
  EXPECT_EQ(direction_role({}), DirectionRole::none);
}

}  // namespace
}  // namespace v1::analyses
