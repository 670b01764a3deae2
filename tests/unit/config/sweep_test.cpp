#include "engine/config/sweep.hpp"

#include "engine/config/resume_check.hpp"
#include "tests/unit/config/config_fixture.hpp"

namespace v1::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Sweep : public ConfigTest {
 protected:
  std::vector<SweepPoint> points(const std::string& text,
                                 const std::vector<std::string>& sets = {}) const {
    LoadOptions options;
    options.path = write("a.toml", text);
    options.sets = sets;
    return load_points(options, registry_);
  }
  static std::vector<std::string> names(const std::vector<SweepPoint>& points) {
    std::vector<std::string> out;
    for (const SweepPoint& point : points) out.push_back(point.name);
    return out;
  }
  /// Lines of the error, without the path of the folder.
  std::vector<std::string> point_lines(const std::string& text) const {
    try {
      points(text);
    } catch (const ConfigErrors& wrong) {
      std::vector<std::string> out;
      for (const std::string& line : wrong.lines()) {
        out.push_back(line.substr(line.find("a.toml")));
      }
      return out;
    }
    return {};
  }
  static double contrast_of(const SweepPoint& point) {
    return point.config.stimulus->settings.view()->values[2].as.f;
  }
};

constexpr const char* gratings = "[stimulus]\nplugin = \"gratings\"\n";

TEST_F(Sweep, IsAGridWithTheLastAxisFastest) {
  const auto grid = points(std::string(gratings) +
                           "[[sweep]]\n\"stimulus.params.contrast\" = [0.1, 0.8]\n"
                           "stimulus.params.orientation = [0, 90.5, 180]\n");
  EXPECT_THAT(names(grid),
              ElementsAre("contrast=0.1,orientation=0", "contrast=0.1,orientation=90.5",
                          "contrast=0.1,orientation=180", "contrast=0.8,orientation=0",
                          "contrast=0.8,orientation=90.5", "contrast=0.8,orientation=180"));
  EXPECT_EQ(contrast_of(grid[2]), 0.1);
  EXPECT_EQ(contrast_of(grid[3]), 0.8);
  EXPECT_EQ(grid[4].config.stimulus->settings.view()->values[0].as.f, 90.5);
  EXPECT_EQ(grid[4].config.name, grid[4].name);
  EXPECT_THAT(grid[4].config.sweep, IsEmpty());
  EXPECT_THAT(grid[4].settings[1].second, "90.5");
  EXPECT_THAT(points(gratings), IsEmpty());
}

TEST_F(Sweep, UnitesBlocksAndDropsDoublePoints) {
  const auto united = points(std::string(gratings) +
                             "[[sweep]]\n\"stimulus.params.contrast\" = [0.1, 0.8]\n"
                             "[[sweep]]\n\"stimulus.params.contrast\" = [0.8, 0.9]\n"
                             "[[sweep]]\nseed = [1]\n\"network.seed\" = 5\n");
  EXPECT_THAT(names(united), ElementsAre("contrast=0.1", "contrast=0.8", "contrast=0.9", "seed=1"));
  EXPECT_EQ(united[3].config.seed, 1u);
  EXPECT_EQ(united[3].config.network.seed, 5u);
  EXPECT_EQ(united[2].config.network.seed, 3000u);
}

// 90 and 90.0 are one orientation, written in two ways.
TEST_F(Sweep, EqualNumbersAreOnePoint) {
  EXPECT_THAT(names(points(std::string(gratings) +
                           "[[sweep]]\nstimulus.params.orientation = [90, 90.0, 90.5, 9e1]\n"
                           "[[sweep]]\nstimulus.params.orientation = [90.0, -0.0, 0]\n")),
              ElementsAre("orientation=90", "orientation=90.5", "orientation=-0"));
  EXPECT_THAT(points("[[sweep]]\nstimulus = [{ plugin = \"gratings\", params = { contrast = 1 } },"
                     " { plugin = \"gratings\", params = { contrast = 1.0 } }]\n"),
              SizeIs(1));
  EXPECT_THAT(points("[[sweep]]\nnetwork.seed = [9007199254740992, 9007199254740993]\n"),
              SizeIs(2));
}

