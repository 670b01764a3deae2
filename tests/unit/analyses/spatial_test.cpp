#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "plugins/analyses/shared/statistics/ripley.hpp"
#include "tests/unit/analyses/eight_neurons.hpp"
#include "tests/unit/analyses/plugin_fixture.hpp"

namespace v1::analysis {
namespace {

using analyses::Point;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::vector<Point> points = {
    {0, 0},       {5, 3},       {-8, 6},      {120, 40},  {125, 44},  {-200, 150}, {-210, 140},
    {300, -100},  {310, -90},   {50, -350},   {60, -345}, {-390, 20}, {380, 60},   {0, 395},
    {-150, -200}, {-155, -210}, {-148, -195}, {220, 220}, {10, -120}, {-40, 260}};
const std::vector<double> radii = {10.0, 25.0, 60.0, 150.0, 400.0};

TEST(Ripley, OverlapOfDiscs) {
  EXPECT_NEAR(analyses::disc_overlap(0, 100, 400), 31415.9265358979, 1e-8);
  EXPECT_NEAR(analyses::disc_overlap(300, 100, 400), 31415.9265358979, 1e-8);
  EXPECT_NEAR(analyses::disc_overlap(350, 100, 400), 24675.3138015637, 1e-8);
  EXPECT_NEAR(analyses::disc_overlap(400, 100, 400), 14873.3212640804, 1e-8);
  EXPECT_NEAR(analyses::disc_overlap(499, 100, 400), 16.8490111395377, 1e-8);
  EXPECT_EQ(analyses::disc_overlap(500, 100, 400), 0.0);
  EXPECT_NEAR(analyses::disc_overlap(200, 400, 400), 344337.476004753, 1e-7);
  EXPECT_NEAR(analyses::disc_overlap(399, 10, 400), 176.22382943826, 1e-8);
}

TEST(Ripley, Radii) {
  const auto main = analyses::log_spaced(10, 400, 100);
  EXPECT_EQ(main.size(), 100u);
  EXPECT_EQ(main.front(), 10.0);
  EXPECT_NEAR(main[49], 62.0781525181451, 1e-10);
  EXPECT_EQ(main.back(), 400.0);
  EXPECT_NEAR(analyses::log_spaced(10, 25, 10)[4], 15.0266519070008, 1e-10);
}

TEST(Ripley, NeighboursAndWeights) {
  const analyses::RipleyCounts counts(points, radii, 400.0);
  const auto n = counts.neighbours();
  const auto column = [&](std::size_t r) {
    std::vector<std::uint32_t> out;
    for (const auto& of_point : n) out.push_back(of_point[r]);
    return out;
  };
  EXPECT_THAT(column(0), ElementsAre(3, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 2, 1, 1, 1));
  EXPECT_THAT(column(1), ElementsAre(3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 3, 3, 3, 1, 1, 1));
  EXPECT_THAT(column(4), ElementsAre(20, 20, 20, 19, 18, 14, 14, 12, 12, 12, 13, 9, 9, 10, 14, 14,
                                     14, 12, 17, 11));
  EXPECT_NEAR(counts.weight(11, 0), 0.993005095059079, 1e-10);
  EXPECT_NEAR(counts.weight(13, 1), 0.620172694496573, 1e-10);
  EXPECT_NEAR(counts.weight(12, 3), 0.524311504430854, 1e-10);
  EXPECT_NEAR(counts.weight(0, 4), 1.0, 1e-10);
  EXPECT_NEAR(counts.weight(19, 4), 0.589000874691164, 1e-10);
}

TEST(Ripley, FunctionsOfTheWorkedExample) {
  const analyses::RipleyCounts counts(points, radii, 400.0);
  const std::vector<std::uint8_t> labels(points.size(), 0);
  const auto sums = counts.pair_sums({labels}, 1);
  const std::vector<double> with_self = {0.0706318676414468, 0.102860724275239, 0.105889503743166,
                                         0.168540463856591, 1.14163325333732};
  const std::vector<double> unbiased = {0.0210526315789474, 0.0526315789473684, 0.052940279448924,
                                        0.112258346412567, 1.11121985728197};
  const std::vector<double> l = {48.0381000088009, 66.7662935482247, 32.0350189429428,
                                 -15.9800931726529, 21.6576539861632};
  for (std::size_t r = 0; r < radii.size(); ++r) {
    const double k = analyses::unbiased_k(sums[r], points.size());
    EXPECT_NEAR(k, unbiased[r], 1e-10);
    EXPECT_NEAR((sums[r] + counts.self_sum(labels, 0, r)) / 400.0, with_self[r], 1e-10);
    EXPECT_NEAR(analyses::l_minus_r(k, counts.disc_area(), radii[r]), l[r], 1e-9);
  }
  EXPECT_TRUE(std::isnan(analyses::unbiased_k(0.0, 1)));
}

TEST(Ripley, GroupsAreCountedApart) {
  const analyses::RipleyCounts counts(points, radii, 400.0);
  std::vector<std::uint8_t> labels(points.size(), 1);
  labels[0] = labels[1] = labels[3] = 0;
  labels[2] = 7;  // ignored
  const auto sums = counts.pair_sums({std::vector<std::uint8_t>(points.size(), 0), labels}, 2);
  const std::size_t of_group_0 = 2 * radii.size();
  EXPECT_NEAR(sums[of_group_0 + 0], 2.0, 1e-12);  // points 0 and 1 see each other
  EXPECT_NEAR(sums[of_group_0 + 3], 6.0, 1e-12);  // all three do
}

// Values by a plain double loop in Python (math.dist, the lens formula for the weights).
TEST(Ripley, NeighboursOfAnotherGroup) {
  const analyses::RipleyCounts counts(points, radii, 400.0);
  std::vector<std::uint8_t> labels(points.size(), 1);
  for (const std::size_t i : {0u, 3u, 5u, 7u, 9u, 11u, 13u}) labels[i] = 0;
  for (const std::size_t i : {1u, 4u, 6u, 8u, 10u, 12u}) labels[i] = 2;
  std::vector<std::uint8_t> apart(points.size(), 1);
  apart[0] = 0, apart[13] = 2;  // 395 um apart, the second nearly on the edge
  const auto sums = counts.cross_sums({labels, apart}, 0, 2);
  const std::vector<double> expected = {4.0, 10.0, 10.117306190591131, 15.529953109705167,
                                        92.90176363696757};
  for (std::size_t r = 0; r < radii.size(); ++r) {
    EXPECT_NEAR(sums[r], expected[r], 1e-9);
    EXPECT_NEAR(analyses::cross_k(sums[r], 7, 6), expected[r] / 84.0, 1e-12);
  }
  EXPECT_EQ(sums[radii.size() + 3], 0.0);
  EXPECT_NEAR(sums[radii.size() + 4], 1.0 + 1.0 / counts.weight(13, 4), 1e-12);
  EXPECT_EQ(counts.cross_sums({labels, apart}, 2, 0), sums);
  EXPECT_TRUE(std::isnan(analyses::cross_k(0.0, 0, 3)));
}

TEST(Ripley, NullPoints) {
  analyses::UniformDisc disc(3000);
  const auto drawn = disc.draw(6, 400.0);
  const std::vector<double> x = {156.523874570227,  175.999953243635,  -330.369306221114,
                                 -224.636767262098, -280.246268284323, -287.991463439193};
  const std::vector<double> z = {-239.222169700448, 250.440906785625, -68.2590349695223,
                                 -40.4822127770287, 68.6447155151078, -188.13300128324};
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(drawn[i].x, x[i], 1e-10);
    EXPECT_NEAR(drawn[i].z, z[i], 1e-10);
  }
}

TEST(KernelDensity, Scott) {
  const std::vector<double> values = {-12.0, -5.0, -4.0, 0.0, 1.5, 3.0, 7.0, 11.0};
  const std::vector<double> at = {-20.0, -5.0, 0.0, 2.0, 10.0};
  const std::vector<double> expected = {0.00267627711491341, 0.0374505044349979, 0.0471076900606856,
                                        0.0464383757481338, 0.0258809849578965};
  const auto density = analyses::kernel_density(values, at);
  ASSERT_EQ(density.size(), at.size());
  for (std::size_t i = 0; i < at.size(); ++i) EXPECT_NEAR(density[i], expected[i], 1e-10);
  EXPECT_TRUE(analyses::kernel_density(std::vector<double>{1.0, 1.0}, at).empty());
}

/// 60 neurons: the first 20 (dVf) crowd in a corner, the others are spread over the disc.
class Spatial : public PluginFixture {
 protected:
  Spatial() : PluginFixture("spatial") {
    network::Network network = small_network({"e23Cux2"}, 60);
    std::vector<std::string> classes(60);
    analyses::UniformDisc disc(1);
    const auto spread = disc.draw(60, 390.0);
    for (std::size_t i = 0; i < 60; ++i) {
      const bool crowded = i < 20;
      network.neurons.x_um[i] = static_cast<float>(crowded ? 200 + 0.1 * spread[i].x : spread[i].x);
      network.neurons.z_um[i] = static_cast<float>(crowded ? 0.1 * spread[i].z : spread[i].z);
      network.neurons.y_um[i] = -100.0f - static_cast<float>(i);
      classes[i] = crowded ? "dVf" : (i < 40 ? "hVf" : "unclassified");
    }
    write_classes(folder_.path(), classes);
    run_ = std::make_shared<SyntheticRun>(std::move(network), 1, 100);
  }
  double scalar(const std::string& name) const {
    const auto summary = json_of(place() / "summary.json");
    for (const auto& item : summary["scalars"]) {
      if (item["name"] == name) return item["value"].get<double>();
    }
    ADD_FAILURE() << "no scalar " << name;
    return NAN;
  }
  std::shared_ptr<SyntheticRun> run_;
};

TEST_F(Spatial, FindsTheClassThatIsClustered) {
  const AnalysisResult result = run(run_, "realisations = 40\nradii = 30");
  ASSERT_TRUE(result.ok) << result.error;
  EXPECT_GT(scalar("clustered_dVf"), 0.8);
  EXPECT_LT(scalar("clustered_hVf"), 0.2);
  EXPECT_THAT(figures(), ElementsAre("ripley", "densities", "arrangement"));
  EXPECT_EQ(numbers(table("ripley"), "k").size(), 90u);
}

TEST_F(Spatial, TellsClassesThatKeepApart) {
  ASSERT_TRUE(run(run_, "realisations = 40\nradii = 30").ok);
  EXPECT_GT(scalar("separated_dVf_hVf"), 0.3);
  EXPECT_EQ(scalar("mixed_dVf_hVf"), 0.0);
  const ResultTable cross = table("ripley_cross");
  EXPECT_EQ(cross.rows(), 30u);
  EXPECT_EQ(numbers(cross, "n_first")[0], 20.0);
  EXPECT_EQ(numbers(cross, "n_second")[0], 20.0);
  const auto k = numbers(cross, "k"), l = numbers(cross, "l"), at = numbers(cross, "radius");
  EXPECT_NEAR(l[20], std::sqrt(k[20]) * at.back() - at[20], 1e-6);  // the last is the disc's
}

TEST_F(Spatial, TellsClassesThatMix) {
  // Every hVf neuron has a dVf neuron at 3 um.
  network::Neurons& neurons = run_->change_network().neurons;
  analyses::UniformDisc disc(2);
  const auto spread = disc.draw(60, 390.0);
  std::vector<std::string> classes(60, "unclassified");
  for (std::size_t i = 0; i < 60; ++i) {
    const std::size_t pair = i < 30 ? i / 2 : i;
    neurons.x_um[i] = static_cast<float>(spread[pair].x + (i < 30 && i % 2 == 1 ? 3.0 : 0.0));
    neurons.z_um[i] = static_cast<float>(spread[pair].z);
    if (i < 30) classes[i] = i % 2 == 0 ? "dVf" : "hVf";
  }
  write_classes(folder_.path(), classes);
  ASSERT_TRUE(run(run_, "realisations = 40\nradii = 30").ok);
  EXPECT_GT(scalar("mixed_dVf_hVf"), 0.3);
  const ResultTable cross = table("ripley_cross");
  EXPECT_GT(numbers(cross, "l")[0], numbers(cross, "l_high")[0]);
}

TEST_F(Spatial, ReferenceModeCountsThePointsThemselves) {
  ASSERT_TRUE(run(run_, "mode = 'reference'\nrealisations = 5\nradii = 10").ok);
  const ResultTable ripley = table("ripley");
  const auto k = numbers(ripley, "k"), null = numbers(ripley, "null_mean");
  EXPECT_GT(k[10], 1.0 / 20.0 - 1e-9);    // hVf: at least each of the 20 points itself
  EXPECT_GT(null[0], 1.0 / 60.0 - 1e-9);  // the null model has 60
  EXPECT_EQ(null[0], null[10]);
  EXPECT_FALSE(std::filesystem::exists(place() / "ripley_cross.csv"));  // not published
}

TEST_F(Spatial, AClassWithOneNeuronIsLeftOut) {
  std::vector<std::string> classes(60, "dVf");
  classes[7] = "hVf";
  write_classes(folder_.path(), classes);
  ASSERT_TRUE(run(run_, "realisations = 5\nradii = 10").ok);
  EXPECT_THAT(texts(table("ripley"), "class"), Not(Contains("hVf")));
  EXPECT_FALSE(std::filesystem::exists(place() / "ripley_cross.csv"));
  EXPECT_THAT(json_text_of(place() / "summary.json"), HasSubstr("Fewer than two neurons"));
}

TEST_F(Spatial, ADiscOfADozenMicrometresHasARadialDensity) {
  network::Neurons& neurons = run_->change_network().neurons;
  for (std::size_t i = 0; i < neurons.x_um.size(); ++i) {
    neurons.x_um[i] *= 0.03f;
    neurons.z_um[i] *= 0.03f;
  }
  ASSERT_TRUE(run(run_, "realisations = 5\nradii = 10").ok);
  const auto radius = numbers(table("radius_density"), "radius");
  ASSERT_FALSE(radius.empty());
  EXPECT_LT(radius.front(), 2.0);
}

TEST_F(Spatial, ANetworkWithoutPositionsIsRefused) {
  run_->change_network().neurons.has_positions = false;
  const AnalysisResult result = run(run_);
  EXPECT_FALSE(result.ok);
  EXPECT_THAT(result.error, HasSubstr("have no positions"));
}

}  // namespace
}  // namespace v1::analysis
