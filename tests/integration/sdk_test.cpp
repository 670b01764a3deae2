#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/process.hpp"

/// What a third party does: a project from a template, built out of the tree, run at once.
namespace v1 {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::ProcessResult;
using testing::Scratch;

struct Kit {
  const char* kind;
  const char* language;
  const char* result;  // a file of the run that only this plugin leads to
};

class SdkTest : public ::testing::TestWithParam<Kit> {
 protected:
  ProcessResult run(const std::vector<std::string>& words) const {
    return testing::Process(words, scratch.path()).wait();
  }
  const Scratch scratch;
};

TEST_P(SdkTest, NewProjectBuildsWithTwoCommandsRunsAndConforms) {
  const Kit kit = GetParam();
  const ProcessResult made =
      scratch.v1engine({"plugins", "new", kit.kind, "ripple", "--lang", kit.language});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(made.out, "ripple\n");
  const ProcessResult configured =
      run({V1_CMAKE, "-S", "ripple", "-B", "ripple/build", "-DCMAKE_BUILD_TYPE=Debug",
           "-DCMAKE_C_COMPILER=" V1_C_COMPILER, "-DCMAKE_CXX_COMPILER=" V1_CXX_COMPILER});
  ASSERT_EQ(configured.code, 0) << configured.out << configured.err;
  const ProcessResult built = run({V1_CMAKE, "--build", "ripple/build"});
  ASSERT_EQ(built.code, 0) << built.out << built.err;
  const ProcessResult ran =
      scratch.v1engine({"run", "ripple/config.toml", "--plugin-path", "ripple/build", "-o", "run"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_TRUE(std::filesystem::exists(scratch / kit.result)) << kit.result;
  EXPECT_THAT(testing::read_text(scratch / "run/run.json"), HasSubstr("ripple"));
  const ProcessResult checked = scratch.v1engine({"plugins", "check", "ripple/build/ripple.so"});
  EXPECT_EQ(checked.code, 0) << checked.out;
  EXPECT_THAT(checked.out, HasSubstr(" 0 failed"));
}

INSTANTIATE_TEST_SUITE_P(AllKinds, SdkTest,
                         ::testing::Values(Kit{"stimulus", "cpp", "run/report.html"},
                                           Kit{"stimulus", "c", "run/report.html"},
                                           Kit{"analysis", "cpp", "run/analyses/ripple/rates.csv"},
                                           Kit{"analysis", "c", "run/analyses/ripple/rates.csv"},
                                           Kit{"backend", "cpp", "run/spikes.h5"},
                                           Kit{"backend", "c", "run/spikes.h5"}),
                         [](const auto& kit) {
                           return std::string(kit.param.kind) + "_" + kit.param.language;
                         });

TEST(PluginsNew, RefusesBadNamesAndFoldersInUse) {
  const Scratch scratch;
  const auto bad = scratch.v1engine({"plugins", "new", "stimulus", "My-Plugin"});
  EXPECT_EQ(bad.code, 2);
  EXPECT_THAT(bad.err, HasSubstr("small letters"));
  scratch.write("file", "in use");
  const auto used = scratch.v1engine({"plugins", "new", "stimulus", "x", "-o", "."});
  EXPECT_EQ(used.code, 2);
  EXPECT_THAT(used.err, HasSubstr("already exists"));
  EXPECT_EQ(scratch.v1engine({"plugins", "new", "filter", "x"}).code, 2);
  const auto spaced = scratch.v1engine({"plugins", "new", "stimulus", "x", "-o", "it's a test"});
  EXPECT_EQ(spaced.out, "it's a test\n");
  EXPECT_THAT(spaced.err, HasSubstr("cmake --build 'it'\\''s a test'/build\n"));
}

TEST(Sdk, FastMathIsRefused) {
  const Scratch scratch;
  ASSERT_EQ(scratch.v1engine({"plugins", "new", "stimulus", "fast", "--lang", "c"}).code, 0);
  const ProcessResult configured =
      testing::Process({V1_CMAKE, "-S", "fast", "-B", "fast/build", "-DCMAKE_C_FLAGS=-ffast-math",
                        "-DCMAKE_C_COMPILER=" V1_C_COMPILER},
                       scratch.path())
          .wait();
  EXPECT_NE(configured.code, 0);
  EXPECT_THAT(configured.err, HasSubstr("ffast-math"));
}

// Runs a.toml with the backend of the frozen headers and with cpu.
void gives_the_spikes_of_cpu(const Scratch& scratch, const std::string& old_backend) {
  for (const std::string& backend : {old_backend, std::string("cpu")}) {
    const ProcessResult run = scratch.v1engine(
        {"run", "a.toml", "--backend", backend, "--plugin-path", V1_OLD_PLUGINS, "-o", backend});
    ASSERT_EQ(run.code, 0) << run.err;
  }
  EXPECT_EQ(scratch.v1engine({"compare", "cpu", old_backend}).code, 0);
}

// Plugins built from the frozen headers of version 1.0, never from today's.
TEST(FrozenInterface, PluginsOfVersionOneLoadAndRun) {
  const Scratch scratch;
  scratch.write("a.toml",
                "name = 'old'\nseed = 7\n[network]\nneurons = 200\n[simulation]\nduration = 200.0\n"
                "[stimulus]\nplugin = 'old_stimulus'\n[[analysis]]\nplugin = 'old_analysis'\n");
  gives_the_spikes_of_cpu(scratch, "old_backend");
  EXPECT_TRUE(std::filesystem::exists(scratch / "old_backend/analyses/old_analysis/rates.csv"));
}

// The same with an extension, from the header it was published with.
TEST(FrozenInterface, LanesOfVersionOneRunTrialsSideBySide) {
  const Scratch scratch;
  scratch.write("a.toml",
                "name = 'old'\nseed = 7\n[network]\nneurons = 200\n[simulation]\nduration = 100.0\n"
                "trials = 3\ncarry_state = false\n[stimulus]\nplugin = 'gratings'\n");
  gives_the_spikes_of_cpu(scratch, "old_lanes");
}

// A backend says what it can do; what it cannot is refused before anything is simulated.
TEST(Backends, RefuseWhatTheyDoNotClaim) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  const auto with = [&](const std::string& set) {
    return scratch.v1engine({"validate", "a.toml", "--backend", "old_backend", "--plugin-path",
                             V1_OLD_PLUGINS, "--set", "record.variables=[]", "--set", set});
  };
  EXPECT_EQ(with("name=plain").code, 0);
  for (const auto& [set, reason] :
       {std::pair("record.variables=['v']", "cannot record variables"),
        std::pair("simulation.scheme=billeh-tf", "does not serve simulation.scheme"),
        std::pair("simulation.precision=float64", "computes in 32 bits only"),
        std::pair("input=[{plugin='current_clamp', target='all'}]", "takes no currents")}) {
    const ProcessResult refused = with(set);
    EXPECT_EQ(refused.code, 5) << set;
    EXPECT_THAT(refused.err, AllOf(HasSubstr("error: backend 'old_backend'"), HasSubstr(reason),
                                   HasSubstr("use --backend cpu")));
  }
}

TEST(Backends, AutoTakesOneThatServesTheRun) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  // A program without the shipped backend cuda, which would hide the one of this test.
  namespace fs = std::filesystem;
  const fs::path program = scratch / "bin/v1engine", plugins = scratch / "lib/v1engine/plugins";
  fs::create_directories(program.parent_path());
  fs::create_directories(plugins);
  fs::copy_file(V1_BINARY, program);
  for (const fs::directory_entry& plugin : fs::directory_iterator(V1_PLUGIN_DIR)) {
    if (plugin.path().filename() != "cuda.so") fs::copy(plugin.path(), plugins);
  }
  const auto run = [&](const std::string& to, const std::string& set) {
    return testing::Process({program.string(), "run", "a.toml", "--plugin-path",
                             std::string(V1_BAD_PLUGINS) + "/cuda", "-o", to, "--set", set},
                            scratch.path())
        .wait();
  };
  ASSERT_EQ(run("plain", "record.variables=[]").code, 0);
  EXPECT_THAT(testing::read_text(scratch / "plain/run.json"), HasSubstr("\"backend\": \"cuda\""));
  const ProcessResult recorded = run("recorded", "record.variables=['v']");
  ASSERT_EQ(recorded.code, 0) << recorded.err;
  EXPECT_THAT(recorded.err, HasSubstr("takes cpu: cuda cannot record variables"));
  EXPECT_THAT(testing::read_text(scratch / "recorded/run.json"), HasSubstr("\"backend\": \"cpu\""));
}

TEST(Examples, PlainCAndFortranStimuliRun) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  std::vector<std::string> names = {"checkerboard"};
  if (std::filesystem::exists(V1_EXAMPLES_DIR "/fortran_bar.so")) names.push_back("fortran_bar");
  for (const std::string& name : names) {
    const auto ran =
        scratch.v1engine({"run", "a.toml", "--plugin-path", V1_EXAMPLES_DIR, "-o", name, "--set",
                          "stimulus={plugin='" + name + "'}", "--set", "simulation.duration=200"});
    EXPECT_EQ(ran.code, 0) << name << ": " << ran.err;
  }
}

