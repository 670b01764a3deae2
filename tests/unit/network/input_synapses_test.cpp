#include "engine/network/input_synapses.hpp"

#include <gmock/gmock.h>

#include "engine/base/error.hpp"
#include "engine/network/receptors.hpp"
#include "tests/unit/base/refusal.hpp"
#include "tests/unit/network/small_network.hpp"

namespace v1::network {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;

InputConnection connection(std::vector<std::uint32_t> targets, double weight_pa = 5.0) {
  InputConnection input;
  input.name = "cortex";
  input.targets = std::move(targets);
  input.weight_pa = weight_pa;
  input.delay_ms = 1.5;
  input.where = "a.toml:1:1";
  input.receptor_where = "a.toml:2:2";
  return input;
}

std::string refusal(const InputConnection& input, Network network = small_network()) {
  return refusal_of(ExitCode::config, [&] { add_input_block(network, input); });
}

TEST(InputSynapses, LeadFromASourceForEachTarget) {
  Network network = small_network();
  const std::uint64_t before = hash_network(network);
  add_input_block(network, connection({1, 2}));
  EXPECT_NO_THROW(check_network(network));
  ASSERT_EQ(network.blocks.size(), 2u);
  const EdgeBlock& block = network.blocks[1];
  EXPECT_EQ(block.name, "cortex");
  EXPECT_EQ(block.source_kind, SourceKind::events);
  EXPECT_EQ(block.current_class, CurrentClass::bottom_up);
  EXPECT_THAT(block.source_id, ElementsAre(10, 11));
  EXPECT_THAT(block.row_ptr, ElementsAre(0, 1, 2));
  EXPECT_THAT(block.weight_pa, ElementsAre(5.0f, 5.0f));
  EXPECT_EQ(block.address.target(0), 1u);
  EXPECT_EQ(block.address.target(1), 2u);
  // A kind of its own, though neurons have an equal one: scheme billeh-tf treats them differently.
  EXPECT_EQ(block.address.kind(0), 2);
  EXPECT_EQ(network.synapse_kinds[2], (SynapseKind{1.5, 0}));
  EXPECT_NE(hash_network(network), before);
}

TEST(InputSynapses, OrFromOneSourceToAll) {
  Network network = small_network();
  InputConnection input = connection({0, 3, 4});  // ids 3, 40 and 3 again
  input.all_to_all = true;
  input.receptor = 1;
  add_input_block(network, input);
  EXPECT_NO_THROW(check_network(network));
  const EdgeBlock& block = network.blocks[1];
  EXPECT_THAT(block.source_id, ElementsAre(0));
  EXPECT_THAT(block.row_ptr, ElementsAre(0, 3));
  EXPECT_EQ(network.synapse_kinds[block.address.kind(2)].receptor, 1u);
}

TEST(InputSynapses, UseTheReceptorThatSynapsesOfTheirSignUse) {
  Network network = small_network();  // type 0 gets -3 on receptor 1, and 5 on receptor 0
  EXPECT_THAT(usual_receptors(network, true),
              ElementsAre(Optional(0u), Optional(0u), Optional(0u)));
  EXPECT_THAT(usual_receptors(network, false),
              ElementsAre(Optional(1u), std::nullopt, std::nullopt));
  add_input_block(network, connection({0}, -5.0));
  const EdgeBlock& block = network.blocks[1];
  EXPECT_EQ(network.synapse_kinds[block.address.kind(0)].receptor, 1u);
  // The input's own synapses are from outside: they decide only where nothing else does.
  EXPECT_THAT(usual_receptors(network, false)[1], std::nullopt);
  InputConnection other = connection({1}, -1.0);
  other.name = "other";
  other.receptor = 0;
  add_input_block(network, other);
  EXPECT_THAT(usual_receptors(network, false)[1], Optional(0u));
}

TEST(InputSynapses, SayWhatIsWrong) {
  EXPECT_THAT(refusal(connection({})),
              HasSubstr("a.toml:1:1: input 'cortex': 'target' selects no"));
  EXPECT_THAT(refusal(connection({0, 4})),
              HasSubstr("'target' holds two neurons with id 3, of different populations"));
  EXPECT_THAT(refusal(connection({1}, -5.0)),
              HasSubstr("a.toml:2:2: 'input.receptor' is needed: neurons of i23Pvalb (node type 2) "
                        "receive no inhibitory synapse in this network, from which the receptor "
                        "could follow; give one of 1 to 2"));
  InputConnection input = connection({2});
  input.receptor = 2;
  EXPECT_THAT(refusal(input), HasSubstr("a.toml:2:2: 'input.receptor' = 3: neurons of e5Rbp4 (node "
                                        "type 3) have the receptors 1 to 2"));
  for (const char* taken : {"v1", "recurrent"}) {
    input.name = taken;
    EXPECT_THAT(refusal(input), HasSubstr("has a population of this name; choose another 'name'"));
  }
}

}  // namespace
}  // namespace v1::network