// 3.0 equals 3, and is still no integer.
TEST_F(Sweep, EqualNumbersAreCheckedEach) {
  const std::vector<std::string> alone = point_lines("[[sweep]]\nsimulation.trials = [3.0]\n");
  ASSERT_THAT(alone, SizeIs(1));
  EXPECT_THAT(alone[0], HasSubstr("a.toml:2:22"));
  const std::vector<std::string> after =
      point_lines("[[sweep]]\nsimulation.trials = [3, 3.0, 3]\n");
  ASSERT_THAT(after, SizeIs(1));
  EXPECT_THAT(after[0], HasSubstr("a.toml:2:25"));
  EXPECT_EQ(after[0].substr(after[0].find(": ")), alone[0].substr(alone[0].find(": ")));
}

TEST_F(Sweep, NamesTellKeysWithTheSameEndApart) {
  EXPECT_THAT(names(points("[[sweep]]\nseed = [1]\nnetwork.seed = [2]\n")),
              ElementsAre("seed=1,network.seed=2"));
  EXPECT_THAT(names(points("[[input]]\nplugin = \"current_clamp\"\n[[sweep]]\n"
                           "input.0.params.amplitude = [-5, 5]\n")),
              ElementsAre("amplitude=-5", "amplitude=5"));
}

// What the points of a block share is in their names only where these would be those of others.
TEST_F(Sweep, NamesTellBlocksApart) {
  const std::string text =
      "[[input]]\nplugin = \"current_clamp\"\n"
      "[[sweep]]\ninput.0.params.amplitude = [0, 5]\n"
      "[[sweep]]\nseed = 3\ninput.0.target = \"i23Pvalb\"\ninput.0.params.amplitude = [0, 7]\n"
      "[[sweep]]\nseed = 3\ninput.0.target = \"i4Sst\"\ninput.0.params.amplitude = [0]\n";
  EXPECT_THAT(names(points(text)), ElementsAre("amplitude=0", "amplitude=5", "seed=3,amplitude=0",
                                               "amplitude=7", "target=i4Sst,amplitude=0"));
  // Nothing but a number tells two settings of one plugin apart.
  EXPECT_THAT(
      names(points("[[sweep]]\nstimulus = [{ plugin = \"gratings\" }, { plugin = \"gratings\", "
                   "params = { contrast = 0.5 } }]\n")),
      ElementsAre("stimulus=gratings", "stimulus=gratings-2"));
}

TEST_F(Sweep, KeysHaveTheUnitsOfTheirParameters) {
  const std::string clamp = "[[input]]\nplugin = \"current_clamp\"\nparams = { amplitude = 1 }\n";
  const auto point = points(std::string(gratings) + clamp + clamp + "[[sweep]]\nseed = [1]\n");
  ASSERT_THAT(point, SizeIs(1));
  const auto unit = [&](const char* key) { return unit_of_key(point[0].config, key); };
  EXPECT_EQ(unit("input.1.params.amplitude"), "pA");
  EXPECT_EQ(unit("stimulus.params.orientation"), "deg");
  EXPECT_EQ(unit("stimulus.params.contrast"), "1");
  EXPECT_EQ(unit("simulation.duration"), "ms");
  for (const char* key : {"input.2.params.amplitude", "input.0.params.none", "network.seed",
                          "stimulus.plugin", "input.0.target"}) {
    EXPECT_EQ(unit(key), "1") << key;
  }
}

TEST_F(Sweep, TablesReplaceWhatWasThere) {
  const auto replaced = points(
      "[stimulus]\nplugin = \"gratings\"\nparams = { contrast = 0.2, orientation = 7 }\n"
      "[[sweep]]\nstimulus = [{ plugin = \"gratings\", params = { contrast = 0.5 } }]\n"
      "simulation.trials = [3]\n");
  ASSERT_THAT(replaced, SizeIs(1));
  EXPECT_EQ(replaced[0].name, "stimulus=gratings,trials=3");
  EXPECT_EQ(contrast_of(replaced[0]), 0.5);
  EXPECT_EQ(replaced[0].config.stimulus->settings.view()->values[0].as.f, 0.0);
  EXPECT_EQ(replaced[0].config.simulation.trials, 3u);
}

TEST_F(Sweep, KeepsRelativePathsOfTheFile) {
  write("movie.npy", "x");
  const auto movies =
      points(std::string(gratings) + "[[sweep]]\nstimulus.params.movie = [\"movie.npy\"]\n");
  EXPECT_EQ(movies.at(0).config.stimulus->settings.view()->values[9].as.s,
            (folder_ / "movie.npy").string());
}

