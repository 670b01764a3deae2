#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "engine/lgn/rate_device.hpp"
#include "engine/lgn/rate_filters.hpp"
#include "kernels/philox.hpp"
#include "tests/unit/lgn/lgn_test_data.hpp"

/// Rates of the cuda backend against those of engine/lgn, bit by bit; on the host machine and on a
/// device.
namespace v1::test {

/// The extensions to be tested; those of two machines on the host, one of a device.
std::vector<const v1e_lgn_rates*> lgn_extensions();
std::string lgn_skip_reason();

inline const v1e_lgn_rates*& current_lgn_extension() {
  static const v1e_lgn_rates* extension = nullptr;
  return extension;
}

/// A backend that consists of the extension.
inline plugin::LoadedPlugin lgn_backend(const v1e_lgn_rates* extension) {
  static v1e_module raw = [] {
    v1e_module m{};
    m.struct_size = sizeof m;
    m.get_extension = [](const char* id) noexcept -> const void* {
      return std::strcmp(id, V1E_EXTENSION_LGN_RATES) == 0 ? current_lgn_extension() : nullptr;
    };
    return m;
  }();
  current_lgn_extension() = extension;
  auto module = std::make_shared<plugin::ModuleInfo>();
  module->id = "test";
  module->raw = &raw;
  plugin::LoadedPlugin backend;
  backend.kind = plugin::Kind::backend;
  backend.name = "cuda";
  backend.module = module;
  return backend;
}

inline constexpr std::uint32_t lgn_rows = 24, lgn_cols = 36;

/// All classes twice or more, many at and beyond the border, of sizes 1 .. 14 degrees.
inline network::LgnMosaic many_units() {
  network::LgnMosaic mosaic = lgn::test::empty_mosaic(lgn_cols, lgn_rows);
  std::uint32_t k = 0;
  for (int turn = 0; turn < 3; ++turn) {
    for (const std::string& name : lgn::test::all_classes()) {
      const auto words = kernels::philox4(11, 5, k, 0, 0);
      const double x = words.word[0] * 0x1p-32 * lgn_cols, y = words.word[1] * 0x1p-32 * lgn_rows;
      lgn::test::add_unit(mosaic, name, k % 5 == 0 ? 0.0 : x, k % 7 == 0 ? lgn_rows : y,
                          1.0 + words.word[2] * 0x1p-32 * 13.0);
      ++k;
    }
  }
  // On-off cells, one of them wider than the frame.
  mosaic.on_off_sigma.resize(mosaic.size());
  for (const double sigma : {1.0, 2.5, 30.0}) {
    lgn::test::add_unit(mosaic, "sON_TF4", sigma, 2.0 * sigma, 3.0);
    mosaic.class_names.back() = "LGNOnOFFCell";
    mosaic.spontaneous_hz.back() = 0.0;
    mosaic.on_off_sigma.push_back({{sigma, 2.0}, {1.5, sigma}});
  }
  return mosaic;
}

/// Noise; still in frames 40 .. 139, and every third frame after 400 differs.
inline lgn::FrameSource test_movie(bool concurrent = true) {
  lgn::FrameSource source;
  source.rows = lgn_rows;
  source.cols = lgn_cols;
  source.concurrent = concurrent;
  source.fill = [](std::int64_t first, std::int64_t count, float* out) {
    for (std::int64_t frame = first; frame < first + count; ++frame) {
      std::int64_t shown = frame >= 40 && frame < 140 ? 40 : frame;
      if (frame >= 400) shown -= frame % 3;
      for (std::uint32_t pixel = 0; pixel < lgn_rows * lgn_cols; ++pixel) {
        const auto words =
            kernels::philox4(7, 3, pixel, 0, static_cast<std::uint32_t>(shown + 1000));
        *out++ = static_cast<float>(static_cast<double>(words.word[0]) * 0x1p-31 - 1.0);
      }
    }
  };
  return source;
}

class LgnOnDevice : public testing::Test {
 protected:
  void SetUp() override {
    if (!lgn_skip_reason().empty()) GTEST_SKIP() << lgn_skip_reason();
  }

  static void expect_same(const lgn::Rates& found, const lgn::Rates& expected) {
    ASSERT_EQ(found.hz.size(), expected.hz.size());
    std::size_t different = 0;
    for (std::size_t i = 0; i < found.hz.size(); ++i) {
      different += std::memcmp(&found.hz[i], &expected.hz[i], sizeof(float)) != 0;
    }
    EXPECT_EQ(different, 0u) << "of " << found.hz.size() << " rates";
  }

