#include "engine/lgn/rate_cache.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "engine/base/hash.hpp"
#include "engine/base/log.hpp"
#include "tests/unit/lgn/lgn_test_data.hpp"

namespace v1::lgn {
namespace {

namespace fs = std::filesystem;

class RateCache : public testing::Test {
 protected:
  RateCache() {
    log::set_quiet(true);
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    directory_ =
        fs::temp_directory_path() / fmt::format("v1_rate_cache_{}_{}", test->name(), ::getpid());
    fs::remove_all(directory_);
  }
  ~RateCache() override {
    fs::remove_all(directory_);
    log::set_quiet(false);
  }

  // Those of a movie of three frames and two units, computed one frame and then two.
  RawVector<float> get() {
    RawVector<float> found;
    cached_rates(
        directory_, {0xABCDu, 3, 2},
        [&](const RateRows& rows) {
          ++computed_;
          const float hz[] = {1.0f, 2.0f, 3.5f, 0.0f, 5.0f, 6.25f};
          rows(0, 1, hz);
          rows(1, 2, hz + 2);
        },
        [&](std::int64_t first_ms, std::int64_t count, const float* hz) {
          found.resize(static_cast<std::size_t>(first_ms) * 2);
          found.insert(found.end(), hz, hz + count * 2);
        });
    return found;
  }
  fs::path file() const { return directory_ / "lgn-000000000000abcd.rates"; }

  fs::path directory_;
  int computed_ = 0;
};

TEST_F(RateCache, ComputesOnceAndReadsBackTheSame) {
  const RawVector<float> first = get();
  const RawVector<float> second = get();
  EXPECT_EQ(computed_, 1);
  EXPECT_EQ(first, (RawVector<float>{1.0f, 2.0f, 3.5f, 0.0f, 5.0f, 6.25f}));
  EXPECT_EQ(second, first);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_), fs::directory_iterator()), 1);
}

