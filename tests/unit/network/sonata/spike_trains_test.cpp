#include "engine/network/sonata/ticks.hpp"
#include "tests/unit/network/sonata/circuit_files.hpp"

namespace v1::network::sonata::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SpikeFile : public ::testing::Test {
 protected:
  void SetUp() override {
    log::set_quiet(true);
    log::clear_warnings();
    block.name = "lgn";
    block.source_id = {10, 20, 30};
  }
  SpikeTrains read(const std::function<void(h5::File&)>& fill) {
    {
      h5::File file = h5::File::create(dir / "spikes.h5");
      fill(file);
    }
    return read_spike_trains(dir / "spikes.h5", "lgn", block);
  }
  SpikeTrains read_csv(const std::string& text) {
    dir.write("spikes.csv", text);
    return read_spike_trains(dir / "spikes.csv", "lgn", block);
  }
  static void write(h5::File& f, const std::string& base, const std::vector<double>& times,
                    const std::vector<std::uint32_t>& ids, const char* units = nullptr) {
    f.write(base + "/timestamps", times);
    f.write(base + "/node_ids", ids);
    if (units) f.set_attribute(base + "/timestamps", "units", units);
  }
  Folder dir;
  EdgeBlock block;
};

TEST_F(SpikeFile, IsSortedByTimeThenSourceWhateverItClaims) {
  const SpikeTrains trains = read([](h5::File& f) {
    write(f, "/spikes/lgn", {5.0, 1.0, 5.0, 2.5}, {30, 20, 10, 10}, "ms");
    f.set_attribute("/spikes/lgn", "sorting", "by_time");
    write(f, "/spikes/other", {7.0}, {10});
  });
  EXPECT_THAT(trains.time_ms, ElementsAre(1.0, 2.5, 5.0, 5.0));
  EXPECT_THAT(trains.source, ElementsAre(1, 0, 0, 2));
}

TEST_F(SpikeFile, InSecondsIsConverted) {
  const SpikeTrains trains = read([](h5::File& f) {
    write(f, "/spikes/lgn", {0.0011, 1.2345}, {10, 20}, "s");
  });
  EXPECT_THAT(trains.time_ms, ElementsAre(1.1, 1234.5));
}

TEST_F(SpikeFile, TakesUnitsOfTheGroupWhereTheTimesHaveNone) {
  const auto times = [&](const char* own) {
    return read([&](h5::File& f) {
             write(f, "/spikes/lgn", {0.5, 1.5}, {10, 20}, own);
             f.set_attribute("/spikes/lgn", "units", "s");
           })
        .time_ms;
  };
  EXPECT_THAT(times(nullptr), ElementsAre(500.0, 1500.0));
  EXPECT_THAT(times("ms"), ElementsAre(0.5, 1.5));
  EXPECT_THAT(data_error([&] {
                read([](h5::File& f) {
                  write(f, "/spikes/lgn", {1.0}, {10});
                  f.set_attribute("/spikes/lgn", "units", "min");
                });
              }),
              HasSubstr("'/spikes/lgn' has units 'min'; expected ms or s"));
}

TEST_F(SpikeFile, OfATrialOfNwbIsRead) {
  const auto with = [&](const std::string& trial, bool second) {
    {
      h5::File f = h5::File::create(dir / "spikes.nwb");
      f.write("/processing/trial_0/spike_train/20/data", std::vector<double>{3.0, 1.5});
      f.write("/processing/trial_0/spike_train/10/data", std::vector<double>{2.0});
      f.write("/processing/trial_0/spike_train/30/data", std::vector<double>{});
      if (second) f.write("/processing/trial_1/spike_train/30/data", std::vector<double>{9.0});
    }
    return read_spike_trains(dir / "spikes.nwb", "lgn", block, trial);
  };
  EXPECT_THAT(with("", false).time_ms, ElementsAre(1.5, 2.0, 3.0));
  EXPECT_THAT(with("trial_0", true).source, ElementsAre(1, 0, 1));
  EXPECT_THAT(with("trial_1", true).source, ElementsAre(2));
  EXPECT_THAT(log::warnings(), IsEmpty());
  EXPECT_THAT(data_error([&] { with("", true); }),
              HasSubstr("has spikes of 2 trials (trial_0, trial_1); say which by 'trial'"));
  EXPECT_THAT(data_error([&] { with("trial_2", true); }),
              AllOf(HasSubstr("no group '/processing/trial_2/spike_train'"),
                    HasSubstr("did you mean 'trial_0'?")));
}

