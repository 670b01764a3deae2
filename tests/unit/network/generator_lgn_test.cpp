#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "engine/base/csv.hpp"
#include "engine/network/generator/column.hpp"
#include "engine/network/generator/data_dir.hpp"
#include "engine/network/generator/lgn_field.hpp"
#include "engine/network/generator/lgn_units.hpp"

namespace v1::network::generator {
namespace {

constexpr std::uint64_t seed = 3000;

struct Lgn {
  Model model = load_model(find_model_directory("billeh2020"));
  LgnMosaic mosaic = make_lgn_units(model.lgn, seed);
};

const Lgn& lgn() {
  static const Lgn instance;
  return instance;
}

TEST(LgnUnits, FillEveryTileOfTheFieldWith116Units) {
  const LgnMosaic& mosaic = lgn().mosaic;
  ASSERT_EQ(mosaic.size(), 17400u);
  std::vector<int> tile(150, 0);
  for (std::size_t u = 0; u < mosaic.size(); ++u) {
    const int x = static_cast<int>(mosaic.x_deg[u] / 16.0);
    const int y = static_cast<int>(mosaic.y_deg[u] / 12.0);
    ++tile[static_cast<std::size_t>(x * 10 + y)];
  }
  for (const int units : tile) EXPECT_EQ(units, 116);
}

TEST(LgnUnits, FollowTheReleasedOrderOfClassesAndTiles) {
  const LgnMosaic& mosaic = lgn().mosaic;
  const std::vector<std::pair<std::string, std::uint32_t>> last_of_class = {
      {"sON_TF8", 2249},     {"sON_TF4", 3299},   {"sON_TF1", 4349},   {"sON_TF2", 5099},
      {"sONsOFF_001", 6299}, {"tOFF_TF15", 7499}, {"sOFF_TF15", 8549}, {"sONtOFF_001", 9299},
      {"tOFF_TF8", 10049},   {"tOFF_TF4", 11549}, {"sOFF_TF1", 12749}, {"sOFF_TF2", 13949},
      {"sOFF_TF4", 16199},   {"sOFF_TF8", 17399}};
  for (std::size_t c = 0; c < last_of_class.size(); ++c) {
    const auto& [name, last] = last_of_class[c];
    EXPECT_EQ(mosaic.class_names[mosaic.unit_class[last]], name);
    if (c > 0) {
      EXPECT_EQ(mosaic.unit_class[last_of_class[c - 1].second + 1], mosaic.unit_class[last]);
    }
  }
  // 15 units per tile, y tiles inside x tiles.
  EXPECT_LT(mosaic.x_deg[14], 16.0);
  EXPECT_LT(mosaic.y_deg[14], 12.0);
  EXPECT_GE(mosaic.y_deg[15], 12.0);
  EXPECT_GE(mosaic.x_deg[150], 16.0);
}

TEST(LgnUnits, JitterTemporalParametersWithinTwoAndAHalfPercent) {
  const auto& [model, mosaic] = lgn();
  double lowest = 2.0, highest = 0.0;
  for (std::size_t u = 0; u < mosaic.size(); ++u) {
    const LgnUnitClass& centre = model.lgn.classes[mosaic.unit_class[u]];
    const double ratio = mosaic.dominant[u].kpeak_ms[1] / centre.kpeak_ms[1];
    lowest = std::min(lowest, ratio);
    highest = std::max(highest, ratio);
    EXPECT_NEAR(mosaic.dominant[u].weight[0] / centre.weight[0], 1.0, 0.025);
    EXPECT_LE(std::fabs(mosaic.dominant[u].delay_ms[1] - centre.delay_ms[1]),
              0.025 * centre.delay_ms[1] + 1e-12);
    EXPECT_EQ(mosaic.spontaneous_hz[u], centre.spontaneous_hz);
  }
  EXPECT_NEAR(lowest, 0.975, 1e-4);
  EXPECT_NEAR(highest, 1.025, 1e-4);
}

TEST(LgnUnits, OnlyCompositeUnitsHaveAnAxisAndASecondSubunit) {
  const auto& [model, mosaic] = lgn();
  for (std::size_t u = 0; u < mosaic.size(); ++u) {
    const bool composite = model.lgn.classes[mosaic.unit_class[u]].family == LgnFamily::composite;
    EXPECT_EQ(std::isfinite(mosaic.tuning_angle_deg[u]), composite);
    EXPECT_EQ(std::isfinite(mosaic.sf_sep_deg[u]), composite);
    EXPECT_EQ(mosaic.non_dominant[u].kpeak_ms[0] > 0.0, composite);
    EXPECT_TRUE(!composite || mosaic.spatial_size_deg[u] >= 6.0);
  }
}

TEST(LgnUnits, SizesAreTriangularWithMeanFive) {
  const auto& [model, mosaic] = lgn();
  double sum = 0.0;
  int count = 0;
  for (std::size_t u = 0; u < mosaic.size(); ++u) {
    if (std::isfinite(mosaic.sf_sep_deg[u])) continue;
    EXPECT_GE(mosaic.spatial_size_deg[u], 2.0);
    EXPECT_LE(mosaic.spatial_size_deg[u], 10.0);
    sum += mosaic.spatial_size_deg[u];
    ++count;
  }
  EXPECT_NEAR(sum / count, 5.0, 5.0 * 1.78 / std::sqrt(count));
}

TEST(LgnInputs, ReproduceTheMeanInDegreePerPopulation) {
  const auto& [model, mosaic] = lgn();
  ThreadPool pool(2);
  const Column column = make_column(model, seed, pool);
  const LgnMap map(model.lgn, mosaic);
  const auto table =
      CsvTable::read(find_model_directory("billeh2020") / "acceptance" / "indegree.csv");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto population =
        std::find_if(model.populations.begin(), model.populations.end(),
                     [&](const Population& p) { return p.name == table.text(row, "population"); });
    ASSERT_NE(population, model.populations.end());
    const std::uint32_t stride = std::max(1u, population->count() / 1200);
    double connections = 0.0;
    int cells = 0;
    for (std::uint32_t i = 0; i < population->count(); i += stride) {
      const std::uint32_t id = population->first_id + i;
      const LgnTarget target{id, column.x_um[id], column.z_um[id], column.tuning_angle_deg[id]};
      const auto p = static_cast<std::size_t>(population - model.populations.begin());
      const auto units = lgn_inputs(model, model.lgn_fields[p], mosaic, map, target, seed);
      EXPECT_TRUE(
          std::is_sorted(units.begin(), units.end(),
                         [](const LgnInput& a, const LgnInput& b) { return a.unit < b.unit; }));
      connections += static_cast<double>(units.size());
      ++cells;
    }
    // The table itself is a sample estimate; cells spread by 4 to 9 connections.
    EXPECT_NEAR(connections / cells, table.number(row, "lgn"), 1.0) << population->name;
  }
}

TEST(LgnInputs, TakeCompositeUnitsOnlyAlongTheOrientationAndOneSustainedFamily) {
  const auto& [model, mosaic] = lgn();
  const LgnMap map(model.lgn, mosaic);
  const auto e4 = std::find_if(model.populations.begin(), model.populations.end(),
                               [](const Population& p) { return p.name == "e4Rorb"; });
  const LgnField& field =
      model.lgn_fields[static_cast<std::size_t>(e4 - model.populations.begin())];
  std::size_t composites = 0;
  for (std::uint32_t id = 0; id < 400; ++id) {
    const LgnTarget target{id, 0.25 * id, -0.25 * id, 0.9 * id};
    bool on = false, off = false;
    for (const LgnInput& input : lgn_inputs(model, field, mosaic, map, target, seed)) {
      const std::uint32_t unit = input.unit;
      const LgnFamily family = model.lgn.classes[mosaic.unit_class[unit]].family;
      on = on || family == LgnFamily::sustained_on;
      off = off || family == LgnFamily::sustained_off;
      if (family != LgnFamily::composite) continue;
      ++composites;
      const double apart =
          std::fmod(std::fabs(mosaic.tuning_angle_deg[unit] - target.direction_deg), 180.0);
      EXPECT_LE(std::min(apart, 180.0 - apart), 15.0 + 1e-9);
    }
    EXPECT_FALSE(on && off) << "neuron " << id;
  }
  EXPECT_GT(composites, 0u);
}

}  // namespace
}  // namespace v1::network::generator
