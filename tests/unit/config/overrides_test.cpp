#include "tests/unit/config/config_fixture.hpp"

namespace v1::config {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

using Overrides = ConfigTest;

TEST_F(Overrides, SetTakesTomlValuesAndBareWords) {
  const RunConfig config =
      load("[simulation]\ntrials = 2",
           {"simulation.trials=5", "network.model=\"v1dd2024\"", "network.selection=random",
            "name = my run", "record.variables=[\"v\"]", "limits.analysis_memory=3 GiB",
            "record.spikes={ layer = 4 }", "stimulus.plugin=gratings",
            "stimulus.params.orientation=90"});
  EXPECT_EQ(config.simulation.trials, 5u);
  EXPECT_EQ(config.network.model, "v1dd2024");
  EXPECT_EQ(config.network.selection, "random");
  EXPECT_EQ(config.name, "my run");
  EXPECT_THAT(config.record.variables, SizeIs(1));
  EXPECT_EQ(config.limits.analysis_memory, 3ull << 30);
  EXPECT_EQ(config.record.spikes.layer, "4");
  EXPECT_EQ(config.stimulus->settings.view()->values[0].as.f, 90.0);
}

TEST_F(Overrides, LaterSetWins) { EXPECT_EQ(load("", {"seed=1", "seed=2"}).seed, 2u); }

TEST_F(Overrides, SetNamesItselfInErrors) {
  EXPECT_EQ(line("", {"simulation.trials=0"}),
            "--set simulation.trials=0: 'simulation.trials' must be >= 1, found 0");
  EXPECT_EQ(line("", {"simulation.trails=3"}),
            "--set simulation.trails=3: unknown key 'simulation.trails'; did you mean 'trials'?");
  EXPECT_EQ(line("", {"seed"}), "--set seed: must have the form key=value");
  EXPECT_EQ(line("", {"=3"}), "--set =3: must have the form key=value");
  EXPECT_EQ(line("", {"a..b=3"}), "--set a..b=3: 'a..b' is no config key");
  EXPECT_EQ(line("", {"record.variables=[1"}),
            "--set record.variables=[1: [1 is no complete TOML value");
  EXPECT_EQ(line("", {"simulation.dt=nan"}),
            "--set simulation.dt=nan: 'simulation.dt' must be finite, found nan");
  EXPECT_THAT(line("", {"simulation.dt=fast"}), HasSubstr("must be a number, found the text"));
  for (const char* with_unit : {"2.5s", "-2 ms", ".5s"}) {
    EXPECT_THAT(line("", {std::string("simulation.duration='") + with_unit + "'"}),
                HasSubstr(std::string("found the text \"") + with_unit +
                          "\"; leave out the unit: times are in ms"));
  }
}

TEST_F(Overrides, AGivenValueNamesItsPlace) {
  LoadOptions options;
  options.given = {{"simulation.dt", "-1.0", "c.json: run.dt"}};
  try {
    default_config(registry_, options);
    FAIL();
  } catch (const ConfigErrors& e) {
    EXPECT_EQ(e.lines()[0], "c.json: run.dt: 'simulation.dt' must be > 0, found -1");
  }
  options.sets = {"simulation.dt=0.5"};
  EXPECT_EQ(default_config(registry_, options).simulation.dt_ms, 0.5);
}

TEST_F(Overrides, SetCannotSmuggleInSecondKeys) {
  const RunConfig config = load("", {"name=a b = 3"});
  EXPECT_EQ(config.name, "a b = 3");
  EXPECT_EQ(line("", {"name=1\nseed = 4"}),
            "--set name=1\\nseed = 4: 'name' must be usable as a folder name, found "
            "\"1\\nseed = 4\"");
}

TEST_F(Overrides, SetOfAnotherPluginDropsTheParametersOfTheFile) {
  const std::string text = "[stimulus]\nplugin = \"overview\"\nparams = { nothing = 1 }";
  const RunConfig config =
      load(text, {"stimulus.params.contrast=0.25", "stimulus.plugin=gratings"});
  EXPECT_EQ(config.stimulus->settings.view()->values[2].as.f, 0.25);
}

TEST_F(Overrides, SetReachesIntoListsByIndex) {
  const std::string text =
      "[[input]]\nplugin = \"current_clamp\"\nparams = { amplitude = 1 }\n"
      "[[input]]\nplugin = \"current_clamp\"\nparams = { amplitude = 2 }";
  const RunConfig config = load(text, {"input.1.params.amplitude=7", "input.0.target=core"});
  EXPECT_EQ(config.inputs[0].settings.view()->values[0].as.f, 1.0);
  EXPECT_EQ(config.inputs[0].target->kind, Selection::Kind::core);
  EXPECT_EQ(config.inputs[1].settings.view()->values[0].as.f, 7.0);
  EXPECT_EQ(line(text, {"input.2.target=core"}),
            "--set input.2.target=core: 'input' has 2 elements; 'input.2' does not exist");
}

TEST_F(Overrides, PathsOfTheCommandLineAreRelativeToTheWorkingDirectory) {
  const auto before = std::filesystem::current_path();
  write("elsewhere/net.h5", "x");
  std::filesystem::current_path(folder_ / "elsewhere");
  const RunConfig config = load("", {"network.source=file", "network.file=net.h5"});
  const RunConfig turned = load("", {"network.file=net.h5", "network.source=file"});
  std::filesystem::current_path(before);
  EXPECT_EQ(config.network.file, folder_ / "elsewhere/net.h5");
  EXPECT_EQ(turned.network.file, config.network.file);  // in any order
}

TEST_F(Overrides, OptionsAreKeysOfTheirOwn) {
  LoadOptions options;
  test::cuda_devices = 2;
  options.path = write("a.toml", "[simulation]\ntrials = 9\nbackend = \"cpu\"");
  options.backend = "cuda";
  options.threads = 2;
  options.trials = 3;
  options.neurons = 77;
  options.seed = 5;
  options.device = 1;
  const RunConfig config = load_config(options, registry_);
  EXPECT_EQ(config.backend.plugin, "cuda");
  EXPECT_EQ(config.simulation.threads, 2u);
  EXPECT_EQ(config.simulation.trials, 3u);
  EXPECT_EQ(config.network.neurons, 77u);
  EXPECT_EQ(config.seed, 5u);
  EXPECT_EQ(config.simulation.device, 1u);
  options.trials = -3;
  options.backend = "cpuu";
  try {
    load_config(options, registry_);
    FAIL();
  } catch (const ConfigErrors& e) {
    EXPECT_THAT(e.lines(),
                ::testing::UnorderedElementsAre(
                    "--trials -3: 'simulation.trials' must be >= 1, found -3",
                    HasSubstr("--backend cpuu: 'simulation.backend': no backend plugin named")));
  }
}

}  // namespace
}  // namespace v1::config