TEST_F(SpikeFile, OfTheOldLayoutHasNoPopulations) {
  const SpikeTrains trains = read([](h5::File& f) {
    f.write("/spikes/timestamps", std::vector<float>{3.25f, 1.5f});
    f.write("/spikes/gids", std::vector<std::uint64_t>{20, 30});
  });
  EXPECT_THAT(trains.time_ms, ElementsAre(1.5, 3.25));
  EXPECT_THAT(trains.source, ElementsAre(2, 1));
}

TEST_F(SpikeFile, AsCsvIsFilteredByPopulation) {
  const SpikeTrains trains =
      read_csv("timestamps population node_ids\n4.5 lgn 30\n1.0 v1 99\n2.0 lgn 10");
  EXPECT_THAT(trains.time_ms, ElementsAre(2.0, 4.5));
  EXPECT_THAT(trains.source, ElementsAre(0, 2));
}

TEST_F(SpikeFile, WithoutThePopulationGivesNoSpikesAndAWarning) {
  EXPECT_EQ(read([](h5::File& f) { write(f, "/spikes/LGN", {1.0}, {10}); }).size(), 0u);
  EXPECT_THAT(log::warnings(), Contains(AllOf(HasSubstr("'lgn'"), HasSubstr("LGN"))));
  EXPECT_EQ(read_csv("timestamps population node_ids\n1.0 v1 5\n").size(), 0u);
}

TEST_F(SpikeFile, WithAnEmptyPopulationGivesNoSpikes) {
  EXPECT_EQ(read([](h5::File& f) { write(f, "/spikes/lgn", {}, {}); }).size(), 0u);
  EXPECT_EQ(read([](h5::File& f) { f.make_group("/spikes/lgn"); }).size(), 0u);
  EXPECT_EQ(log::warnings().size(), 2u);
}

TEST_F(SpikeFile, NamesTheFirstDefect) {
  EXPECT_THAT(data_error([&] {
                read([](h5::File& f) { write(f, "/spikes/lgn", {1.0, 0.0, -3.0}, {10, 20, 30}); });
              }),
              AllOf(HasSubstr("spike 1 (node 20)"), HasSubstr("0 ms")));
  EXPECT_THAT(data_error([&] {
                read([](h5::File& f) { write(f, "/spikes/lgn", {1.0, 2.0}, {10, 11}); });
              }),
              AllOf(HasSubstr("node 11"), HasSubstr("'lgn'")));
  EXPECT_THAT(data_error([&] {
                read([](h5::File& f) { write(f, "/spikes/lgn", {1.0}, {10}, "minutes"); });
              }),
              HasSubstr("units 'minutes'"));
  EXPECT_THAT(data_error([&] {
                read([](h5::File& f) { write(f, "/spikes/lgn", {1.0, 2.0}, {10}); });
              }),
              HasSubstr("has the shape 2 and '/spikes/lgn/node_ids' the shape 1"));
  EXPECT_THAT(data_error([&] { read([](h5::File& f) { f.make_group("/nodes"); }); }),
              HasSubstr("/spikes"));
  EXPECT_THAT(data_error([&] { read_csv("time node_ids\n1 2\n"); }), HasSubstr("'timestamps'"));
  EXPECT_THAT(data_error([&] { read_spike_trains(dir / "gone.h5", "lgn", block); }),
              HasSubstr("gone.h5"));
}

