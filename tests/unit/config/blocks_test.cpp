#include "tests/unit/config/config_fixture.hpp"

namespace v1::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

using Blocks = ConfigTest;

double contrast_of(const PluginUse& use) { return use.settings.view()->values[2].as.f; }
double orientation_of(const PluginUse& use) { return use.settings.view()->values[0].as.f; }

TEST_F(Blocks, MakeOneConditionPerCombinationOfTheVariedValues) {
  const RunConfig config = load(R"(
[[stimulus.block]]
plugin = "gratings"
repeats = 10
params = { temporal_frequency = 4 }
vary = { orientation = [0, 90, 180], contrast = [0.1, 0.8] }
[[stimulus.block]]
plugin = "gratings"
label = "blank"
params = { contrast = 0.0 }
repeats = 5
)");
  EXPECT_FALSE(config.stimulus);
  ASSERT_THAT(config.blocks.blocks, SizeIs(2));
  const StimulusBlock& first = config.blocks.blocks[0];
  ASSERT_THAT(first.conditions, SizeIs(6));  // the parameter written last changes fastest
  EXPECT_EQ(orientation_of(first.conditions[1]), 0.0);
  EXPECT_EQ(contrast_of(first.conditions[1]), 0.8);
  EXPECT_EQ(orientation_of(first.conditions[4]), 180.0);
  EXPECT_EQ(contrast_of(first.conditions[4]), 0.1);
  EXPECT_EQ(first.conditions[4].settings.view()->values[1].as.f, 4.0);
  EXPECT_EQ(first.label, "gratings");
  EXPECT_EQ(config.blocks.blocks[1].label, "blank");
  EXPECT_EQ(config.blocks.presentation_count(), 65u);
  EXPECT_EQ(config.simulation.trials, 65u);
  EXPECT_EQ(config.blocks.order, "listed");
}

TEST_F(Blocks, WithoutAPluginShowThatOfTheStimulusTable) {
  const RunConfig config = load(R"(
seed = 5
[stimulus]
plugin = "gratings"
params = { contrast = 0.3, orientation = 45 }
order = "random"
[[stimulus.block]]
vary = { orientation = [0, 90] }
)");
  const auto& conditions = config.blocks.blocks.at(0).conditions;
  ASSERT_THAT(conditions, SizeIs(2));
  EXPECT_EQ(contrast_of(conditions[1]), 0.3);
  EXPECT_EQ(orientation_of(conditions[1]), 90.0);
  EXPECT_EQ(config.blocks.order_seed, 5u);
}

TEST_F(Blocks, TrialsMayShowAPartOfThePlanButNotMore) {
  const std::string block = "[[stimulus.block]]\nplugin = \"gratings\"\nrepeats = 4\n";
  EXPECT_EQ(load("[simulation]\ntrials = 3\n" + block).simulation.trials, 3u);
  EXPECT_THAT(lines("[simulation]\ntrials = 5\n" + block),
              ElementsAre("a.toml:2:10: 'simulation.trials' is 5, but the blocks of [stimulus] "
                          "fill only 4; give them more repeats"));
}

TEST_F(Blocks, ReadBackToTheSameConfig) {
  write("movie.npy", "x");
  const RunConfig config = load(R"(
[stimulus]
order = "balanced"
order_seed = 11
[[stimulus.block]]
plugin = "gratings"
repeats = 2
params = { movie = "movie.npy" }
vary = { "center.x" = [1, 2.5], wave = ["sine", "square"] }
)");
  LoadOptions options;
  options.path = write("elsewhere/config.toml", config.resolved_toml);
  const RunConfig again = load_config(options, registry_);
  EXPECT_EQ(again.resolved_toml, config.resolved_toml);
  EXPECT_EQ(again.blocks.blocks.at(0).conditions.size(), 4u);
  EXPECT_EQ(again.blocks.order_seed, 11u);
  EXPECT_THAT(config.resolved_toml, HasSubstr("\"center.x\" = [1.0, 2.5]"));
  EXPECT_THAT(config.resolved_toml, HasSubstr((folder_ / "movie.npy").string()));
}

TEST_F(Blocks, MistakesAreReportedWhereTheyWereWritten) {
  EXPECT_THAT(lines("[stimulus]\norder = \"randm\"\n[[stimulus.block]]\nplugin = \"gratings\"\n"
                    "vary = { contrast = [0.5,\n 1.5], contrst = [1] }\nparams = { wave = 3 }\n"
                    "repeats = 0\n"),
              UnorderedElementsAre(
                  HasSubstr("a.toml:2:9: 'stimulus.order' must be one of"),
                  HasSubstr("a.toml:6:2: 'stimulus.block.params.contrast' must be in [0, 1]"),
                  HasSubstr("a.toml:6:8: 'stimulus.block.vary.contrst': plugin 'gratings' has no "
                            "parameter 'contrst'; did you mean 'contrast'?"),
                  HasSubstr("a.toml:7:19: 'stimulus.block.params.wave' must be one of"),
                  HasSubstr("a.toml:8:11: 'stimulus.block.repeats' must be >= 1")));
  EXPECT_THAT(lines("[[stimulus.block]]\nplugin = \"gratings\"\nvary = { contrast = 0.5 }\n"),
              ElementsAre("a.toml:3:21: 'stimulus.block.vary.contrast' must be a list of values, "
                          "found the number 0.5"));
  EXPECT_THAT(lines("[[stimulus.block]]\nplugin = \"gratings\"\nvary = { contrast = [] }\n"),
              ElementsAre(HasSubstr("must be a list of values, found an empty list")));
  EXPECT_THAT(lines("[[stimulus.block]]\nplugin = \"gratings\"\nvary = { contrast = [1, 1.0] }\n"),
              ElementsAre("a.toml:3:25: 'stimulus.block.vary.contrast' lists the number 1.0 twice; "
                          "'repeats' says how often each combination is shown"));
  EXPECT_THAT(lines("[[stimulus.block]]\nplugin = \"gratings\"\nparams = { contrast = 0.3 }\n"
                    "vary = { contrast = [0.1, 0.2] }\n"),
              ElementsAre("a.toml:3:23: 'stimulus.block.params.contrast' is also in 'vary'; keep "
                          "one of them"));
  EXPECT_THAT(lines("[stimulus]\nplugin = \"gratings\"\norder = \"random\"\n"),
              ElementsAre(HasSubstr("a.toml:3:9: 'stimulus.order' belongs to [[stimulus.block]]")));
  EXPECT_THAT(lines("[[stimulus.block]]\nplugin = \"current_clamp\"\n"
                    "params = { amplitude = 1 }\n"),
              ElementsAre(HasSubstr("a.toml:2:10: 'stimulus.block.plugin' \"current_clamp\" drives "
                                    "neurons with currents only")));
}

}  // namespace
}  // namespace v1::config
