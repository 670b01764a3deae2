#include "tests/unit/config/config_fixture.hpp"

namespace v1::config {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

using Include = ConfigTest;

TEST_F(Include, LaterWinsTablesMergeAndListsAreReplaced) {
  write("one.toml", R"(seed = 1
[simulation]
trials = 2
duration = 10
[record]
variables = ["v", "asc_current"]
[[analysis]]
plugin = "overview"
)");
  write("two.toml", "[simulation]\ntrials = 3\ndt = 0.5\n");
  const RunConfig config = load(R"(include = ["one.toml", "two.toml"]
[simulation]
dt = 0.25
[record]
variables = ["v"]
)");
  EXPECT_EQ(config.seed, 1u);
  EXPECT_EQ(config.simulation.trials, 3u);
  EXPECT_EQ(config.simulation.duration_ms, 10.0);
  EXPECT_EQ(config.simulation.dt_ms, 0.25);
  EXPECT_THAT(config.record.variables, SizeIs(1));
  EXPECT_THAT(config.analyses, SizeIs(1));
}

TEST_F(Include, PathsBelongToTheFileTheyAreWrittenIn) {
  write("deep/net.h5", "x");
  write("deep/base.toml", "[network]\nsource = \"file\"\nfile = \"net.h5\"\n");
  write("deep/first.toml", "include = [\"base.toml\"]\n");
  EXPECT_EQ(load("include = [\"deep/first.toml\"]").network.file, folder_ / "deep/net.h5");
}

// lab/run.toml, whose neighbours are meant, is also reached by links elsewhere.
class LinkedInclude : public ConfigTest {
 protected:
  LinkedInclude() {
    write("lab/base.toml", "include = [\"../shared.toml\"]\nname = \"of the lab\"\n");
    write("lab/net.h5", "x");
    write("lab/run.toml",
          "include = [\"base.toml\"]\n[network]\nsource = \"file\"\nfile = \"net.h5\"\n");
    write("shared.toml", "seed = 17\n");
    std::filesystem::create_directories(folder_ / "mine");
    std::filesystem::create_symlink("../lab/run.toml", folder_ / "mine/run.toml");
  }
  RunConfig load_file(const std::string& name) const {
    LoadOptions options;
    options.path = folder_ / name;
    return load_config(options, registry_);
  }
};

TEST_F(LinkedInclude, FindsTheNeighboursOfTheFileThatALinkPointsTo) {
  const RunConfig config = load_file("mine/run.toml");
  EXPECT_EQ(config.name, "of the lab");
  EXPECT_EQ(config.seed, 17u);
  EXPECT_EQ(config.network.file, folder_ / "lab/net.h5");
}

TEST_F(LinkedInclude, PrefersTheNeighboursOfTheLink) {
  write("mine/base.toml", "name = \"mine\"\n");
  write("mine/net.h5", "x");
  const RunConfig config = load_file("mine/run.toml");
  EXPECT_EQ(config.name, "mine");
  EXPECT_EQ(config.network.file, folder_ / "mine/net.h5");
}

TEST_F(LinkedInclude, GoesUpFromTheFolderThatALinkPointsTo) {
  std::filesystem::create_directories(folder_ / "far/away");
  std::filesystem::create_symlink("../../lab", folder_ / "far/away/lab");
  EXPECT_EQ(load_file("far/away/lab/run.toml").seed, 17u);
}

TEST_F(LinkedInclude, ALinkToNowhereIsSaidToBeOne) {
  std::filesystem::create_symlink("gone.toml", folder_ / "dangling.toml");
  EXPECT_THAT(line("include = [\"dangling.toml\"]"),
              HasSubstr("dangling.toml: is a link to a file that does not exist: gone.toml"));
}

// The resolved config of such a run could not be read again.
TEST_F(Include, PathsThatAreNotUtf8AreRefused) {
  write("lat\xf6/net.h5", "x");
  LoadOptions options;
  options.path = write("lat\xf6/a.toml", "[network]\nsource = \"file\"\nfile = \"net.h5\"\n");
  try {
    load_config(options, registry_);
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::config);
    EXPECT_THAT(e.what(), HasSubstr("a.toml:3:8: 'network.file' lies at a path that is not UTF-8"));
  }
}

