#include <cmath>

#include "plugins/stimuli/movie/movie_time.hpp"
#include "plugins/stimuli/shared/resample.hpp"
#include "tests/unit/stimulus/file_stimulus.hpp"

namespace v1::stimulus {
namespace {

using stimulus_math::Fit;
using stimulus_math::Resampler;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

class MoviePlugin : public test::FileStimulus {
 protected:
  Environment env_ = test::movie_environment(1, 2);
  // The left pixel of the frames at some times.
  std::vector<float> left_pixels(const std::vector<std::int64_t>& times) {
    const StimulusPlayer player = play(env_);
    std::vector<float> out;
    for (const std::int64_t t : times) out.push_back(test::frame_at(player, env_, t)[0]);
    return out;
  }
  std::string refused(ExitCode code) {
    return message(code, [&] { left_pixels({0}); });
  }
};

TEST_F(MoviePlugin, ShowsItsPicturesAndGrayAroundThem) {
  set("file", npy("m.npy", "(3, 1, 2)", {-1, 0, -0.5f, 0, 1, 0}));
  EXPECT_THAT(left_pixels({-500, -1, 0, 1, 2, 3}), ElementsAre(0, 0, -1, -0.5f, 1, 0));
  set("before", "first");
  set("after", "last");
  EXPECT_THAT(left_pixels({-500, 2, 1000}), ElementsAre(-1, 1, 1));
  set("after", "repeat");
  EXPECT_THAT(left_pixels({3, 4, 6}), ElementsAre(-1, -0.5f, -1));
  set("onset", 100.0);
  EXPECT_THAT(left_pixels({99, 100, 102}), ElementsAre(-1, -1, 1));
}

TEST_F(MoviePlugin, ConvertsTheFrameRate) {
  set("file", npy("m.npy", "(2, 1, 2)", {0, 0, 1, 0}));
  set("range", std::vector<double>{-1, 1});
  set("frame_rate", 250.0);
  EXPECT_THAT(left_pixels({0, 3, 4, 7, 8}), ElementsAre(0, 0, 1, 1, 0));
  set("between", "linear");
  EXPECT_THAT(left_pixels({0, 1, 2, 3, 4, 7}), ElementsAre(0, 0.25f, 0.5f, 0.75f, 1, 1));
}

TEST_F(MoviePlugin, AWindowOfManyFramesEqualsSingleFrames) {
  set("file", npy("m.npy", "(4, 1, 2)", {0, 0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f}));
  set("frame_rate", 300.0);
  set("between", "linear");
  set("after", "repeat");
  const StimulusPlayer player = play(env_);
  std::vector<float> all(60 * 2);
  player.frames(0, -5, 60, all.data());
  for (std::int64_t i = 0; i < 60; ++i) {
    const auto one = test::frame_at(player, env_, i - 5);
    EXPECT_EQ(all[static_cast<std::size_t>(2 * i)], one[0]) << i;
    EXPECT_EQ(all[static_cast<std::size_t>(2 * i + 1)], one[1]) << i;
  }
}

TEST_F(MoviePlugin, GuessesBlackAndWhite) {
  set("file", npy("a.npy", "(1, 1, 2)", {0, 0.75f}));
  EXPECT_THAT(left_pixels({0}), ElementsAre(-1));
  set("file", npy("b.npy", "(1, 1, 2)", {-0.5f, 0.75f}));
  EXPECT_THAT(left_pixels({0}), ElementsAre(-0.5f));
  set("file", npy("c.npy", "(1, 1, 2)", {51, 200}));
  EXPECT_THAT(left_pixels({0}), ElementsAre(-0.6f));
  h5::File::create(file("d.h5"))
      .write<std::uint8_t>("m", std::vector<std::uint8_t>{0, 1}, {1, 1, 2});
  set("file", file("d.h5") + ":/m");  // 8 bits mean 0 to 255, however dark
  EXPECT_THAT(left_pixels({0}), ElementsAre(-1));
  set("file", npy("e.npy", "(1, 1, 2)", {-3, 0}));
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("values from -3 to 0; say with range"));
  set("range", std::vector<double>{1, -3});  // dark values are bright
  EXPECT_THAT(left_pixels({0}), ElementsAre(1));
  set("contrast", 0.5);
  EXPECT_THAT(left_pixels({0}), ElementsAre(0.5f));
}

TEST_F(MoviePlugin, NamesWhatIsWrong) {
  set("file", npy("m.npy", "(2, 2)", {0, 0, 0, 0}));
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("[t][row][col], found 2 x 2"));
  set("file", npy("m.npy", "(2, 1, 2)", {0, 0, 0, NAN}));
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("picture 1, row 0, column 1 is nan"));
  set("file", npy("m.npy", "(1, 1, 2)", {0, 2}));
  set("range", std::vector<double>{0, 1});
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("column 1 is 2, outside the range 0 to 1"));
  set("range", std::vector<double>{1, 1});
  EXPECT_THAT(refused(ExitCode::config), HasSubstr("'range'"));
  set("file", npy("m.npy", "(5, 1, 2)", {0, 2}));
  set("range", std::vector<double>{});
  EXPECT_THAT(refused(ExitCode::data), HasSubstr("is cut off"));
}

