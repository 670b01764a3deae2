#include <gmock/gmock.h>

#include <functional>

#include "engine/base/error.hpp"
#include "tests/unit/network/small_network.hpp"

namespace v1::network {
namespace {

using ::testing::HasSubstr;

void expect_refused(const std::function<void(Network&)>& damage, const std::string& message) {
  Network network = small_network();
  damage(network);
  try {
    check_network(network);
    ADD_FAILURE() << "accepted, expected: " << message;
  } catch (const Error& failure) {
    EXPECT_EQ(failure.code(), ExitCode::data);
    EXPECT_THAT(failure.what(), HasSubstr(message));
  }
}

TEST(CheckNetwork, AcceptsASoundNetwork) { EXPECT_NO_THROW(check_network(small_network())); }

TEST(CheckNetwork, NamesWhatIsOutOfRange) {
  expect_refused([](Network& n) { n.blocks[0].address.set(3, 6, 0); }, "target 6 of synapse 3");
  expect_refused([](Network& n) { n.blocks[0].address.set(1, 2, 2); }, "kind 2 of synapse 1");
  expect_refused([](Network& n) { n.neurons.type[2] = 3; }, "type 3 of a neuron");
  expect_refused([](Network& n) { n.blocks[0].weight_pa[0] = not_known; }, "not finite");
  expect_refused([](Network& n) { n.synapse_kinds[1].receptor = 2; }, "needs receptor 2");
  expect_refused([](Network& n) { n.synapse_kinds[1].delay_ms = -1.0; }, "delay is -1 ms");
  expect_refused([](Network& n) { n.synapse_kinds[1].delay_ms = not_known; }, "delay is nan ms");
}

TEST(CheckNetwork, RefusesRowsThatDoNotFit) {
  expect_refused([](Network& n) { n.blocks[0].row_ptr.pop_back(); }, "rows must cover");
  expect_refused([](Network& n) { n.blocks[0].row_ptr[2] = 1; }, "row 1 has a negative length");
  expect_refused([](Network& n) { n.blocks[0].weight_pa.pop_back(); }, "differ in length");
}

TEST(CheckNetwork, RefusesEmptyPopulationsAndUnorderedIds) {
  expect_refused([](Network& n) { n.neurons.populations[1] = {"lm", 4, 4}; }, "'lm' is empty");
  expect_refused([](Network& n) { n.neurons.populations.pop_back(); }, "hold 4 of its 6");
  expect_refused([](Network& n) { n.neurons.id[1] = 3; }, "ids must ascend, found 3 after 3");
}

TEST(Network, FindsBlocksByName) {
  const Network network = small_network();
  EXPECT_EQ(network.find_block("recurrent"), 0u);
  EXPECT_FALSE(network.find_block("lgn").has_value());
}

TEST(Network, CountsReceptorsByModel) {
  Network network = small_network();
  EXPECT_EQ(network.receptor_count(), 2u);
  for (NodeType& type : network.types) type.model = NeuronModel::iaf_psc_delta;
  EXPECT_EQ(network.receptor_count(), 1u);
  network.types[1].model = NeuronModel::iaf_psc_alpha;
  EXPECT_EQ(network.receptor_count(), 2u);
}

TEST(HashNetwork, ChangesWithEverythingThatMatters) {
  const std::uint64_t original = hash_network(small_network());
  EXPECT_EQ(hash_network(small_network()), original);
  const std::vector<std::function<void(Network&)>> changes = {
      [](Network& n) { n.types[0].t_ref_ms = 2.0; },
      [](Network& n) { n.neurons.tuning_angle_deg[3] = 31.0f; },
      [](Network& n) { n.synapse_kinds[0].delay_ms = 1.6; },
      [](Network& n) { n.blocks[0].weight_pa[4] = 5.5f; },
      [](Network& n) { n.blocks[0].source_kind = SourceKind::rates; },
      [](Network& n) { n.background.rate_hz = 10.0; }};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Network network = small_network();
    changes[i](network);
    EXPECT_NE(hash_network(network), original) << "change " << i;
  }
}

}  // namespace
}  // namespace v1::network