TEST_F(RateCache, RecomputesAndRepairsADamagedNumber) {
  get();
  {
    std::fstream stream(file(), std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(-3, std::ios::end);
    stream.put('\x41');
  }
  EXPECT_EQ(get().at(5), 6.25f);
  EXPECT_EQ(computed_, 2);
  get();
  EXPECT_EQ(computed_, 2);
}

TEST_F(RateCache, RecomputesATruncatedAForeignAndAnEmptyFile) {
  get();
  fs::resize_file(file(), fs::file_size(file()) - 4);
  get();
  EXPECT_EQ(computed_, 2);
  std::ofstream(file(), std::ios::trunc) << "something else that is longer than a header, surely";
  get();
  EXPECT_EQ(computed_, 3);
  std::ofstream(file(), std::ios::trunc).flush();
  get();
  EXPECT_EQ(computed_, 4);
  fs::resize_file(file(), fs::file_size(file()) + 1);
  get();
  EXPECT_EQ(computed_, 5);
}

TEST_F(RateCache, RecomputesWhatHasAnotherShape) {
  get();
  cached_rates(
      directory_, {0xABCDu, 2, 3}, [&](const RateRows&) { ++computed_; },
      [](std::int64_t, std::int64_t, const float*) { ADD_FAILURE() << "rates of another movie"; });
  EXPECT_EQ(computed_, 2);
}

TEST_F(RateCache, SurvivesADirectoryThatCannotBeMade) {
  std::ofstream(directory_) << "a file in the way";
  EXPECT_EQ(get().at(5), 6.25f);
  EXPECT_EQ(get().at(5), 6.25f);
  EXPECT_EQ(computed_, 2);
}

TEST_F(RateCache, IsLeftOutWithoutADirectory) {
  float found = 0.0f;
  cached_rates(
      std::nullopt, {1, 1, 1},
      [](const RateRows& rows) {
        const float hz = 4.0f;
        rows(0, 1, &hz);
      },
      [&](std::int64_t, std::int64_t, const float* hz) { found = *hz; });
  EXPECT_EQ(found, 4.0f);
}

TEST_F(RateCache, ReadsWhatIsLargerThanOneRead) {
  constexpr std::int64_t frames = 3000, units = 1001;
  std::vector<float> hz(frames * units);
  for (std::size_t i = 0; i < hz.size(); ++i) hz[i] = static_cast<float>(i);
  std::vector<float> found;
  for (int time = 0; time < 2; ++time) {
    found.clear();
    cached_rates(
        directory_, {7, frames, units},
        [&](const RateRows& rows) {
          ++computed_;
          rows(0, frames, hz.data());
        },
        [&](std::int64_t first_ms, std::int64_t count, const float* part) {
          EXPECT_EQ(found.size(), static_cast<std::size_t>(first_ms * units));
          found.insert(found.end(), part, part + count * units);
        });
  }
  EXPECT_EQ(computed_, 1);
  EXPECT_EQ(found, hz);
}

TEST_F(RateCache, KeepsNothingOfRatesThatCouldNotBeComputed) {
  const auto fail = [](const RateRows& rows) {
    const float hz[] = {1.0f, 2.0f};
    rows(0, 1, hz);
    throw std::runtime_error("no more frames");
  };
  EXPECT_THROW(cached_rates(directory_, {0xABCDu, 3, 2}, fail,
                            [](std::int64_t, std::int64_t, const float*) {}),
               std::runtime_error);
  EXPECT_TRUE(fs::is_empty(directory_));
}

TEST(RatesKey, ChangesWithEverythingThatChangesRates) {
  network::LgnMosaic mosaic = test::empty_mosaic(40, 30);
  test::add_unit(mosaic, "sON_TF8", 3, 4, 5);
  test::add_unit(mosaic, "sONsOFF_001", 8, 4, 6);
  const config::LgnConfig config;
  const std::uint64_t key = rates_key(mosaic, config, 100, 500, 9);
  EXPECT_EQ(rates_key(mosaic, config, 100, 500, 9), key);
  EXPECT_NE(rates_key(mosaic, config, 101, 500, 9), key);
  EXPECT_NE(rates_key(mosaic, config, 100, 400, 9), key);
  EXPECT_NE(rates_key(mosaic, config, 100, 500, 8), key);
  config::LgnConfig other = config;
  other.sigma = "bmtk";
  EXPECT_NE(rates_key(mosaic, other, 100, 500, 9), key);
  other = config;
  other.drift = "bmtk";
  EXPECT_NE(rates_key(mosaic, other, 100, 500, 9), key);
  other = config;
  other.spikes = "exponential";  // acts on thresholds, not on rates
  EXPECT_EQ(rates_key(mosaic, other, 100, 500, 9), key);
  const auto changed = [&](auto change) {
    network::LgnMosaic copy = mosaic;
    change(copy);
    return rates_key(copy, config, 100, 500, 9) != key;
  };
  EXPECT_TRUE(changed([](auto& m) { m.x_deg[0] += 1e-9; }));
  EXPECT_TRUE(changed([](auto& m) { m.spatial_size_deg[1] += 1e-9; }));
  EXPECT_TRUE(changed([](auto& m) { m.dominant[0].delay_ms[1] += 1.0; }));
  EXPECT_TRUE(changed([](auto& m) { m.non_dominant[1].weight[0] += 1.0; }));
  EXPECT_TRUE(changed([](auto& m) { m.class_names[0] = "sON_TF4"; }));
  EXPECT_TRUE(changed([](auto& m) { m.spontaneous_hz[0] += 1.0; }));
}

TEST_F(RateCache, LeavesThoseUsedLastWithinTheLimit) {
  fs::create_directories(directory_);
  const auto now = fs::file_time_type::clock::now();
  const auto stored = [&](const std::string& name, int hours_ago) {
    std::ofstream(directory_ / name) << std::string(100, 'x');
    fs::last_write_time(directory_ / name, now - std::chrono::hours(hours_ago));
    return directory_ / name;
  };
  const fs::path oldest = stored("lgn-1.rates", 3), newest = stored("lgn-2.rates", 1);
  const fs::path between = stored("lgn-3.rates", 2), foreign = stored("notes.txt", 9);
  shrink_cache(directory_, 300);
  EXPECT_TRUE(fs::exists(oldest));
  shrink_cache(directory_, 299);
  EXPECT_FALSE(fs::exists(oldest));
  shrink_cache(directory_, 100);
  EXPECT_FALSE(fs::exists(between));
  EXPECT_TRUE(fs::exists(newest));
  EXPECT_TRUE(fs::exists(foreign));
  const fs::path left_over = stored("lgn-4.rates.123.part", 4);
  shrink_cache(directory_, 100);
  EXPECT_FALSE(fs::exists(left_over));
  EXPECT_TRUE(fs::exists(newest));
  shrink_cache(directory_ / "absent", 0);
}

TEST_F(RateCache, ReadingCountsAsUse) {
  get();
  fs::last_write_time(file(), fs::file_time_type::clock::now() - std::chrono::hours(5));
  get();
  EXPECT_EQ(computed_, 1);
  EXPECT_GT(fs::last_write_time(file()), fs::file_time_type::clock::now() - std::chrono::hours(1));
}

}  // namespace
}  // namespace v1::lgn
