#include "engine/network/generator/column.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "engine/base/error.hpp"
#include "engine/network/generator/data_dir.hpp"

namespace v1::network::generator {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t seed = 3000;

struct FullColumn {
  Model model = load_model(find_model_directory("billeh2020"));
  ThreadPool pool{2};
  Column column = make_column(model, seed, pool);
};

const FullColumn& full() {
  static const FullColumn instance;
  return instance;
}

TEST(Column, HasTheExactCountsInsideAndOutsideTheCore) {
  const auto& [model, pool, column] = full();
  std::vector<std::uint32_t> core(model.populations.size(), 0), all(core);
  for (std::uint32_t id = 0; id < column.size(); ++id) {
    ++all[column.population[id]];
    if (column.radius_squared_um2(id) < 400.0 * 400.0) ++core[column.population[id]];
  }
  for (std::size_t p = 0; p < all.size(); ++p) {
    EXPECT_EQ(all[p], model.populations[p].count()) << model.populations[p].name;
    EXPECT_EQ(core[p], model.populations[p].n_core) << model.populations[p].name;
  }
}

TEST(Column, PutsCoreCellsAtTheReleasedEndOfTheirIdBlock) {
  const auto& [model, pool, column] = full();
  const double core2 = 400.0 * 400.0;
  EXPECT_LT(column.radius_squared_um2(70214), core2);  // first core cell of e23Cux2
  EXPECT_GE(column.radius_squared_um2(70213), core2);
  EXPECT_LT(column.radius_squared_um2(186603), core2);  // last core cell of e6Ntsr1
  EXPECT_GE(column.radius_squared_um2(186604), core2);
  EXPECT_EQ(model.populations[column.population[70214]].name, "e23Cux2");
}

TEST(Column, FillsTheCylinderUniformly) {
  const auto& [model, pool, column] = full();
  double area = 0.0, x = 0.0, z = 0.0;
  for (std::uint32_t id = 0; id < column.size(); ++id) {
    const Population& population = model.populations[column.population[id]];
    EXPECT_LE(-column.y_um[id], population.depth_bottom_um);
    EXPECT_GE(-column.y_um[id], population.depth_top_um);
    EXPECT_LT(column.radius_squared_um2(id), 845.0 * 845.0);
    area += column.radius_squared_um2(id);
    x += column.x_um[id];
    z += column.z_um[id];
  }
  // Mean of r^2 over a disc is R^2 / 2 (the core is denser by 0.5 %); centroids are at 0.
  EXPECT_NEAR(area / column.size(), 845.0 * 845.0 / 2.0, 2500.0);
  EXPECT_NEAR(x / column.size(), 0.0, 5.0 * 422.5 / std::sqrt(column.size()));
  EXPECT_NEAR(z / column.size(), 0.0, 5.0 * 422.5 / std::sqrt(column.size()));
}

TEST(Column, SpacesDirectionsEvenlyWithinEachTypeOfExactSize) {
  const auto& [model, pool, column] = full();
  std::vector<std::vector<float>> directions(model.types.size());
  for (std::uint32_t id = 0; id < column.size(); ++id) {
    directions[column.type[id]].push_back(column.tuning_angle_deg[id]);
  }
  for (std::size_t t = 0; t < directions.size(); ++t) {
    ASSERT_EQ(directions[t].size(), model.types[t].n_cells);
    std::sort(directions[t].begin(), directions[t].end());
    for (std::size_t i = 0; i < directions[t].size(); ++i) {
      EXPECT_EQ(directions[t][i],
                static_cast<float>(360.0 * static_cast<double>(i) / model.types[t].n_cells));
    }
  }
}

TEST(Column, DirectionsDoNotFollowPositions) {
  const auto& [model, pool, column] = full();
  // Circular correlation of direction and polar angle, and of direction and id.
  double with_position = 0.0, with_id = 0.0;
  for (std::uint32_t id = 0; id < column.size(); ++id) {
    const double direction = column.tuning_angle_deg[id] * M_PI / 180.0;
    with_position += std::cos(direction - std::atan2(column.z_um[id], column.x_um[id]));
    with_id += std::cos(direction - 2.0 * M_PI * id / column.size());
  }
  const double bound = 5.0 * std::sqrt(0.5 * column.size());
  EXPECT_LT(std::fabs(with_position), bound);
  EXPECT_LT(std::fabs(with_id), bound);
}

TEST(SelectMembers, RadialTakesTheNearestAndTheCoreSizeIsTheCore) {
  const auto& [model, pool, column] = full();
  const auto radial = select_members(model, column, "radial", 51978, seed);
  EXPECT_EQ(radial, select_members(model, column, "core", 51978, seed));
  const auto few = select_members(model, column, "radial", 100, seed);
  double widest = 0.0;
  for (const std::uint32_t id : few) widest = std::max(widest, column.radius_squared_um2(id));
  std::size_t nearer = 0;
  for (std::uint32_t id = 0; id < column.size(); ++id) {
    if (column.radius_squared_um2(id) <= widest) ++nearer;
  }
  EXPECT_EQ(nearer, few.size());
}

TEST(SelectMembers, RandomSelectionsAreNestedAndChangeWithTheSeed) {
  const auto& [model, pool, column] = full();
  const auto few = select_members(model, column, "random", 500, seed);
  const auto many = select_members(model, column, "random", 2000, seed);
  EXPECT_TRUE(std::includes(many.begin(), many.end(), few.begin(), few.end()));
  EXPECT_NE(few, select_members(model, column, "random", 500, seed + 1));
}

TEST(SelectMembers, RefusesMoreNeuronsThanThereAreAndNamesTheLimit) {
  const auto& [model, pool, column] = full();
  const auto message = [&](const char* selection, std::uint32_t n) {
    try {
      select_members(model, column, selection, n, seed);
    } catch (const Error& failure) {
      EXPECT_EQ(failure.code(), ExitCode::config);
      return std::string(failure.what());
    }
    return std::string("accepted");
  };
  EXPECT_THAT(message("radial", 230925), HasSubstr("1 to 230924"));
  EXPECT_THAT(message("core", 51979), HasSubstr("1 to 51978 (the core"));
  EXPECT_THAT(message("random", 0), HasSubstr("found 0"));
  EXPECT_THAT(message("radail", 10), HasSubstr("did you mean 'radial'"));
}

}  // namespace
}  // namespace v1::network::generator
