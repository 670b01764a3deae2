#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "engine/recording/run_reader.hpp"
#include "tests/integration/process.hpp"

namespace v1 {
namespace {

using ::testing::HasSubstr;
using testing::Scratch;

// 3,000 neurons (a thread for each thousand) that see a full-contrast grating.
const char* const firing_config =
    "name = 'firing'\nseed = 5\n[network]\nneurons = 3000\n[simulation]\nduration = 400.0\n"
    "trials = 2\n[stimulus]\nplugin = 'gratings'\n[stimulus.params]\ncontrast = 1.0\n";

TEST(Identity, AnyNumberOfThreadsGivesTheSameSpikes) {
  const Scratch scratch;
  scratch.write("a.toml", firing_config);
  for (const char* threads : {"1", "2", "3"}) {
    const auto result =
        scratch.v1engine({"run", "a.toml", "--threads", threads, "-o", std::string("t") + threads});
    ASSERT_EQ(result.code, 0) << result.err;
  }
  const auto same = scratch.v1engine({"compare", "t1", "t2"});
  EXPECT_EQ(same.code, 0) << same.out;
  EXPECT_EQ(scratch.v1engine({"compare", "t1", "t3"}).code, 0);
  EXPECT_GT(recording::RunReader(scratch / "t1").totals().neuron_spikes(), 500u);
}

TEST(Identity, RecordingNeverChangesSpikes) {
  const Scratch scratch;
  scratch.write("a.toml", firing_config);
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "plain"}).code, 0);
  ASSERT_EQ(scratch
                .v1engine({"run", "a.toml", "-o", "recorded", "--set",
                           "record.variables=['v','recurrent_current','background_current']"})
                .code,
            0);
  EXPECT_EQ(scratch.v1engine({"compare", "plain", "recorded"}).code, 0);
}

TEST(Identity, TheStoredConfigReproducesTheRun) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config());
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "one", "--set", "seed=99"}).code, 0);
  const auto again = scratch.v1engine({"run", "one/config.toml", "-o", "two"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(scratch.v1engine({"compare", "one", "two"}).code, 0);
  EXPECT_EQ(testing::read_text(scratch / "one/config.toml"),
            testing::read_text(scratch / "two/config.toml"));
}

TEST(Identity, CompareSaysWhereRunsPart) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config());
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "one"}).code, 0);
  ASSERT_EQ(
      scratch.v1engine({"run", "a.toml", "-o", "two", "--seed", "8", "--set", "network.seed=7"})
          .code,
      0);
  const auto result = scratch.v1engine({"compare", "one", "two"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("different: "));
}

TEST(Identity, BothSchemesAndAllBackgroundsRun) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  int number = 0;
  for (const char* kind : {"shared-poisson", "shared-stratified", "shared-binomial", "pool",
                           "independent-poisson", "none"}) {
    const std::string out = "run" + std::to_string(number++);
    const auto result = scratch.v1engine(
        {"run", "a.toml", "-o", out, "--set", std::string("background.kind=") + kind});
    EXPECT_EQ(result.code, 0) << kind << ": " << result.err;
  }
  const auto tf = scratch.v1engine(
      {"run", "a.toml", "-o", "tf", "--set", "simulation.scheme=billeh-tf", "--threads", "1"});
  EXPECT_EQ(tf.code, 0) << tf.err;
  ASSERT_EQ(scratch
                .v1engine({"run", "a.toml", "-o", "tf2", "--set", "simulation.scheme=billeh-tf",
                           "--threads", "2"})
                .code,
            0);
  EXPECT_EQ(scratch.v1engine({"compare", "tf", "tf2"}).code, 0);
}

TEST(Identity, CountsTellRunsApartWhoseSpikesAreNotStored) {
  const Scratch scratch;
  scratch.write("base.toml", testing::small_config(1));
  scratch.write("a.toml", "include = ['base.toml']\n[record]\nspikes = 'none'\n");
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "one"}).code, 0);
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "same", "--threads", "1"}).code, 0);
  ASSERT_EQ(
      scratch.v1engine({"run", "a.toml", "-o", "other", "--set", "background.kind=none"}).code, 0);
  const auto same = scratch.v1engine({"compare", "one", "same"});
  EXPECT_EQ(same.code, 0);
  EXPECT_THAT(same.out, HasSubstr("; of 300 neurons no spikes are stored, only their counts"));
  const auto other = scratch.v1engine({"compare", "one", "other"});
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.out, HasSubstr("times in all (not all spikes are stored)"));
}

// HDF5 would note in every dataset when it was made.
TEST(Identity, NetworkFilesAreEqualByteByByte) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  const auto make = [&](const std::string& name, const std::string& threads) {
    EXPECT_EQ(scratch.v1engine({"build", "a.toml", "-o", name + ".h5", "--threads", threads}).code,
              0);
    EXPECT_EQ(scratch.v1engine({"run", "a.toml", "-o", name, "--threads", threads}).code, 0);
  };
  make("one", "1");
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  make("two", "3");
  const auto same = [&](const std::string& a, const std::string& b) {
    return testing::read_text(scratch / a) == testing::read_text(scratch / b);
  };
  EXPECT_TRUE(same("one.h5", "two.h5"));
  for (const std::string file : {"nodes.h5", "stimulus.h5", "checkpoint.h5"})
    EXPECT_TRUE(same("one/" + file, "two/" + file)) << file;
}

}  // namespace
}  // namespace v1
