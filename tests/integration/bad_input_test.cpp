#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/integration/process.hpp"

namespace v1 {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::Scratch;
using ::testing::StartsWith;

struct BadConfig {
  const char* name;
  const char* text;  // whole config
  int code;
  std::vector<std::string> says;  // in the one error line
};

std::ostream& operator<<(std::ostream& out, const BadConfig& bad) { return out << bad.name; }

class BadConfigTest : public ::testing::TestWithParam<BadConfig> {};

TEST_P(BadConfigTest, EndsInOneClearError) {
  const Scratch scratch;
  scratch.write("bad.toml", GetParam().text);
  const auto result = scratch.v1engine({"run", "bad.toml", "-o", "out"});
  EXPECT_EQ(result.code, GetParam().code) << result.err;
  EXPECT_THAT(result.err, StartsWith("error: "));
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  for (const std::string& part : GetParam().says) EXPECT_THAT(result.err, HasSubstr(part));
  EXPECT_FALSE(std::filesystem::exists(scratch / "out"));
}

INSTANTIATE_TEST_SUITE_P(
    Config, BadConfigTest,
    ::testing::Values(
        BadConfig{"UnknownKey",
                  "[network]\nneurns = 100\n",
                  2,
                  {"bad.toml:2:1", "neurns", "did you mean 'neurons'?"}},
        BadConfig{"WrongType", "[simulation]\ntrials = 'three'\n", 2, {"bad.toml:2", "trials"}},
        BadConfig{"NotANumber", "[simulation]\nduration = nan\n", 2, {"bad.toml:2", "duration"}},
        BadConfig{
            "NegativeDuration", "[simulation]\nduration = -5.0\n", 2, {"bad.toml:2", "duration"}},
        BadConfig{"NegativeNeurons", "[network]\nneurons = -1\n", 2, {"bad.toml:2", "neurons"}},
        BadConfig{"TooManyNeurons", "[network]\nneurons = 300000\n", 2, {"230924"}},
        BadConfig{"UnknownStimulus",
                  "[stimulus]\nplugin = 'gratngs'\n",
                  2,
                  {"bad.toml:2", "did you mean 'gratings'?"}},
        BadConfig{"UnknownBackend", "[simulation]\nbackend = 'gpu'\n", 2, {"gpu"}},
        BadConfig{"UnknownPluginParameter",
                  "[stimulus]\nplugin = 'gratings'\n[stimulus.params]\ntemporal_frequncy = 2\n",
                  2,
                  {"bad.toml:4:1", "did you mean 'temporal_frequency'?"}},
        BadConfig{"PluginParameterOutOfRange",
                  "[stimulus]\nplugin = 'gratings'\n[stimulus.params]\ncontrast = 1.5\n",
                  2,
                  {"bad.toml:4", "contrast"}},
        BadConfig{"MissingCircuit",
                  "[network]\nsource = 'sonata'\ncircuit = 'nothing.json'\n",
                  3,
                  {"nothing.json"}},
        BadConfig{"UnknownSelection",
                  "[network]\nneurons = 200\n[simulation]\ntrials = 1\nduration = 100.0\n"
                  "[record]\nvariables = ['v']\nvariables_of = 'e23Cux3'\n",
                  2,
                  {"bad.toml:8:16: 'record.variables_of'", "did you mean 'e23Cux2'?"}},
        BadConfig{"AnalysisWithoutWhatItNeeds",
                  "[network]\nneurons = 200\n[[analysis]]\nplugin = 'synapses'\n",
                  2,
                  {"bad.toml:4:10", "needs the results of classification"}},
        BadConfig{"UnknownModel", "[network]\nmodel = 'v1dd2042'\n", 2, {"v1dd2042", "billeh2020"}},
        BadConfig{"SyntaxError", "[network\nneurons = 5\n", 2, {"bad.toml:1"}},
        BadConfig{"SchemeNeedsOneMillisecond",
                  "[simulation]\nscheme = 'billeh-tf'\ndt = 0.5\n",
                  2,
                  {"billeh-tf"}}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(BadInput, AllMistakesAreReportedAtOnce) {
  const Scratch scratch;
  scratch.write("bad.toml", "[network]\nneurns = 100\n[simulation]\ntrials = 0\nbackend = 'gpu'\n");
  const auto result = scratch.v1engine({"run", "bad.toml"});
  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 3) << result.err;
}

TEST(BadInput, MissingConfig) {
  const Scratch scratch;
  const auto result = scratch.v1engine({"run", "nothing.toml"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("nothing.toml"));
}

TEST(BadInput, MissingSimulationConfigOfSonata) {
  const Scratch scratch;
  scratch.write("simulation.json", "{}");
  const auto result = scratch.v1engine({"run", "simulatoin.json"});
  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(result.err,
            "error: simulatoin.json: no such config file; did you mean 'simulation.json'?\n");
}

TEST(BadInput, ConfigsThatCannotBeRead) {
  const Scratch scratch;
  std::filesystem::create_directory(scratch / "a.toml");
  const auto folder = scratch.v1engine({"run", "a.toml"});
  EXPECT_EQ(folder.code, 2);
  EXPECT_EQ(folder.err, "error: a.toml: is a folder, not a config file\n");
  const std::string endless(300, 'n');
  const auto long_name = scratch.v1engine({"run", endless});
  EXPECT_EQ(long_name.code, 2);
  EXPECT_EQ(long_name.err,
            "error: " + endless + ": cannot be read as a config file (File name too long)\n");
}

// Whoever opened one would wait for its writer.
TEST(BadInput, PipesWhereFilesBelong) {
  const Scratch scratch;
  for (const char* name : {"a.toml", "a.json", "a.h5"}) {
    ASSERT_EQ(mkfifo((scratch / name).c_str(), 0600), 0);
  }
  scratch.write("includes.toml", "include = ['a.toml']");
  scratch.write("movie.toml", "[stimulus]\nplugin = 'movie'\nparams = { file = 'a.h5:/x' }");
  scratch.write("network.toml", "[network]\nsource = 'file'\nfile = 'a.h5'");
  scratch.write("circuit.toml", "[network]\nsource = 'sonata'\ncircuit = 'a.json'");
  for (const char* config : {"a.toml", "a.json", "includes.toml"}) {
    const auto result = scratch.v1engine({"validate", config});
    EXPECT_EQ(result.code, 2) << config;
    EXPECT_THAT(result.err, HasSubstr("is a pipe (FIFO), not a config file"));
  }
  for (const char* config : {"movie.toml", "network.toml", "circuit.toml"}) {
    const auto result = scratch.v1engine({"validate", config});
    EXPECT_EQ(result.code, 3) << config;
    EXPECT_THAT(result.err, HasSubstr("names a pipe (FIFO), but a file is needed: "));
  }
  const auto info = scratch.v1engine({"info", "a.h5"});
  EXPECT_NE(info.code, 0);
  EXPECT_THAT(info.err, HasSubstr("a.h5: is a pipe (FIFO)"));
  // Those of the shell are read.
  scratch.write("good.toml", testing::small_config(1, "[[sweep]]\nseed = [1, 2]\n"));
  const std::string line = "cat good.toml | " V1_BINARY " validate /dev/stdin";
  const auto good = testing::Process({"/bin/sh", "-c", line}, scratch.path()).wait();
  EXPECT_EQ(good.code, 0) << good.err;
  EXPECT_THAT(good.out, HasSubstr("2 points"));
}

// One line for each mistake, whatever it quotes.
TEST(BadInput, LineBreaksInWhatIsQuoted) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  for (const std::string set : {"name=a\nb", "simulation.dt=a\nb", "a\nb=3", "foo='''\na'''",
                                "simulation.dt=[1,\n2", "record.variables_of='a\nb'"}) {
    const auto result = scratch.v1engine({"validate", "a.toml", "--set", set});
    EXPECT_EQ(result.code, 2) << set;
    EXPECT_THAT(result.err, AllOf(StartsWith("error: --set "), HasSubstr("\\n")));
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  }
  const auto missing = scratch.v1engine({"validate", "a\x1B[31m\nb.toml"});
  EXPECT_THAT(missing.err, StartsWith("error: a\\u001B[31m\\nb.toml: no such config file"));
}

TEST(BadInput, ExistingOutputFolder) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  std::filesystem::create_directory(scratch / "out");
  const auto result = scratch.v1engine({"run", "a.toml", "-o", "out"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("out"));
}

// Which neurons there are is known only once there is a network.
TEST(BadInput, AllSelectionsAreReportedAtOnce) {
  const Scratch scratch;
  scratch.write("a.csv", "timestamps node_ids\n10 0\n");
  scratch.write("a.toml", testing::small_config(1,
                                                "spikes = 'e23q'\nvariables_of = [1, 2]\n"
                                                "[[input]]\nplugin = 'current_clamp'\n"
                                                "target = 'i23Pvlb'\n[[input]]\n"
                                                "plugin = 'current_clamp'\n"
                                                "target = { layer = 4, radius = 1e-9 }\n"));
  const auto check = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {"validate", "a.toml"};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = scratch.v1engine(words);
    EXPECT_EQ(result.code, 2);
    for (const char* key :
         {"'record.spikes'", "'record.variables_of'", "did you mean 'i23Pvalb'", "radius = 1e-09"})
      EXPECT_THAT(result.err, HasSubstr(key));
    return std::count(result.err.begin(), result.err.end(), '\n');
  };
  EXPECT_EQ(check({}), 4);
  EXPECT_EQ(check({"--set", "input.0.plugin=spikes", "--set", "input.0.weight=5", "--set",
                   "input.0.params.file=a.csv"}),
            4);
}

TEST(BadInput, UnwritableOutputFolder) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  scratch.write("file", "not a folder");
  const auto result = scratch.v1engine({"run", "a.toml", "-o", "file/out"});
  EXPECT_EQ(result.code, 2) << result.err;
  EXPECT_THAT(result.err, HasSubstr("file/out"));
  const std::string endless(300, 'n');
  const auto too_long = scratch.v1engine({"run", "a.toml", "-o", endless});
  EXPECT_EQ(too_long.code, 2);
  EXPECT_THAT(too_long.err, HasSubstr(endless + ": the run folder cannot be made"));
  EXPECT_EQ(scratch.v1engine({"run", endless + ".toml"}).code, 2);
  EXPECT_EQ(scratch.v1engine({"build", "a.toml", "-o", endless}).code, 2);
  EXPECT_EQ(scratch.v1engine({"info", endless}).code, 2);
  const auto empty = scratch.v1engine({"run", "a.toml", "-o", ""});
  EXPECT_EQ(empty.code, 2);
  EXPECT_THAT(empty.err, HasSubstr("expected a path"));
  EXPECT_FALSE(std::filesystem::exists(scratch / "runs"));
}

