#include "tests/unit/config/config_fixture.hpp"

namespace v1::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

using LoadConfig = ConfigTest;

TEST_F(LoadConfig, EmptyFileGivesTheDefaultsOfTheContract) {
  const RunConfig config = load("");
  EXPECT_EQ(config.name, "run");
  EXPECT_EQ(config.seed, 3000u);
  EXPECT_EQ(config.network.source, NetworkSource::generate);
  EXPECT_EQ(config.network.model, "billeh2020");
  EXPECT_EQ(config.network.neurons, 5000u);
  EXPECT_EQ(config.network.selection, "radial");
  EXPECT_EQ(config.network.seed, 3000u);
  EXPECT_EQ(config.simulation.duration_ms, 2500.0);
  EXPECT_EQ(config.simulation.steps_per_trial(), 2500);
  EXPECT_EQ(config.simulation.precision_bits(), 32);
  EXPECT_EQ(config.simulation.trials, 20u);
  EXPECT_TRUE(config.simulation.carry_state);
  EXPECT_EQ(config.simulation.backend, "auto");
  EXPECT_EQ(config.backend.plugin, "cpu");
  EXPECT_EQ(config.lgn.mosaic, "generate");
  EXPECT_EQ(config.background.kind, "model");
  EXPECT_FALSE(config.stimulus.has_value());
  EXPECT_EQ(config.record.spikes.kind, Selection::Kind::all);
  EXPECT_TRUE(config.record.variables.empty());
  EXPECT_EQ(config.record.variables_of.kind, Selection::Kind::core);
  EXPECT_EQ(config.limits.analysis_memory, 2ull << 30);
  EXPECT_EQ(config.source_path, folder_ / "a.toml");
}

TEST_F(LoadConfig, ReadsEveryTable) {
  const RunConfig config = load(R"(
name = "test-run"
seed = 7
[network]
model = "v1dd2024"
neurons = 300
selection = "random"
[simulation]
duration = 100
dt = 0.1
trials = 2
carry_state = false
precision = "auto"
backend = "cpu"
threads = 3
[simulation.backend_params]
block = 128
[lgn]
sigma = "bmtk"
spikes = "exponential"
[background]
kind = "pool"
[stimulus]
plugin = "gratings"
[stimulus.params]
contrast = 0.5
[[input]]
plugin = "current_clamp"
target = "i23Pvalb"
params = { amplitude = -100.0 }
[record]
spikes = "core"
variables = ["v", "asc_current"]
variables_of = [5, 3]
precision = "float32"
compression = "none"
[[analysis]]
plugin = "classification"
params = { block = 3 }
[[analysis]]
name = "second"
plugin = "classification"
[limits]
analysis_memory = "512 MiB"
isolate = true
)");
  EXPECT_EQ(config.network.seed, 7u);
  EXPECT_EQ(config.simulation.steps_per_trial(), 1000);
  EXPECT_EQ(config.simulation.precision_bits(), 64);
  EXPECT_EQ(config.backend.settings.view()->values[0].as.i, 128);
  EXPECT_EQ(config.background.kind, "pool");
  ASSERT_TRUE(config.stimulus);
  EXPECT_EQ(config.stimulus->settings.view()->values[2].as.f, 0.5);
  EXPECT_EQ(config.stimulus->loaded->name, "gratings");
  EXPECT_THAT(config.stimulus->where, HasSubstr("a.toml:24:10"));
  ASSERT_THAT(config.inputs, SizeIs(1));
  EXPECT_EQ(config.inputs[0].target->name, "i23Pvalb");
  EXPECT_EQ(config.inputs[0].settings.view()->values[0].as.f, -100.0);
  EXPECT_THAT(config.record.variables_of.ids, ElementsAre(3, 5));
  ASSERT_THAT(config.analyses, SizeIs(2));
  EXPECT_EQ(config.analyses[0].name, "classification");
  EXPECT_EQ(config.analyses[1].name, "second");
  EXPECT_EQ(config.limits.analysis_memory, 512ull << 20);
  EXPECT_TRUE(config.limits.isolate);
}

TEST_F(LoadConfig, NetworkSeedIsSeparateFromTheSeed) {
  const RunConfig config = load("seed = 1\n[network]\nseed = 2\n");
  EXPECT_EQ(config.seed, 1u);
  EXPECT_EQ(config.network.seed, 2u);
}

TEST_F(LoadConfig, AutoTakesCudaOnlyWhereThereIsADeviceThatServes) {
  test::cuda_devices = 1;
  RunConfig config = load("");
  EXPECT_EQ(config.backend.plugin, "cuda");
  EXPECT_EQ(config.simulation.backend, "auto");
  EXPECT_EQ(load("[simulation]\nscheme = \"billeh-tf\"").backend.plugin, "cpu");
  EXPECT_EQ(load("[simulation]\nprecision = \"float64\"").backend.plugin, "cpu");
  EXPECT_EQ(load("[simulation]\nbackend = \"cpu\"").backend.plugin, "cpu");
}

