#include "plugins/stimuli/gratings/drifting_grating.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/base/csv.hpp"

namespace gratings {
namespace {

constexpr double pi = 3.14159265358979323846;

TEST(DriftingGrating, MatchesThePixelsOfTheReferenceInEveryDirection) {
  const v1::CsvTable table = v1::CsvTable::read(V1_TEST_DATA "/stimuli/grating_pixels.csv");
  ASSERT_EQ(table.rows(), 40u);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    GratingParameters parameters;
    parameters.orientation_deg = table.number(row, "orientation");
    const DriftingGrating grating(parameters, {});
    const std::int64_t t = 500 + table.integer(row, "t_ms");
    EXPECT_NEAR(grating.pixel(t, 30, 50), table.number(row, "r30_c50"), 1e-12) << "row " << row;
    EXPECT_NEAR(grating.pixel(t, 7, 200), table.number(row, "r7_c200"), 1e-12) << "row " << row;
    EXPECT_NEAR(grating.pixel(t, 0, 0), table.number(row, "r0_c0"), 1e-12) << "row " << row;
  }
}

TEST(DriftingGrating, FramesAreThePixels) {
  for (const double orientation : {0.0, 33.0, 90.0, 180.0, 315.0}) {
    GratingParameters parameters;
    parameters.orientation_deg = orientation;
    parameters.phase_deg = 40.0;
    const DriftingGrating grating(parameters, {});
    std::vector<float> frame(120 * 240);
    grating.frame(777, frame.data());
    for (std::uint32_t row = 0; row < 120; row += 7) {
      for (std::uint32_t col = 0; col < 240; col += 11) {
        EXPECT_NEAR(frame[row * 240 + col], grating.pixel(777, row, col), 6e-8);
      }
    }
  }
}

// Root mean square over the frame of what 50 ms of drift change when the eye follows the pattern
// by `pixels` along its direction.
double change_when_following(const DriftingGrating& grating, double theta, double pixels) {
  const auto rows = static_cast<int>(std::lround(pixels * std::sin(theta)));
  const auto cols = static_cast<int>(std::lround(pixels * std::cos(theta)));
  double sum = 0.0;
  int count = 0;
  for (int row = 20; row < 100; row += 4, ++count) {
    for (int col = 20; col < 220; col += 4) {
      const double difference =
          grating.pixel(650, static_cast<std::uint32_t>(row + rows),
                        static_cast<std::uint32_t>(col + cols)) -
          grating.pixel(600, static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(col));
      sum += difference * difference / 50.0;
    }
  }
  return std::sqrt(sum / count);
}

TEST(DriftingGrating, DriftsAlongItsDirection) {
  for (int orientation = 0; orientation < 360; orientation += 15) {
    GratingParameters parameters;
    parameters.orientation_deg = orientation;
    parameters.temporal_frequency_hz = 8.0;  // 8 / 0.04 = 200 degrees per second
    const DriftingGrating grating(parameters, {});
    const double theta = orientation * pi / 180.0;
    EXPECT_LT(change_when_following(grating, theta, 10.0), 0.15) << orientation;
    EXPECT_GT(change_when_following(grating, theta, -10.0), 0.4) << orientation;
  }
}

TEST(DriftingGrating, DirectionsBetweenTheAxesBlendIntoThem) {
  // Just off an axis the pattern is nearly that of the axis (of opposite sign for 180 and 270,
  // whose reference patterns start half a cycle later).
  const auto off_axis_difference = [](double axis, double sign) {
    GratingParameters on, off;
    on.orientation_deg = axis;
    off.orientation_deg = axis + 1e-6;
    const DriftingGrating exact(on, {}), close(off, {});
    double largest = 0.0;
    for (std::uint32_t row = 0; row < 120; row += 5) {
      for (std::uint32_t col = 0; col < 240; col += 5) {
        largest = std::max(
            largest, std::abs(exact.pixel(700, row, col) - sign * close.pixel(700, row, col)));
      }
    }
    return largest;
  };
  EXPECT_LT(off_axis_difference(0.0, 1.0), 1e-5);
  EXPECT_LT(off_axis_difference(45.0, 1.0), 1e-5);
  EXPECT_LT(off_axis_difference(90.0, 1.0), 1e-5);
  EXPECT_LT(off_axis_difference(180.0, -1.0), 1e-5);
  EXPECT_LT(off_axis_difference(225.0, 1.0), 1e-5);
  EXPECT_LT(off_axis_difference(270.0, -1.0), 1e-5);
}

TEST(DriftingGrating, StandsStillBeforeTheFlowAndHoldsTheLastPhaseAfterIt) {
  const DriftingGrating grating({}, {});
  EXPECT_EQ(grating.moved_steps(-500), 0);
  EXPECT_EQ(grating.moved_steps(499), 0);
  EXPECT_EQ(grating.moved_steps(500), 0);  // the flow begins with the still pattern
  EXPECT_EQ(grating.moved_steps(501), 1);
  EXPECT_EQ(grating.moved_steps(1499), 999);
  EXPECT_EQ(grating.moved_steps(1500), 999);
  EXPECT_EQ(grating.moved_steps(100000), 999);
}

TEST(DriftingGrating, ReverseHaltsAndGoesOnFromTheSamePhase) {
  GratingParameters parameters;
  parameters.reverse = true;
  const DriftingGrating grating(parameters, {});
  EXPECT_EQ(grating.moved_steps(-500), 0);
  EXPECT_EQ(grating.moved_steps(499), 999);
  EXPECT_EQ(grating.moved_steps(500), 999);
  EXPECT_EQ(grating.moved_steps(1499), 999);
  EXPECT_EQ(grating.moved_steps(1500), 999);
  EXPECT_EQ(grating.moved_steps(1501), 1000);
  for (std::int64_t t = -500; t < 2500; ++t) {
    const std::int64_t step = grating.moved_steps(t + 1) - grating.moved_steps(t);
    EXPECT_TRUE(step == 0 || step == 1) << t << " ms";
  }
}

TEST(DriftingGrating, NeverMovesAtFrequencyZero) {
  GratingParameters parameters;
  parameters.temporal_frequency_hz = 0.0;
  const DriftingGrating grating(parameters, {});
  for (const std::int64_t t : {0, 900, 2000}) {
    EXPECT_EQ(grating.pixel(t, 3, 90), grating.pixel(-500, 3, 90));
  }
}

TEST(DriftingGrating, KeepsItsPrecisionInLongMovies) {
  GratingParameters parameters;
  parameters.duration_ms = 100'000'000;  // 200,000 cycles
  const DriftingGrating grating(parameters, {});
  EXPECT_NEAR(grating.pixel(500 + 50'000'125, 30, 50), grating.pixel(500 + 125, 30, 50), 1e-9);
}

TEST(DriftingGrating, PhaseShiftsThePattern) {
  GratingParameters parameters;
  parameters.phase_deg = 90.0;
  EXPECT_NEAR(DriftingGrating(parameters, {}).pixel(0, 0, 0), 0.8, 1e-15);
  parameters.phase_deg = -90.0;
  EXPECT_NEAR(DriftingGrating(parameters, {}).pixel(0, 0, 0), -0.8, 1e-15);
}

}  // namespace
}  // namespace gratings