// --cache-dir "$NOWHERE" is a slip, not a wish for the default.
TEST(BadInput, EmptyPathsOfOptions) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"export", "out", "--format", "csv", "-o", ""},
                                             {"calibrate", "a.toml", "-o", ""},
                                             {"calibrate", "a.toml", "--targets", ""},
                                             {"analyze", "out", "--config", ""},
                                             {"run", "a.toml", "--cache-dir", ""}}) {
    const auto result = scratch.v1engine(words);
    EXPECT_EQ(result.code, 2) << words[0];
    EXPECT_THAT(result.err, HasSubstr(": expected a path, found ''")) << words[0];
  }
}

TEST(BadInput, WrongUsage) {
  const Scratch scratch;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{},
        {"rnu"},
        {"run"},
        {"run", "a.toml", "--nonsense"},
        {"run", "a.toml", "--max-time", "-1"},
        {"run", "a.toml", "--max-time", "nan"},
        {"run", "a.toml", "--threads", "two"},
        {"validate", "a.toml", "--set", "name=\xff"},
        {"validate", "a.toml", "--backend", "\xff"},
        {"run", "a.toml", "--seed", "18446744073709551615"}}) {
    const auto result = scratch.v1engine(arguments);
    EXPECT_EQ(result.code, 2) << result.err;
    EXPECT_THAT(result.err, StartsWith("error: "));
  }
  EXPECT_EQ(scratch.v1engine({"rnu"}).err,
            "error: no command 'rnu'; did you mean 'run'? (see v1engine --help)\n");
  EXPECT_EQ(scratch.v1engine({"plugins", "lst"}).err,
            "error: no command 'lst'; did you mean 'list'? (see v1engine plugins --help)\n");
  EXPECT_EQ(scratch.v1engine({"run", "a.toml", "--trial", "3"}).err,
            "error: no option '--trial'; did you mean '--trials'? (see v1engine run --help)\n");
  EXPECT_EQ(scratch.v1engine({"run", "--seed", "-1"}).err,
            "error: config is required (see v1engine run --help)\n");
  EXPECT_EQ(scratch.v1engine({"compare", "out"}).err,
            "error: run_b is required (see v1engine compare --help)\n");
  EXPECT_EQ(scratch.v1engine({"run", "a.toml", "--seed", "1", "--seed", "2"}).err,
            "error: --seed is given 2 times; give it once (see v1engine run --help)\n");
  EXPECT_EQ(scratch.v1engine({"run", "a.toml", "-o"}).err,
            "error: --output needs a value: DIR (see v1engine run --help)\n");
  EXPECT_EQ(scratch.v1engine({"plugins", "new", "stimulis", "x"}).err,
            "error: kind: expected stimulus, analysis, backend, found 'stimulis'; did you mean "
            "'stimulus'? (see v1engine plugins new --help)\n");
  EXPECT_THAT(scratch.v1engine({"export", "run", "--format", "cvs", "-o", "x"}).err,
              HasSubstr("found 'cvs'; did you mean 'csv'?"));
}

