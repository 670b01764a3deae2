#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/analysis/dataset_view.hpp"
#include "engine/analysis/order.hpp"
#include "engine/analysis/rheobase.hpp"
#include "engine/analysis/stripes.hpp"
#include "engine/base/error.hpp"
#include "sdk/include/v1e_sdk/dataset.hpp"
#include "tests/unit/analysis/synthetic_run.hpp"
#include "tests/unit/analysis/temporary_folder.hpp"

namespace v1::analysis {
namespace {

TEST(Rheobase, MatchesTheWorkedCells) {
  const auto cells = json_of(std::string(V1_TEST_DATA) + "/analysis/rheobase.json");
  for (const auto& cell : cells) {
    const double found = rheobase_pa(cell["c_m"], cell["g"], cell["e_l"], cell["v_th"]);
    EXPECT_NEAR(found, cell["rheobase"].get<double>(), 1e-6);
    EXPECT_NEAR(0.05 * found, cell["threshold"].get<double>(), 1e-6);
  }
  EXPECT_TRUE(std::isnan(rheobase_pa(0.0, 1.0, -70.0, -50.0)));
  EXPECT_TRUE(std::isnan(rheobase_pa(1e4, 5000.0, -70.0, -20.0)));
}

TEST(TypeNames, LayerEiAndSubclassComeFromLocationOrName) {
  network::NodeType type;
  const auto expect = [&](const char* population, const char* location, const char* ei,
                          const char* layer, const char* found_ei, const char* subclass) {
    type.population = population;
    type.location = location;
    type.ei = ei;
    EXPECT_EQ(layer_of(type), layer) << population;
    EXPECT_EQ(ei_of(type), found_ei) << population;
    EXPECT_EQ(subclass_of(type), subclass) << population;
  };
  expect("e23Cux2", "", "", "2/3", "e", "e");
  expect("i4Pvalb", "VisL4", "i", "4", "i", "Pvalb");
  expect("i1Htr3a", "", "", "1", "i", "Htr3a");
  expect("e5Rbp4", "L5", "e", "5", "e", "e");
  expect("L23_Sst", "L2/3", "i", "2/3", "i", "Sst");
  expect("Scnn1a", "", "e", "", "e", "e");
  expect("PV1", "", "i", "", "i", "Pvalb");
  expect("LIF_exc", "", "e", "", "e", "e");
  expect("", "", "", "", "", "");
}

TEST(DatasetView, TellsColumnsOfNeuronsTypesAndStimulus) {
  SyntheticRun run(small_network({"e23Cux2", "i4Sst"}, 3), 4, 100);
  run.add_variable("v", "mV");
  run.change().spike_positions = std::vector<std::uint32_t>{0, 2, 5};
  run.change().stimulus.markers.push_back({500.0, "on"});
  run.change().stimulus.strips.push_back({"TF", "Hz", {0.0, 50.0}, {0.0, 2.0}});
  run.change().stimulus.trial_columns.push_back(
      {"orientation", "deg", std::vector<double>{0, 45, 90, 135}});
  const DatasetView view(run);
  const v1e::Dataset data(*view.view());
  EXPECT_EQ(data.neurons(), 6u);
  EXPECT_EQ(data.trials(), 4u);
  EXPECT_TRUE(data.has_state("v"));
  EXPECT_EQ(v1e::texts(data.neuron_column("layer"))[3], "4");
  EXPECT_EQ(v1e::texts(data.neuron_column("population"))[0], "e23Cux2");
  EXPECT_EQ(v1e::numbers(data.neuron_column("spikes_stored")),
            (std::vector<double>{1, 0, 1, 0, 0, 1}));
  EXPECT_NEAR(v1e::numbers(data.neuron_column("radius"))[4], 40.0, 1e-6);
  EXPECT_NEAR(data.by_neuron("rheobase")[5], 120.01, 1e-6);
  EXPECT_EQ(data.marker_times_ms(), std::vector<double>{500.0});
  ASSERT_NE(data.strip(), nullptr);
  EXPECT_EQ(data.strip()->value[1], 2.0);
  EXPECT_EQ(v1e::numbers(v1e::find_column(data.raw().trial_columns, data.raw().trial_column_count,
                                          "orientation"))[2],
            90.0);
}

TEST(DatasetView, LeavesOutWhatANetworkDoesNotHave) {
  network::Network network = small_network({"PV1"}, 2);
  network.neurons.has_positions = false;
  for (float& angle : network.neurons.tuning_angle_deg) angle = NAN;
  SyntheticRun run(std::move(network), 1, 10);
  const DatasetView view(run);
  const v1e::Dataset data(*view.view());
  EXPECT_EQ(data.neuron_column("x"), nullptr);
  EXPECT_EQ(data.neuron_column("tuning_angle"), nullptr);
  EXPECT_EQ(data.neuron_column("spikes_stored"), nullptr);
  EXPECT_EQ(data.strip(), nullptr);
}

Request dense_request(std::uint32_t index, std::size_t neurons, std::int64_t steps,
                      std::uint32_t stripes) {
  Request request;
  request.index = index;
  request.source = V1E_SRC_STATE;
  request.layout = V1E_LAYOUT_DENSE;
  request.stripes = stripes;
  request.trial_end = 5;
  request.step_end = steps;
  std::vector<std::uint32_t> list(neurons);
  for (std::uint32_t i = 0; i < neurons; ++i) list[i] = i;
  request.neurons = std::make_shared<const std::vector<std::uint32_t>>(list);
  return request;
}

TEST(Stripes, BlocksOfNeuronsFitWishAndBudget) {
  std::vector<Request> requests = {dense_request(0, 1000, 2500, V1E_STRIPE_NEURONS),
                                   dense_request(1, 1000, 2500, V1E_STRIPE_NEURONS)};
  const auto families = make_families(requests, 1ull << 30);
  ASSERT_EQ(families.size(), 1u);
  EXPECT_EQ(families[0].block_neurons, default_chunk_bytes / 20000);
  EXPECT_EQ(stripe_count(families[0]), (1000 + 837) / 838);
  requests[0].chunk_bytes = 200000;
  EXPECT_EQ(make_families(requests, 1ull << 30)[0].block_neurons, 10u);
  EXPECT_EQ(make_families(requests, 600000)[0].block_neurons, 5u);
  EXPECT_THROW(make_families(requests, 60000), Error);
}

TEST(Stripes, DifferentNeuronsOrKindsMakeFamilies) {
  std::vector<Request> requests = {
      dense_request(0, 10, 50, V1E_STRIPE_NEURONS), dense_request(1, 9, 50, V1E_STRIPE_NEURONS),
      dense_request(2, 10, 50, V1E_STRIPE_TRIALS), dense_request(3, 10, 50, V1E_STRIPE_NEURONS)};
  const auto families = make_families(requests, 1ull << 30);
  ASSERT_EQ(families.size(), 3u);
  EXPECT_EQ(families[0].units, (std::vector<std::vector<std::size_t>>{{0, 3}}));
  EXPECT_EQ(stripe_count(families[2]), 5u);
}

TEST(Stripes, GroupsMustAgree) {
  std::vector<Request> requests = {dense_request(0, 10, 50, V1E_STRIPE_TRIALS),
                                   dense_request(1, 10, 40, V1E_STRIPE_TRIALS)};
  requests[0].group = requests[1].group = 1;
  EXPECT_THROW(make_families(requests, 1ull << 30), Error);
  requests[1].step_end = 50;
  EXPECT_EQ(make_families(requests, 1ull << 30)[0].units.size(), 1u);
}

TEST(Stripes, ChunksInTimeHoldWholeBinsAndStoredChunks) {
  const Request request = dense_request(0, 1000, 2500, V1E_STRIPE_TRIALS);
  EXPECT_EQ(steps_per_chunk({&request}, 1ull << 30, 250), 2500);
  EXPECT_EQ(steps_per_chunk({&request}, 32ull << 20, 250), 500);  // 2 MiB at 4000 bytes a step
  Request counts = dense_request(1, 1000, 2500, V1E_STRIPE_TRIALS);
  counts.layout = V1E_LAYOUT_COUNTS;
  counts.bin_steps = 30;
  counts.chunk_bytes = 10000;
  EXPECT_EQ(steps_per_chunk({&counts}, 1ull << 30, 1) % 30, 0);
  Request events = dense_request(2, 1000, 2500, V1E_STRIPE_TRIALS);
  events.layout = V1E_LAYOUT_EVENTS;
  EXPECT_EQ(steps_per_chunk({&events}, 1ull << 30, 1), 2500);
}

}  // namespace
}  // namespace v1::analysis