TEST_F(LoadConfig, ABackendWithoutADeviceIsRefusedAtOnce) {
  try {
    load("[simulation]\nbackend = \"cuda\"");
    FAIL() << "no exception";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::backend);
    EXPECT_THAT(e.what(), HasSubstr("'simulation.backend': backend cuda finds no device here"));
  }
  test::cuda_devices = 1;
  EXPECT_EQ(load("[simulation]\nbackend = \"cuda\"").backend.plugin, "cuda");
}

TEST_F(LoadConfig, ADeviceThatIsNotThereIsNamedWithItsPlace) {
  test::cuda_devices = 2;
  EXPECT_EQ(load("[simulation]\nbackend = \"cuda\"\ndevice = 1").simulation.device, 1u);
  try {
    load("[simulation]\nbackend = \"cuda\"\ndevice = 2");
    FAIL() << "no exception";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::backend);
    EXPECT_THAT(e.what(), HasSubstr("a.toml:3:10: 'simulation.device' must be 0 to 1, as backend "
                                    "cuda finds 2 devices here, found 2"));
  }
}

TEST_F(LoadConfig, NamesAFileOrACircuit) {
  write("net.h5", "x");
  EXPECT_EQ(load("[network]\nsource = \"file\"\nfile = \"net.h5\"").network.file,
            folder_ / "net.h5");
  const RunConfig sonata = load("[network]\nsource = \"sonata\"\ncircuit = \"./net.h5\"");
  EXPECT_EQ(sonata.network.source, NetworkSource::sonata);
  EXPECT_EQ(sonata.network.circuit, folder_ / "net.h5");
}

TEST_F(LoadConfig, AnalysesOnlyToleratesWhatAnotherMachineHad) {
  LoadOptions options;
  options.path = write("a.toml", R"(
network = { source = "file", file = "gone.h5" }
simulation = { backend = "exotic" }
stimulus = { plugin = "movie_of_somebody", params = { a = 1 } }
analysis = [{ plugin = "overview" }]
)");
  options.analyses_only = true;
  const RunConfig config = load_config(options, registry_);
  EXPECT_EQ(config.stimulus->loaded, nullptr);
  EXPECT_EQ(config.backend.loaded, nullptr);
  EXPECT_EQ(config.analyses[0].loaded->name, "overview");
  options.analyses_only = false;
  EXPECT_THROW(load_config(options, registry_), ConfigErrors);
}

TEST_F(LoadConfig, AnalysesThatAreNotWantedNeedNoPlugin) {
  LoadOptions options;
  options.path = write("a.toml", R"(
analysis = [{ plugin = "kit:of_somebody", params = { a = 1 } }, { plugin = "overview" },
            { name = "gone", plugin = "overview", params = { no_such = 1 } }]
)");
  options.analyses_only = true;
  options.wanted_analyses = {"overview"};
  const RunConfig config = load_config(options, registry_);
  ASSERT_EQ(config.analyses.size(), 3u);
  EXPECT_EQ(config.analyses[0].name, "of_somebody");
  EXPECT_EQ(config.analyses[0].loaded, nullptr);
  EXPECT_NE(config.analyses[1].loaded, nullptr);
  EXPECT_EQ(config.analyses[2].name, "gone");
  options.wanted_analyses = {"of_somebody"};
  EXPECT_THROW(load_config(options, registry_), ConfigErrors);
  options.wanted_analyses = std::nullopt;
  EXPECT_THROW(load_config(options, registry_), ConfigErrors);
}

TEST_F(LoadConfig, DefaultConfigTakesOptions) {
  write("circuit.json", "{}");
  LoadOptions options;
  options.sets = {"network.source=sonata",
                  "network.circuit=" + (folder_ / "circuit.json").string()};
  options.trials = 3;
  const RunConfig config = default_config(registry_, options);
  EXPECT_EQ(config.network.circuit, folder_ / "circuit.json");
  EXPECT_EQ(config.simulation.trials, 3u);
  EXPECT_EQ(config.backend.plugin, "cpu");
  const std::vector<std::string> sets = {"seed=11"};
  EXPECT_EQ(default_config(registry_, sets).seed, 11u);
}

TEST_F(LoadConfig, MissingAndBrokenFilesAreConfigErrors) {
  LoadOptions options;
  options.path = folder_ / "none.toml";
  try {
    load_config(options, registry_);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::config);
    EXPECT_THAT(e.what(), HasSubstr("none.toml: no such config file"));
  }
  EXPECT_THAT(line("seed = 1\nname = \"open"), HasSubstr("a.toml:2:"));
  EXPECT_EQ(code_, ExitCode::config);
}

}  // namespace
}  // namespace v1::config