TEST(BadInput, StepsThatDoNotFillTheFramesOfTheLgn) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  const auto result = scratch.v1engine({"run", "a.toml", "-o", "out", "--set", "simulation.dt=0.3",
                                        "--set", "simulation.duration=600"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err,
              StartsWith("error: --set simulation.dt=0.3: 'simulation.dt' must divide the 1 ms"));
}

// Spikes from a file need no frames.
TEST(BadInput, ReplayedSpikesTakeAnyStep) {
  const Scratch scratch;
  scratch.write("s.csv", "timestamps population node_ids\n0.5 lgn 3\n");
  scratch.write("a.toml",
                "[network]\nneurons = 30\n[simulation]\ndt = 0.3\nduration = 3.0\ntrials = 1\n"
                "[stimulus]\nplugin = 'spikes'\nparams = { file = 's.csv' }\n");
  const auto result = scratch.v1engine({"validate", "a.toml"});
  EXPECT_EQ(result.code, 0) << result.err;
}

TEST(BadInput, InputsThatActOnNoNeuron) {
  const Scratch scratch;
  scratch.write("s.csv", "timestamps population node_ids\n0.5 lgn 3\n");
  scratch.write("a.toml",
                "[network]\nneurons = 30\n[[input]]\nplugin = 'gratings'\n"
                "params = { contrast = 0.5 }\n");
  const auto result = scratch.v1engine({"validate", "a.toml", "--set", "input.0.params.fil='x'"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err,
              HasSubstr("a.toml:4:10: 'input.plugin' \"gratings\" makes neither currents nor"));
  scratch.write("b.toml", "[network]\nneurons = 30\n");
  const auto none = scratch.v1engine({"validate", "b.toml", "--set", "input.0.params.amplitude=5"});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, HasSubstr("'input.0' changes number 0 of the [[input]], counted from 0, "
                                  "but there are none"));
}