TEST(Resampler, LeavesPicturesOfTheRightShapeAlone) {
  const std::vector<float> in = {0.1f, 0.2f, 0.3f, 0.4f};
  std::vector<float> out(4);
  Resampler(2, 2, 2, 2, Fit::stretch).apply(in.data(), out.data());
  EXPECT_EQ(out, in);
}

TEST(Resampler, KeepsAConstantAndInterpolatesARamp) {
  std::vector<float> constant(7 * 5, 0.25f), out(12 * 24);
  Resampler(7, 5, 12, 24, Fit::stretch).apply(constant.data(), out.data());
  EXPECT_THAT(out, Each(testing::FloatNear(0.25f, 1e-6f)));
  std::vector<float> ramp(4), twice(8);
  for (int i = 0; i < 4; ++i) ramp[static_cast<std::size_t>(i)] = 0.2f * static_cast<float>(i);
  Resampler(1, 4, 1, 8, Fit::stretch).apply(ramp.data(), twice.data());
  for (int i = 1; i < 7; ++i) {  // centres at (i + 0.5) / 2 - 0.5
    EXPECT_NEAR(twice[static_cast<std::size_t>(i)], 0.2 * ((i + 0.5) / 2 - 0.5), 1e-6);
  }
}

TEST(Resampler, AveragesFinePatternsInsteadOfAliasing) {
  std::vector<float> stripes(1000);
  for (std::size_t i = 0; i < stripes.size(); ++i) stripes[i] = i % 2 == 0 ? 1.0f : -1.0f;
  std::vector<float> out(10);
  Resampler(1, 1000, 1, 10, Fit::stretch).apply(stripes.data(), out.data());
  EXPECT_THAT(out, Each(testing::FloatNear(0.0f, 0.02f)));
}

TEST(Resampler, CoversOrContains) {
  // A square with a bright middle column in a frame twice as wide as high.
  const std::vector<float> in = {-1, 1, -1, -1, 1, -1, -1, 1, -1};
  std::vector<float> out(3 * 6);
  Resampler(3, 3, 3, 6, Fit::contain).apply(in.data(), out.data());
  EXPECT_EQ(out[0], 0.0f);  // gray bars at the sides
  EXPECT_EQ(out[5], 0.0f);
  EXPECT_EQ(out[1], -1.0f);
  EXPECT_NEAR(out[2], 0.0f, 1e-6);  // half way between a dark and the bright column
  Resampler(3, 3, 3, 6, Fit::cover).apply(in.data(), out.data());
  EXPECT_LT(out[0], -0.5f);
  EXPECT_GT(out[2], 0.4f);
}

}  // namespace
}  // namespace v1::stimulus
