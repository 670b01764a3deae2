#include "tests/unit/config/config_fixture.hpp"

namespace v1::config {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

const v1e_module* spiking_module() {
  static const v1e_stimulus_api spikes = test::stimulus_table(V1E_OUT_SPIKES);
  static const v1e_stimulus_api both = test::stimulus_table(V1E_OUT_SPIKES | V1E_OUT_CURRENTS);
  static const v1e_plugin all[] = {
      test::describe_plugin(V1E_KIND_STIMULUS, "spikes", nullptr, &spikes),
      test::describe_plugin(V1E_KIND_STIMULUS, "both", nullptr, &both)};
  static const std::vector<const v1e_plugin*> pointers = {&all[0], &all[1]};
  static const v1e_module module = test::describe_module("org.v1engine.test_spikes", pointers);
  return &module;
}

class ConfigInputs : public ConfigTest {
 protected:
  ConfigInputs() { registry_.add_builtin(spiking_module()); }
  std::string input(const std::string& more, const std::string& dt = "1.0") const {
    return "[simulation]\ndt = " + dt + "\n[[input]]\nplugin = \"spikes\"\n" + more;
  }
};

TEST_F(ConfigInputs, ReadsTheSynapsesOfSpikes) {
  const RunConfig config =
      load(input("target = \"i23Pvalb\"\nname = \"cortex\"\nweight = -50\ndelay = 1.5\n"
                 "receptor = 2\nconnect = \"all-to-all\"\n",
                 "0.1"));
  ASSERT_THAT(config.inputs, SizeIs(1));
  const PluginUse& use = config.inputs[0];
  EXPECT_EQ(use.name, "cortex");
  EXPECT_EQ(use.target->name, "i23Pvalb");
  ASSERT_TRUE(use.synapses);
  EXPECT_EQ(use.synapses->weight_pa, -50.0);
  EXPECT_EQ(use.synapses->delay_ms, 1.5);
  EXPECT_EQ(use.synapses->receptor, 1u);
  EXPECT_TRUE(use.synapses->all_to_all);
}

TEST_F(ConfigInputs, FillsInDefaultsAndNames) {
  const RunConfig config = load(input("weight = 1\n[[input]]\nplugin = \"spikes\"\nweight = 2\n"));
  ASSERT_THAT(config.inputs, SizeIs(2));
  EXPECT_EQ(config.inputs[0].name, "spikes");
  EXPECT_EQ(config.inputs[1].name, "spikes-2");
  const InputSynapses& synapses = *config.inputs[0].synapses;
  EXPECT_EQ(synapses.delay_ms, 1.0);
  EXPECT_FALSE(synapses.receptor);
  EXPECT_FALSE(synapses.all_to_all);
  EXPECT_EQ(load(input("weight = 1", "0.5")).inputs[0].synapses->delay_ms, 0.5);
}

TEST_F(ConfigInputs, WritesWhatItRead) {
  const RunConfig config =
      load(input("weight = -2.5\ndelay = 3\nreceptor = 4\n"
                 "[[input]]\nplugin = \"spikes\"\nweight = 1\n"
                 "connect = \"all-to-all\"\n"));
  const RunConfig again = load(config.resolved_toml);
  EXPECT_EQ(again.resolved_toml, config.resolved_toml);
  EXPECT_EQ(again.inputs[0].synapses->receptor, 3u);
  EXPECT_EQ(again.inputs[0].synapses->delay_ms, 3.0);
  EXPECT_TRUE(again.inputs[1].synapses->all_to_all);
  EXPECT_EQ(again.inputs[1].name, "spikes-2");
}

TEST_F(ConfigInputs, AWeightDecidesForAPluginThatMakesBoth) {
  const std::string both = "[[input]]\nplugin = \"both\"\n";
  EXPECT_FALSE(load(both).inputs[0].synapses);
  EXPECT_TRUE(load(both + "weight = 3\n").inputs[0].synapses);
}

TEST_F(ConfigInputs, SweepsTheirKeys) {
  EXPECT_EQ(load(input("weight = 1"), {"input.0.weight=7"}).inputs[0].synapses->weight_pa, 7.0);
}

TEST_F(ConfigInputs, NamesMistakes) {
  EXPECT_THAT(line(input("")),
              HasSubstr("a.toml:3:1: 'input.weight' is required where spikes act"));
  EXPECT_THAT(line(input("weight = 1\ndelay = 0")), HasSubstr("a.toml:6:9: 'input.delay' must be"));
  EXPECT_EQ(line(input("weight = 1\ndelay = 1.5")),
            "a.toml:6:9: 'input.delay' must be 1 to 65535 whole steps of dt = 1 ms, found 1.5 ms");
  EXPECT_THAT(line(input("weight = 1\ndelay = 1e6")), HasSubstr("found 1000000 ms"));
  EXPECT_THAT(line(input("weight = 1\nreceptor = 0")), HasSubstr("a.toml:6:12: 'input.receptor'"));
  EXPECT_THAT(line(input("weight = 1\nconnect = \"one\"")), HasSubstr("one-to-one"));
  EXPECT_THAT(line(input("weight = 1\nname = \"a b\"")),
              HasSubstr("a.toml:6:8: 'input.name' must"));
  EXPECT_THAT(line(input("weight = 1\nname = \"lgn\"")), HasSubstr("of the network's own"));
  EXPECT_THAT(
      line(input("weight = 1\nname = \"x\"\n[[input]]\nplugin = \"spikes\"\nweight = 1\n"
                 "name = \"x\"")),
      HasSubstr("a.toml:10:8: 'input.name' \"x\" is the name of two inputs (the other is at "));
  EXPECT_THAT(line(input("weight = 1\nwieght = 1")), HasSubstr("did you mean 'weight'?"));
  EXPECT_THAT(line("[[input]]\nplugin = \"current_clamp\"\nparams = { amplitude = 1 }\nweight = 2"),
              HasSubstr("a.toml:4:10: 'input.weight' is of an [[input]] that makes spikes, but "
                        "\"current_clamp\" makes currents"));
  EXPECT_THAT(line("[[input]]\nweight = 2\ndelay = 1.0\nname = \"a\""),
              HasSubstr("'input.plugin' is required"));
  EXPECT_THAT(line("[simulation]\nscheme = \"billeh-tf\"\n[[input]]\nplugin = \"spikes\"\n"
                   "weight = 1\ndelay = 2.0"),
              HasSubstr("a.toml:6:9: 'input.delay' belongs to scheme \"exact\""));
  EXPECT_EQ(code_, ExitCode::config);
}

}  // namespace
}  // namespace v1::config