TEST(BadInput, InfoOfSomethingElse) {
  const Scratch scratch;
  scratch.write("x.txt", "hello");
  EXPECT_EQ(scratch.v1engine({"info", "x.txt"}).code, 3);
  EXPECT_EQ(scratch.v1engine({"info", "missing"}).code, 3);
  EXPECT_EQ(scratch.v1engine({"compare", "x.txt", "missing"}).code, 3);
  EXPECT_EQ(scratch.v1engine({"report", "x.txt"}).err,
            "error: x.txt: is a file, but a run folder is needed\n");
}

TEST(BadInput, RunFoldersThatAreClosedToTheUser) {
  const Scratch scratch;
  std::filesystem::create_directory(scratch / "closed");
  std::filesystem::permissions(scratch / "closed", std::filesystem::perms::none);
  std::vector<std::string> as_user;
  if (geteuid() == 0) {  // who reads everything, unless told not to
    as_user = {"/usr/bin/setpriv", "--bounding-set", "-dac_override,-dac_read_search"};
  }
  for (const char* command : {"info", "report", "analyze"}) {
    std::vector<std::string> words = as_user;
    words.insert(words.end(), {V1_BINARY, command, "closed"});
    const auto result = testing::Process(words, scratch.path()).wait();
    EXPECT_EQ(result.code, 3) << command;
    EXPECT_EQ(result.err, "error: closed: cannot be read (Permission denied)\n") << command;
  }
  std::filesystem::permissions(scratch / "closed", std::filesystem::perms::owner_all);
}

}  // namespace
}  // namespace v1