TEST_F(Sweep, ReportsMistakesOfAllPointsOnce) {
  EXPECT_THAT(
      point_lines(std::string(gratings) + "[[sweep]]\nstimulus.params.contrast = [0.5, 1.5]\n"
                                          "stimulus.params.orientation = [0, 1]\n"
                                          "simulation.dt = [1, 0]\n"),
      ElementsAre(HasSubstr("a.toml:6:21: 'simulation.dt' must be > 0, found 0 (sweep point "
                            "'contrast=0.5,orientation=0,dt=0')"),
                  HasSubstr("a.toml:4:34: 'stimulus.params.contrast' must be in [0, 1]")));
  EXPECT_THAT(point_lines(std::string(gratings) + "[[sweep]]\nstimulus.params.contrst = [0.5]\n"),
              ElementsAre(HasSubstr("a.toml:4:17: unknown key 'stimulus.params.contrst' of plugin "
                                    "'gratings'; did you mean 'contrast'?")));
  // A table that only the sweep makes.
  EXPECT_THAT(point_lines("seed = 1\n[[sweep]]\nstimulus.params.contrast = [0.5]\n"),
              ElementsAre(HasSubstr("a.toml:3:17: 'stimulus.plugin' is required")));
}

TEST_F(Sweep, RefusesWhatCannotBeSwept) {
  EXPECT_THAT(lines("[[sweep]]\nseed = []\n"),
              ElementsAre("a.toml:2:8: sweep: 'seed' must be a list of at least one value"));
  EXPECT_THAT(lines("[[sweep]]\nname = [\"a\"]\n"),
              ElementsAre(HasSubstr("a.toml:2:1: sweep: 'name' cannot be swept")));
  EXPECT_THAT(lines("[[sweep]]\nanalysis.0.params.block = [1]\n"),
              ElementsAre(HasSubstr("does not change the simulation")));
  EXPECT_THAT(lines("[[sweep]]\nnetwork.seed = [1]\n\"network.seed\" = [2]\n"),
              ElementsAre("a.toml:3:1: sweep: 'network.seed' stands twice in one [[sweep]]"));
  EXPECT_THAT(lines("sweep = 3\n"), ElementsAre(HasSubstr("a.toml:1:9: 'sweep' must be a list")));
}

TEST_F(Sweep, TheCommandLineChangesTheSweepButNotSweptKeys) {
  const std::string text = std::string(gratings) +
                           "[[sweep]]\nstimulus.params.contrast = [0.1]\n"
                           "stimulus.params.orientation = [0]\n";
  EXPECT_EQ(points(text, {"stimulus.params.temporal_frequency=7"})
                .at(0)
                .config.stimulus->settings.view()
                ->values[1]
                .as.f,
            7.0);
  EXPECT_THAT(names(points(text, {"sweep.0.stimulus.params.contrast=[0.3, 0.4]"})),
              ElementsAre("orientation=0,contrast=0.3", "orientation=0,contrast=0.4"));
  EXPECT_THAT(names(points("[[sweep]]\n\"network.seed\" = [1]\n", {"sweep.0.network.seed=[2]"})),
              ElementsAre("seed=2"));
  EXPECT_THAT(points(text, {"sweep=[]"}), IsEmpty());
  try {
    load(text, {"stimulus.params.contrast=0.2"});
    FAIL() << "a value without effect was taken";
  } catch (const ConfigErrors& wrong) {
    EXPECT_THAT(wrong.what(), HasSubstr("--set stimulus.params.contrast=0.2"));
    EXPECT_THAT(wrong.what(), HasSubstr("is swept"));
  }
}

TEST_F(Sweep, ItsResolvedTextGivesTheSamePoints) {
  write("movie.npy", "x");
  const std::string text =
      std::string(gratings) +
      "[[sweep]]\nstimulus.params.movie = [\"movie.npy\", \"\"]\nnetwork.neurons = [5, 6]\n"
      "[[sweep]]\nstimulus = [{ plugin = \"gratings\", params = { contrast = 1 } }]\n";
  const auto first = points(text);
  const RunConfig base = load(text);
  LoadOptions options;
  options.path = write("elsewhere/b.toml", base.resolved_toml + write_sweep_toml(base, first));
  const auto second = load_points(options, registry_);
  ASSERT_EQ(second.size(), first.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    const auto body = [](const std::string& all) { return all.substr(all.find("seed = ")); };
    EXPECT_EQ(body(second[i].config.resolved_toml), body(first[i].config.resolved_toml));
  }
}

