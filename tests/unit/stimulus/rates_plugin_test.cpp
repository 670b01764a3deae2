#include <cmath>

#include "plugins/stimuli/rates/row_of_time.hpp"
#include "tests/unit/stimulus/file_stimulus.hpp"

namespace v1::stimulus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Environment rates_environment(double duration_ms, std::uint64_t units) {
  Environment env;
  env.output = V1E_OUT_RATES;
  env.duration_ms = duration_ms;
  env.channel_count = units;
  return env;
}

class RatesPlugin : public test::FileStimulus {
 protected:
  std::vector<float> play_all(std::int64_t frames, std::uint64_t units) {
    const StimulusPlayer player = play(rates_environment(static_cast<double>(frames), units));
    std::vector<float> out(static_cast<std::size_t>(frames) * units);
    player.rates(0, 0, frames, out.data());
    return out;
  }
  std::string refused(ExitCode code, double duration_ms = 3.0, std::uint64_t units = 2) {
    return message(code, [&] {
      const StimulusPlayer player = play(rates_environment(duration_ms, units));
      std::vector<float> out(static_cast<std::size_t>(duration_ms) * units);
      player.rates(0, 0, static_cast<std::int64_t>(duration_ms), out.data());
    });
  }
};

TEST_F(RatesPlugin, ReplaysTheRowsOfATable) {
  set("file", npy("r.npy", "(3, 2)", {1, 2, 3, 4, 5, 6}));
  EXPECT_THAT(play_all(3, 2), ElementsAre(1, 2, 3, 4, 5, 6));
  set("scale", 0.5);
  EXPECT_THAT(play_all(2, 2), ElementsAre(0.5f, 1, 1.5f, 2));
}

TEST_F(RatesPlugin, StartsInsideTheTable) {
  set("file", npy("r.npy", "(4, 1)", {1, 2, 3, 4}));
  set("start", 2.0);
  EXPECT_THAT(play_all(2, 1), ElementsAre(3, 4));
  EXPECT_THAT(refused(ExitCode::data, 3.0, 1), HasSubstr("ends at 4 ms"));
}

TEST_F(RatesPlugin, ReadsCsvAndHdf5Alike) {
  std::ofstream(file("r.csv")) << "a,b\n1,2\n3,4\n";
  set("file", file("r.csv"));
  EXPECT_THAT(play_all(2, 2), ElementsAre(1, 2, 3, 4));
  h5::File::create(file("r.h5")).write<double>("rates", std::vector<double>{1, 2, 3, 4}, {2, 2});
  set("file", file("r.h5") + ":/rates");
  EXPECT_THAT(play_all(2, 2), ElementsAre(1, 2, 3, 4));
  set("file", file("r.h5") + ":/none");
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("no dataset '/none'"));
}

TEST_F(RatesPlugin, ConvertsFrameRatesAndTakesTimes) {
  set("file", npy("r.npy", "(2, 1)", {1, 2}));
  set("frame_rate", 500.0);
  EXPECT_THAT(play_all(4, 1), ElementsAre(1, 1, 2, 2));
  set("times", npy("t.npy", "(2,)", {0, 3}));
  EXPECT_THAT(play_all(5, 1), ElementsAre(1, 1, 1, 2, 2));
}

TEST_F(RatesPlugin, GoesOnAfterTheEndAsAsked) {
  set("file", npy("r.npy", "(2, 1)", {1, 2}));
  set("at_end", "hold");
  EXPECT_THAT(play_all(5, 1), ElementsAre(1, 2, 2, 2, 2));
  set("at_end", "repeat");
  EXPECT_THAT(play_all(5, 1), ElementsAre(1, 2, 1, 2, 1));
  set("at_end", "silent");
  EXPECT_THAT(play_all(5, 1), ElementsAre(1, 2, 0, 0, 0));
}

TEST_F(RatesPlugin, ReadsLongTablesInPieces) {
  std::vector<float> items;
  for (int i = 0; i < 400; ++i) items.push_back(static_cast<float>(i));
  set("file", npy("r.npy", "(200, 2)", items));
  EXPECT_EQ(play_all(200, 2), items);
}

TEST_F(RatesPlugin, NamesWhatIsWrong) {
  set("file", npy("r.npy", "(3, 3)", std::vector<float>(9, 1.0f)));
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("has 3 columns, but there are 2 LGN units"));
  set("file", npy("r.npy", "(6,)", std::vector<float>(6, 1.0f)));
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("[time][unit]"));
  set("file", npy("r.npy", "(3, 2)", {1, 2, 3, -4, 5, 6}));
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("row 1, column 1 is -4"));
  set("file", npy("r.npy", "(3, 2)", {1, 2, 3, 4, NAN, 6}));
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("row 2, column 0 is nan"));
  set("file", npy("r.npy", "(3, 2)", {1, 2, 3}));
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("is cut off"));
  set("file", npy("r.npy", "(3, 2)", std::vector<float>(6, 1.0f)));
  set("times", npy("t.npy", "(3,)", {0, 2, 1}));
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("number 2 is 1 after 2"));
  set("times", npy("t.npy", "(2,)", {0, 2}));
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("one time for each of the 3 rows"));
  set("times", npy("t.npy", "(3,)", {5, 6, 7}));
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("begins at 5 ms"));
}

TEST(RowTimes, WholeQuotientsCountAsWhole) {
  const replayed_rates::RowTimes rows(1000, 30.0, replayed_rates::AtEnd::hold);
  EXPECT_EQ(rows.row_at(100.0), 3);  // 100 * 30 / 1000, in binary a little off
  EXPECT_EQ(rows.row_at(99.9), 2);
}

}  // namespace
}  // namespace v1::stimulus