TEST_F(Include, MistakesNameTheFileTheyAreWrittenIn) {
  write("base.toml", "seed = -1\n");
  const auto all = lines("include = [\"base.toml\"]\n[simulation]\ntrials = 0\n");
  EXPECT_THAT(all, ::testing::ElementsAre(HasSubstr("a.toml:3:10: 'simulation.trials'"),
                                          HasSubstr("base.toml:1:8: 'seed'")));
}

TEST_F(Include, AnotherPluginDropsTheIncludedParameters) {
  write("base.toml", "[stimulus]\nplugin = \"gratings\"\nparams = { contrast = 0.5 }\n");
  write("clamp.toml", "[stimulus]\nplugin = \"current_clamp\"\nparams = { amplitude = 1 }\n");
  const RunConfig same = load("include = [\"base.toml\"]\n[stimulus]\nplugin = \"gratings\"\n");
  EXPECT_EQ(same.stimulus->settings.view()->values[2].as.f, 0.5);
  const RunConfig other = load("include = [\"clamp.toml\"]\n[stimulus]\nplugin = \"gratings\"\n");
  EXPECT_EQ(other.stimulus->settings.view()->values[2].as.f, 0.8);
}

TEST_F(Include, AnotherSourceDropsTheKeysOfTheFormerOne) {
  write("net.h5", "x");
  write("base.toml", "[network]\nneurons = 100\nselection = \"core\"\nseed = 4\n");
  const RunConfig config =
      load("include = [\"base.toml\"]\n[network]\nsource = \"file\"\nfile = \"net.h5\"\n");
  EXPECT_EQ(config.network.source, NetworkSource::file);
  EXPECT_EQ(config.network.seed, 4u);
}

TEST_F(Include, AnotherBackendDropsItsParameters) {
  test::cuda_devices = 1;
  write("base.toml", "[simulation]\nbackend = \"cpu\"\nbackend_params = { block = 1 }\n");
  EXPECT_EQ(load("include = [\"base.toml\"]\nsimulation.backend = \"cuda\"").backend.plugin,
            "cuda");
}

TEST_F(Include, CirclesAreRefused) {
  write("b.toml", "include = [\"c.toml\"]\n");
  write("c.toml", "seed = 1\ninclude = [\"b.toml\"]\n");
  EXPECT_THAT(line("include = [\"b.toml\"]"),
              AllOf(HasSubstr("c.toml:2:12: include: "), HasSubstr("b.toml includes itself")));
  EXPECT_EQ(code_, ExitCode::config);
  EXPECT_THAT(line("include = [\"./a.toml\"]"), HasSubstr("includes itself"));
}

TEST_F(Include, SameFileTwiceIsNoCircle) {
  write("base.toml", "seed = 5\n");
  write("b.toml", "include = [\"base.toml\"]\n");
  EXPECT_EQ(load("include = [\"base.toml\", \"b.toml\"]").seed, 5u);
}

TEST_F(Include, MissingAndWronglyTypedIncludesAreNamed) {
  EXPECT_THAT(
      line("seed = 1\ninclude = [\"no.toml\"]"),
      AllOf(HasSubstr("a.toml:2:12: include: "), HasSubstr("no.toml: no such config file")));
  EXPECT_EQ(line("include = \"b.toml\""),
            "a.toml:1:11: 'include' must be a list of file names, found the text \"b.toml\"");
  EXPECT_EQ(line("include = [3]"),
            "a.toml:1:12: 'include' must hold file names only, found the number 3");
}

TEST_F(Include, SyntaxErrorsNameTheIncludedFile) {
  write("b.toml", "seed = 1\nseed = 2\n");
  EXPECT_THAT(line("include = [\"b.toml\"]"), HasSubstr("b.toml:2:"));
}

}  // namespace
}  // namespace v1::config