TEST_F(Sweep, ItsResolvedTextLeavesOutWhatFollowsSweptKeys) {
  const auto stays = [&](const std::string& text) {
    SCOPED_TRACE(text);
    const auto first = points(text);
    const RunConfig base = load(text);
    const std::string stored = base.resolved_toml + write_sweep_toml(base, first);
    LoadOptions options;
    options.path = write("elsewhere/b.toml", stored);
    const auto second = load_points(options, registry_);
    ASSERT_EQ(second.size(), first.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
      EXPECT_EQ(second[i].config.resolved_toml, first[i].config.resolved_toml) << first[i].name;
    }
  };
  const std::string block = "[[stimulus.block]]\nplugin = \"gratings\"\nrepeats = 4\n";
  stays("[[sweep]]\nseed = [1, 2]\n");  // network.seed
  stays("[network]\nseed = 3000\n[[sweep]]\nseed = [1, 2]\n");
  stays("[[sweep]]\nnetwork = [{ neurons = 5 }, { neurons = 6, seed = 1 }]\nseed = [1, 2]\n");
  stays("[stimulus]\norder = \"random\"\n" + block + "[[sweep]]\nseed = [1, 2]\n");
  stays(block + "[[sweep]]\nstimulus.block.0.repeats = [2, 8]\n");  // simulation.trials
  stays(std::string(gratings) +
        "[[sweep]]\nstimulus = [{ block = [{ plugin = \"gratings\", repeats = 3 }] }]\n");
  EXPECT_THAT(load("seed = 3\n[[sweep]]\nnetwork.neurons = [5]\n").resolved_toml,
              HasSubstr("\nseed = 3\n\n[simulation]"));  // stated where no seed is swept
}

TEST_F(Sweep, ResumingMayChangeOnlyWhatChangesNoSpike) {
  const auto conflicts = [&](const std::string& before, const std::string& after) {
    return resume_conflicts(load(before).resolved_toml, load(after).resolved_toml);
  };
  const std::string text = std::string(gratings) + "[simulation]\ntrials = 3\n";
  EXPECT_THAT(conflicts(text, text + "threads = 1\nbackend = \"cpu\"\n[[analysis]]\n"
                                     "plugin = \"overview\"\n[report]\ntitle = \"x\"\n"),
              IsEmpty());
  EXPECT_THAT(conflicts(text, std::string(gratings) + "[simulation]\ntrials = 5\n"), IsEmpty());
  EXPECT_THAT(conflicts(text, std::string(gratings) + "[simulation]\ntrials = 2\n"),
              ElementsAre("'simulation.trials' was 3, now 2"));
  EXPECT_THAT(conflicts(text, text + "dt = 0.5\n"),
              ElementsAre("'simulation.dt' was 1.0, now 0.5"));
  EXPECT_THAT(conflicts(text, text + "[[input]]\nplugin = \"current_clamp\"\n"
                                     "params = { amplitude = 1 }\n"),
              ::testing::Contains(HasSubstr("'input.0.plugin' was not there")));
  // Earlier versions stated what follows a swept seed, and the trials of swept blocks.
  const std::string now = "seed = 4\n[network]\nneurons = 5\n[[sweep]]\nseed = [1, 2]\n";
  EXPECT_THAT(resume_conflicts("network.seed = 4\nsimulation.trials = 20\nseed = 4\n"
                               "network.neurons = 5\n[[sweep]]\nseed = [1, 2]\n",
                               now),
              IsEmpty());
  EXPECT_THAT(resume_conflicts("network.seed = 5\n" + now.substr(0, 9) +
                                   "network.neurons = 5\n[[sweep]]\nseed = [1, 2]\n",
                               now),
              ElementsAre("'network.seed' was 5, now it is not there"));
  EXPECT_THAT(conflicts(text, "[simulation]\ntrials = 3\n"),
              ::testing::Contains(HasSubstr("'stimulus.plugin' was \"gratings\", now it is not")));
}

}  // namespace
}  // namespace v1::config