TEST_F(SpikeFile, RefusesIdsThatAreNoIntegers) {
  EXPECT_THAT(data_error([&] {
                read([](h5::File& f) {
                  f.write("/spikes/lgn/timestamps", std::vector<double>{1.0, 2.0});
                  f.write("/spikes/lgn/node_ids", std::vector<double>{10.0, 20.5});
                });
              }),
              AllOf(HasSubstr("spikes.h5"), HasSubstr("node_ids' is 20.5"), HasSubstr("integer")));
  EXPECT_THAT(data_error([&] { read_csv("timestamps population node_ids\n1.0 lgn 10.5\n"); }),
              AllOf(HasSubstr("spikes.csv:2"), HasSubstr("'10.5'"), HasSubstr("integer")));
}

// As in a header with blanks above lines with tabs.
TEST_F(SpikeFile, NamesLinesWithoutAPopulationAndTimesThatAreText) {
  EXPECT_THAT(data_error([&] { read_csv("timestamps population node_ids\n1.0\tlgn\t10\n"); }),
              AllOf(HasSubstr("spikes.csv:2"), HasSubstr("population"), HasSubstr("every line")));
  EXPECT_THAT(data_error([&] {
                read([](h5::File& f) {
                  f.write_strings("/spikes/lgn/timestamps", {"1.0", "2.0"});
                  f.write("/spikes/lgn/node_ids", std::vector<std::uint32_t>{10, 20});
                });
              }),
              AllOf(HasSubstr("'/spikes/lgn/timestamps'"), HasSubstr("holds text")));
}

TEST(UpdateOfSpike, IsTheStepThatEndsAtOrAfterTheSpike) {
  EXPECT_EQ(update_of_spike(0.5, 1.0), 0);
  EXPECT_EQ(update_of_spike(1.0, 1.0), 0);
  EXPECT_EQ(update_of_spike(1.0001, 1.0), 1);
  EXPECT_EQ(update_of_spike(2.0, 1.0), 1);
  EXPECT_EQ(update_of_spike(0.25, 0.25), 0);
  EXPECT_EQ(update_of_spike(0.26, 0.25), 1);
  EXPECT_EQ(update_of_spike(1e-9, 0.1), 0);
  EXPECT_GT(update_of_spike(1e300, 0.1), 1000000000000);
}

TEST(UpdateOfSpike, TakesEveryGridTimeAtSmallStepsToItsOwnStep) {
  for (const int ticks : {1, 5, 10, 25, 50, 100, 125, 250, 300}) {
    const double dt = ticks / 1000.0;
    for (std::int64_t step = 1; step <= 20000; ++step) {
      const double time = static_cast<double>(step * ticks) / 1000.0;
      ASSERT_EQ(update_of_spike(time, dt), step - 1) << time << " at dt " << dt;
    }
  }
}

// Times of recorded spikes, which is how one run becomes the input of another.
TEST(UpdateOfSpike, TakesMultiplesOfTheStepToTheirOwnStep) {
  for (const int ticks : {1, 5, 10, 25, 50, 100, 125, 250, 300, 700}) {
    const double dt = ticks / 1000.0;
    for (std::int64_t step = 1; step <= 20000; ++step) {
      const double time = static_cast<double>(step) * dt;
      ASSERT_EQ(update_of_spike(time, dt), step - 1) << time << " at dt " << dt;
    }
  }
}

TEST(UpdateOfSpike, DiffersFromACeilingInDoublePrecision) {
  int ceiling_is_wrong = 0;
  for (std::int64_t step = 1; step <= 20000; ++step) {
    const double time = static_cast<double>(step) / 1000.0;
    if (std::ceil(time / 0.001) != static_cast<double>(step)) ++ceiling_is_wrong;
  }
  EXPECT_GT(ceiling_is_wrong, 0);
}

TEST(UpdateOfSpike, NeedsAStepOnTheTickGrid) {
  for (const double dt : {0.0005, 0.0, -1.0, 0.1234567}) {
    try {
      update_of_spike(1.0, dt);
      ADD_FAILURE() << dt;
    } catch (const Error& failure) {
      EXPECT_EQ(failure.code(), ExitCode::config);
    }
  }
}

}  // namespace
}  // namespace v1::network::sonata::testing