// The conformance proof of the backend interface, through the whole program.
TEST(Examples, ReferenceBackendGivesTheSpikesOfCpu) {
  const Scratch scratch;
  scratch.write("a.toml",
                "name = 'a'\nseed = 7\n[network]\nneurons = 200\n[simulation]\nduration = 150.0\n"
                "trials = 2\n[stimulus]\nplugin = 'gratings'\n[record]\nvariables = ['v', "
                "'recurrent_current']\n");
  int number = 0;
  for (const char* set :
       {"background.kind=model", "background.kind=shared-binomial", "background.kind=pool",
        "background.kind=independent-poisson", "simulation.scheme=billeh-tf", "simulation.dt=0.125",
        "simulation.carry_state=false", "network.model=v1dd2024"}) {
    const std::string a = "cpu" + std::to_string(number), b = "ref" + std::to_string(number++);
    const auto run = [&](const std::string& backend, const std::string& to) {
      return scratch.v1engine({"run", "a.toml", "--plugin-path", V1_EXAMPLES_DIR, "--backend",
                               backend, "-o", to, "--set", set});
    };
    const auto cpu = run("cpu", a), reference = run("reference", b);
    ASSERT_EQ(cpu.code, 0) << set << ": " << cpu.err;
    ASSERT_EQ(reference.code, 0) << set << ": " << reference.err;
    EXPECT_EQ(scratch.v1engine({"compare", a, b}).code, 0) << set;
  }
}

}  // namespace
}  // namespace v1
