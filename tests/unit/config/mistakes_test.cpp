#include "tests/unit/config/config_fixture.hpp"

namespace v1::config {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

struct Mistake {
  const char* name;
  const char* text;
  const char* message;  // the whole line
};

class ConfigMistake : public ConfigTest, public ::testing::WithParamInterface<Mistake> {};

TEST_P(ConfigMistake, IsReportedWithItsPlace) {
  EXPECT_EQ(line(GetParam().text), GetParam().message);
  EXPECT_EQ(code_, ExitCode::config);
}

INSTANTIATE_TEST_SUITE_P(
    TopLevel, ConfigMistake,
    ::testing::Values(
        Mistake{"table", "[simulaton]\ntrials = 1",
                "a.toml:1:2: unknown key 'simulaton'; did you mean 'simulation'?"},
        Mistake{"not_a_table", "network = 3",
                "a.toml:1:11: 'network' must be a table, found the number 3"},
        Mistake{"seed", "seed = -1", "a.toml:1:8: 'seed' must be >= 0, found -1"},
        Mistake{"seed_type", "seed = 1.0",
                "a.toml:1:8: 'seed' must be a whole number, found the number 1.0; write 1"},
        Mistake{"name", "name = \"a/b\"",
                "a.toml:1:8: 'name' must be usable as a folder name, found \"a/b\""},
        Mistake{"sweep", "[[sweep]]\n",
                "a.toml:1:1: 'sweep' must hold tables with at least one key = "
                "[values]"}),
    [](const auto& one_case) { return std::string(one_case.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Network, ConfigMistake,
    ::testing::Values(
        Mistake{"source", "[network]\nsource = \"generated\"",
                "a.toml:2:10: 'network.source' must be one of \"generate\", \"file\", \"sonata\", "
                "found \"generated\"; did you mean 'generate'?"},
        Mistake{"model", "[network]\nmodel = \"billeh2021\"",
                "a.toml:2:9: 'network.model' must be one of \"billeh2020\", \"v1dd2024\" or the "
                "folder of a model, found \"billeh2021\"; did you mean 'billeh2020'?"},
        Mistake{"no_neurons", "[network]\nneurons = 0",
                "a.toml:2:11: 'network.neurons' must be >= 1, found 0"},
        Mistake{"many_neurons", "[network]\nneurons = 230925",
                "a.toml:2:11: 'network.neurons' must be <= 230924, the full column of billeh2020, "
                "found 230925"},
        Mistake{"beyond_the_core", "[network]\nneurons = 51979\nselection = \"core\"",
                "a.toml:2:11: 'network.neurons' must be <= 51978, the core of billeh2020, found "
                "51979"},
        Mistake{"wrong_owner", "[network]\ncircuit = \"c.json\"",
                "a.toml:2:11: 'network.circuit' belongs to network.source = \"sonata\", but the "
                "source is \"generate\""},
        Mistake{"no_circuit", "[network]\nsource = \"sonata\"",
                "a.toml:1:1: 'network.circuit' is required with network.source = \"sonata\""},
        Mistake{"overrides", "[network.overrides]\nconections = []",
                "a.toml:2:1: unknown key 'network.overrides.conections'; did you mean "
                "'connections'?"},
        Mistake{"override_list", "[network.overrides]\nconnections = 1",
                "a.toml:2:15: 'network.overrides.connections' must be a list of tables "
                "([[network.overrides.connections]]), found the number 1"},
        Mistake{"override_value", "[[network.overrides.connections]]\nsource = true",
                "a.toml:2:10: 'network.overrides.connections.source' must be a number, a text, a "
                "list of texts or { times = NUMBER }, found true"},
        Mistake{"added_population", "[[network.overrides.add]]\npopulation = 'x'",
                "a.toml:1:1: 'network.overrides.add' needs 'like': a new population starts as a "
                "copy of an "
                "old one (population = \"NEW\", like = \"OLD\")"},
        Mistake{"drop_below", "[network]\ndrop_below = -1",
                "a.toml:2:14: 'network.drop_below' must be >= 0, found -1"}),
    [](const auto& one_case) { return std::string(one_case.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Simulation, ConfigMistake,
    ::testing::Values(
        Mistake{"duraton", "[simulation]\nduraton = 5",
                "a.toml:2:1: unknown key 'simulation.duraton'; did you mean 'duration'?"},
        Mistake{"negative", "[simulation]\nduration = -5",
                "a.toml:2:12: 'simulation.duration' must be > 0, found -5"},
        Mistake{"infinite", "[simulation]\nduration = inf",
                "a.toml:2:12: 'simulation.duration' must be finite, found inf"},
        Mistake{"not_a_number", "[simulation]\ndt = nan",
                "a.toml:2:6: 'simulation.dt' must be finite, found nan"},
        Mistake{"fraction", "[simulation]\nduration = 10.5",
                "a.toml:2:12: 'simulation.duration' must be a whole number of steps of dt = 1 ms, "
                "found 10.5 ms"},
        Mistake{"trials", "[simulation]\ntrials = 0",
                "a.toml:2:10: 'simulation.trials' must be >= 1, found 0"},
        Mistake{"threads", "[simulation]\nthreads = -1",
                "a.toml:2:11: 'simulation.threads' must be >= 0, found -1"},
        Mistake{"billeh_dt", "[simulation]\nscheme = \"billeh-tf\"\ndt = 0.5",
                "a.toml:3:6: 'simulation.dt' must fit: scheme \"billeh-tf\" needs dt = 1.0 ms, "
                "found 0.5"},
        Mistake{"frames", "[simulation]\ndt = 0.3\nduration = 600",
                "a.toml:2:6: 'simulation.dt' must divide the 1 ms frames of the LGN: 1, 0.5, 0.25, "
                "0.2, 0.1, ..., found 0.3"},
        Mistake{"soft", "[simulation]\nreset = \"soft\"",
                "a.toml:2:9: 'simulation.reset' \"soft\" belongs to scheme \"billeh-tf\", but the "
                "scheme is \"exact\""},
        Mistake{"carry", "[simulation]\ncarry_state = 1",
                "a.toml:2:15: 'simulation.carry_state' must be true or false, found the number 1"},
        Mistake{"backend", "[simulation]\nbackend = \"cudda\"",
                "a.toml:2:11: 'simulation.backend': no backend plugin named 'cudda'; did you mean "
                "'cuda'? (no folder was searched)"},
        Mistake{"backend_params", "[simulation]\nbackend_params = { blok = 1 }",
                "a.toml:2:20: unknown key 'simulation.backend_params.blok' of plugin 'cpu'; did "
                "you mean 'block'?"}),
    [](const auto& one_case) { return std::string(one_case.param.name); });

INSTANTIATE_TEST_SUITE_P(
    OtherTables, ConfigMistake,
    ::testing::Values(
        Mistake{"lgn", "[lgn]\nsigma = \"exct\"",
                "a.toml:2:9: 'lgn.sigma' must be one of \"exact\", \"binned\", \"bmtk\", found "
                "\"exct\"; did you mean 'exact'?"},
        Mistake{"lgn_file", "[lgn]\nfile = \"u.csv\"",
                "a.toml:2:8: 'lgn.file' belongs to lgn.mosaic = \"csv\", but the mosaic is "
                "\"generate\""},
        Mistake{"lgn_csv", "[lgn]\nmosaic = \"csv\"",
                "a.toml:1:1: 'lgn.file' is required with lgn.mosaic = \"csv\""},
        Mistake{"lgn_sonata", "[lgn]\nmosaic = \"sonata\"",
                "a.toml:2:10: 'lgn.mosaic' \"sonata\" reads the LGN units of a circuit, but "
                "network.source is \"generate\"; leave it out, or give a table with \"csv\""},
        Mistake{"background", "[background]\nkind = \"pol\"",
                "a.toml:2:8: 'background.kind' must be one of \"model\", \"shared-poisson\", "
                "\"shared-stratified\", \"shared-binomial\", \"pool\", \"independent-poisson\", "
                "\"none\", \"file\", found \"pol\"; did you mean 'pool'?"},
        Mistake{"background_file", "[background]\nkind = \"file\"",
                "a.toml:1:1: 'background.file' is required with background.kind = \"file\""},
        Mistake{"potential_of_other_tools", "[record]\nvariables = [\"V_m\"]",
                "a.toml:2:13: 'record.variables' cannot hold \"V_m\"; did you mean 'v'? (known: v, "
                "input_current, recurrent_current, bottom_up_current, background_current, "
                "asc_current)"},
        Mistake{"variable", "[record]\nvariables = [\"input_curent\"]",
                "a.toml:2:13: 'record.variables' cannot hold \"input_curent\"; did you mean "
                "'input_current'? (known: v, input_current, recurrent_current, bottom_up_current, "
                "background_current, asc_current)"},
        Mistake{"variable_twice", "[record]\nvariables = [\"v\", \"v\"]",
                "a.toml:2:13: 'record.variables' names \"v\" twice"},
        Mistake{"selection", "[record]\nspikes = { layr = 4 }",
                "a.toml:2:12: 'record.spikes' has the unknown filter 'layr'; did you mean "
                "'layer'?"},
        Mistake{"memory", "[limits]\nanalysis_memory = \"2 GB of RAM\"",
                "a.toml:2:19: 'limits.analysis_memory' must be a size such as \"2 GiB\", found the "
                "text \"2 GB of RAM\""}),
    [](const auto& one_case) { return std::string(one_case.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Plugins, ConfigMistake,
    ::testing::Values(
        Mistake{"no_plugin", "[stimulus]\nparams = {}",
                "a.toml:1:1: 'stimulus.plugin' is required: the name of a plugin"},
        Mistake{"unknown", "[stimulus]\nplugin = \"grating\"",
                "a.toml:2:10: 'stimulus.plugin': no stimulus plugin named 'grating'; did you mean "
                "'gratings'? (no folder was searched)"},
        Mistake{"kind", "[stimulus]\nplugin = \"overview\"",
                "a.toml:2:10: 'stimulus.plugin': plugin 'overview' is of kind analysis, not "
                "stimulus"},
        Mistake{"parameter",
                "[stimulus]\nplugin = \"gratings\"\n[stimulus.params]\ntemporal_frq = 2",
                "a.toml:4:1: unknown key 'stimulus.params.temporal_frq' of plugin 'gratings'; did "
                "you mean 'temporal_frequency'?"},
        Mistake{"validate",
                "[stimulus]\nplugin = \"gratings\"\nparams = { reverse = true, contrast = 1 }",
                "a.toml:3:39: 'stimulus.params.contrast' of plugin 'gratings': must be <= 0.9 with "
                "reverse"},
        Mistake{"cells", "[stimulus]\nplugin = \"gratings\"\nparams = { cells = { layer = 7 } }",
                "a.toml:3:30: 'stimulus.params.cells' must have a layer out of 1, \"2/3\", 4, 5, "
                "6; found the number 7"},
        Mistake{"block", "[stimulus]\n[[stimulus.block]]\n",
                "a.toml:2:1: 'stimulus.block.plugin' is required: the name of a plugin"},
        Mistake{"clamp_as_stimulus",
                "[stimulus]\nplugin = \"current_clamp\"\nparams = { amplitude = 1 }",
                "a.toml:2:10: 'stimulus.plugin' \"current_clamp\" drives neurons with currents "
                "only; use it in [[input]]"},
        Mistake{"grating_as_input", "[[input]]\nplugin = \"gratings\"",
                "a.toml:2:10: 'input.plugin' \"gratings\" makes neither currents nor spikes, "
                "which are what an [[input]] injects; use it in [stimulus]"},
        Mistake{"required", "[[input]]\nplugin = \"current_clamp\"",
                "a.toml:2:10: 'input.params.amplitude' of plugin 'current_clamp' is required "
                "(Current)"},
        Mistake{"not_a_list", "[analysis]\nplugin = \"overview\"",
                "a.toml:1:1: 'analysis' must be a list of tables ([[analysis]]), found a table"},
        Mistake{"analysis_name", "[[analysis]]\nplugin = \"overview\"\nname = \"../x\"",
                "a.toml:3:8: 'analysis.name' must be a folder name (letters, digits, '.', '_', "
                "'-'), found \"../x\""},
        Mistake{"parameter_outside_params", "[stimulus]\nplugin = \"gratings\"\ncontrast = 0.5",
                "a.toml:3:1: unknown key 'stimulus.contrast'; did you mean "
                "'stimulus.params.contrast'?"},
        Mistake{"analysis_key", "[[analysis]]\nplugin = \"overview\"\nparms = {}",
                "a.toml:3:1: unknown key 'analysis.parms'; did you mean 'params'?"}),
    [](const auto& one_case) { return std::string(one_case.param.name); });

using ConfigMistakes = ConfigTest;

TEST_F(ConfigMistakes, AllOfASelectionAreNamedEachAtItsPlace) {
  const auto mistakes = [](const std::string& at, const std::string& key) {
    const auto place = [&](int column) {
      return "a.toml:" + at + ":" + std::to_string(column) + ": '" + key + "' ";
    };
    return std::vector<std::string>{
        place(27) + "must have a layer out of 1, \"2/3\", 4, 5, 6; found the number 7",
        place(35) + "must have ei = \"e\" or \"i\", found the text \"x\"",
        place(49) + "must have a radius > 0 um, found the number -1",
        place(53) + "has the unknown filter 'foo'"};
  };
  const std::string table = "{ layer = 7, ei = \"x\", radius = -1, foo = 2 }";
  EXPECT_EQ(lines("[record]\nvariables_of  = " + table), mistakes("2", "record.variables_of"));
  EXPECT_EQ(lines("[stimulus]\nplugin = \"gratings\"\n[stimulus.params]\ncells =         " + table),
            mistakes("4", "stimulus.params.cells"));
  EXPECT_THAT(lines("[record]\nspikes = [3, 'a', -1]"), SizeIs(2));
}

TEST_F(ConfigMistakes, AllAreReportedInOnePassSortedByPosition) {
  const auto all = lines(R"([limits]
isolate = 1
[simulation]
trials = 0
bogus = 1
[stimulus]
plugin = "gratings"
params = { contrast = 3, bogus = 1 }
[network]
neurons = -3
)");
  EXPECT_THAT(all, ElementsAre(HasSubstr("a.toml:2:"), HasSubstr("a.toml:4:"),
                               HasSubstr("a.toml:5:"), HasSubstr("a.toml:8:23: "),
                               HasSubstr("a.toml:8:26: "), HasSubstr("a.toml:10:")));
}

TEST_F(ConfigMistakes, AnalysesOfOneNameNameEachOther) {
  EXPECT_THAT(line("[[analysis]]\nplugin = \"overview\"\n[[analysis]]\nplugin = \"overview\""),
              AllOf(HasSubstr("a.toml:4:10: 'analysis.plugin' \"overview\" is the name of two"),
                    HasSubstr("a.toml:2:10")));
}

TEST_F(ConfigMistakes, AKeyOfAnotherTableIsSentHome) {
  EXPECT_EQ(line("trials = 3"),
            "a.toml:1:1: unknown key 'trials'; did you mean 'simulation.trials'?");
  EXPECT_EQ(line("[network]\ndt = 1"),
            "a.toml:2:1: unknown key 'network.dt'; did you mean 'simulation.dt'?");
  EXPECT_THAT(line("[network]\nspikes = 'all'"),  // of [lgn] and [record]
              HasSubstr("unknown key 'network.spikes'; known: circuit, drop_below, file, model"));
}

TEST_F(ConfigMistakes, OneMistakeIsOneLine) {
  EXPECT_EQ(line("[simulation]\ndt = 1e-9"),
            "a.toml:2:6: 'simulation.dt' must be at least 0.001 ms, found 1e-09");
  EXPECT_EQ(line("", {"sweep.0.seed=[1]"}),
            "--set sweep.0.seed=[1]: 'sweep.0' changes number 0 of the [[sweep]], counted from 0, "
            "but there are none");
  EXPECT_EQ(line("sweep = [3]"), "a.toml:1:10: 'sweep' must hold tables only, found the number 3");
}

TEST_F(ConfigMistakes, AnUnclosedTextIsTakenForOne) {
  EXPECT_THAT(line("name = 'abc\nseed = 3\n"),
              AllOf(HasSubstr("a.toml:1:12: "),
                    HasSubstr("; is a quote missing at the end of this line?")));
  EXPECT_THAT(line("name = \"abc"), HasSubstr("is a quote missing"));
  EXPECT_THAT(line("name = 'abc'\nseed = \n"), Not(HasSubstr("quote")));
}

TEST_F(ConfigMistakes, AFolderIsNoConfigButMayHoldOne) {
  const std::string run = write("run/config.toml", "").parent_path().string();
  const std::string circuit = write("circuit/config.simulation.json", "{}").parent_path().string();
  const auto said = [](const std::string& path) -> std::string {
    try {
      check_config_file(path);
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_EQ(said(run),
            run + ": is a folder, not a config file; did you mean '" + run + "/config.toml'?");
  EXPECT_THAT(said(circuit), HasSubstr("did you mean '" + circuit + "/config.simulation.json'?"));
  EXPECT_EQ(said(folder_.string()), folder_.string() + ": is a folder, not a config file");
}

TEST_F(ConfigMistakes, MissingFilesAreDataErrors) {
  EXPECT_THAT(line("[network]\nsource = \"file\"\nfile = \"gone.h5\""),
              HasSubstr("a.toml:3:8: 'network.file' names a file that does not exist: gone.h5"));
  EXPECT_EQ(code_, ExitCode::data);
  EXPECT_THAT(line("[stimulus]\nplugin = \"gratings\"\nparams = { movie = \"gone.npy\" }"),
              HasSubstr("no such file: gone.npy"));
  EXPECT_EQ(code_, ExitCode::data);
}

TEST_F(ConfigMistakes, MistakesWinOverMissingFiles) {
  EXPECT_THAT(lines("seed = -1\n[network]\nsource = \"file\"\nfile = \"gone.h5\""), SizeIs(2));
  EXPECT_EQ(code_, ExitCode::config);
}

TEST_F(ConfigMistakes, FailingPluginIsAPluginError) {
  test::validate_status = V1E_E_INTERNAL;
  EXPECT_THAT(line("[stimulus]\nplugin = \"gratings\""),
              HasSubstr("a.toml:2:10: plugin 'gratings' failed in validate: told to fail"));
  EXPECT_EQ(code_, ExitCode::plugin);
}

}  // namespace
}  // namespace v1::config