  ThreadPool pool_{2};
};

TEST_F(LgnOnDevice, RatesHaveTheBitsOfTheHostInEveryMode) {
  const network::LgnMosaic mosaic = many_units();
  for (const char* sigma : {"exact", "binned", "bmtk"}) {
    for (const char* drift : {"reference", "bmtk"}) {
      SCOPED_TRACE(std::string(sigma) + ", " + drift);
      config::LgnConfig config;
      config.sigma = sigma;
      config.drift = drift;
      const lgn::Rates expected = lgn::compute_rates(mosaic, test_movie(), 150, 20, config, pool_);
      EXPECT_GT(*std::max_element(expected.hz.begin(), expected.hz.end()), 5.0f);
      for (const v1e_lgn_rates* extension : lgn_extensions()) {
        const plugin::LoadedPlugin backend = lgn_backend(extension);
        const lgn::RateDevice device = {&backend, nullptr, nullptr, 0};
        lgn::RateFilters filters(mosaic, lgn_rows, lgn_cols, config, pool_, &device);
        ASSERT_TRUE(filters.on_device());
        expect_same(filters.rates(test_movie(), 150, 20), expected);
      }
    }
  }
}

// Longer than the longest kernel and than a tile of the temporal filter, with and without
// repeated frames; a second movie begins from gray again.
TEST_F(LgnOnDevice, StretchesAndMoviesFollowEachOther) {
  const network::LgnMosaic mosaic = many_units();
  const lgn::Rates expected = lgn::compute_rates(mosaic, test_movie(), 600, 300, {}, pool_);
  const lgn::Rates brief = lgn::compute_rates(mosaic, test_movie(), 3, 0, {}, pool_);
  for (const v1e_lgn_rates* extension : lgn_extensions()) {
    const plugin::LoadedPlugin backend = lgn_backend(extension);
    const lgn::RateDevice device = {&backend, nullptr, nullptr, 0};
    lgn::RateFilters filters(mosaic, lgn_rows, lgn_cols, {}, pool_, &device);
    ASSERT_TRUE(filters.on_device());
    expect_same(filters.rates(test_movie(false), 600, 300), expected);
    expect_same(filters.rates(test_movie(), 3, 0), brief);
    expect_same(filters.rates(test_movie(), 600, 300), expected);
  }
}

// Stretches of any length, down to one frame and up to more than a tile of the temporal filter.
TEST_F(LgnOnDevice, TheLengthOfStretchesDoesNotMatter) {
  const network::LgnMosaic mosaic = many_units();
  const lgn::Rates expected = lgn::compute_rates(mosaic, test_movie(), 720, 0, {}, pool_);
  const lgn::FilterBank bank = lgn::make_filter_bank(mosaic, lgn_rows, lgn_cols, {}, pool_);
  for (const v1e_lgn_rates* extension : lgn_extensions()) {
    for (const std::int64_t length : {1, 37, 700}) {
      SCOPED_TRACE(length);
      const plugin::LoadedPlugin backend = lgn_backend(extension);
      const auto device = lgn::DeviceFilters::make(bank, length, {&backend, nullptr, nullptr, 0});
      ASSERT_TRUE(device);
      device->begin();
      const lgn::FrameSource movie = test_movie();
      lgn::MovieReader reader(movie, pool_);
      lgn::Stretch stretch;
      const std::int64_t end = length == 1 ? 12 : length == 37 ? 200 : 720;
      std::size_t different = 0;
      for (std::int64_t first = 0; first < end; first += length) {
        reader.read(first, std::min(length, end - first), device->lend(), stretch);
        device->submit(stretch);
        const float* hz = device->collect();
        for (std::int64_t i = 0; i < stretch.count * expected.unit_count; ++i) {
          different += hz[i] != expected.hz[first * expected.unit_count + i];
        }
      }
      EXPECT_EQ(different, 0u);
    }
  }
}

// A group whose window is wider than a tile of shared memory, and units that share no pixel.
TEST_F(LgnOnDevice, WideFramesAndFewUnits) {
  network::LgnMosaic mosaic = lgn::test::empty_mosaic(200, 5);
  lgn::test::add_unit(mosaic, "sON_TF4", 3, 2, 2.0);
  lgn::test::add_unit(mosaic, "tOFF_TF8", 190, 4, 60.0);
  lgn::test::add_unit(mosaic, "sONsOFF_001", 100, 0, 200.0);
  lgn::FrameSource movie;
  movie.rows = 5;
  movie.cols = 200;
  movie.fill = [](std::int64_t first, std::int64_t count, float* out) {
    for (std::int64_t i = 0; i < count * 1000; ++i) {
      out[i] = static_cast<float>((first * 1000 + i) * 7919 % 2001 - 1000) / 1000.0f;
    }
  };
  const lgn::Rates expected = lgn::compute_rates(mosaic, movie, 90, 0, {}, pool_);
  for (const v1e_lgn_rates* extension : lgn_extensions()) {
    const plugin::LoadedPlugin backend = lgn_backend(extension);
    const lgn::RateDevice device = {&backend, nullptr, nullptr, 0};
    lgn::RateFilters filters(mosaic, 5, 200, {}, pool_, &device);
    ASSERT_TRUE(filters.on_device());
    expect_same(filters.rates(movie, 90, 0), expected);
  }
}

}  // namespace v1::test
