#include "engine/lgn/rates.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/base/error.hpp"
#include "engine/base/hash.hpp"
#include "engine/lgn/filter_bank.hpp"
#include "engine/lgn/filter_loops.hpp"
#include "engine/lgn/rate_filters.hpp"
#include "engine/lgn/spatial_filter.hpp"
#include "engine/lgn/temporal_kernel.hpp"
#include "kernels/philox.hpp"
#include "tests/unit/lgn/lgn_test_data.hpp"

namespace v1::lgn {
namespace {

constexpr std::uint32_t small_rows = 20, small_cols = 30;

network::LgnMosaic one_of_each_class() {
  network::LgnMosaic mosaic = test::empty_mosaic(small_cols, small_rows);
  double x = 2.25;
  for (const std::string& name : test::all_classes()) {
    const double size = name.starts_with("sONs") ? 6.0 : name.starts_with("sONt") ? 9.0 : 4.5;
    test::add_unit(mosaic, name, x, 18.0 - 0.5 * x, size);
    x += 1.9;
  }
  return mosaic;
}

float noise(std::int64_t frame, std::uint32_t row, std::uint32_t col) {
  const auto words =
      kernels::philox4(7, 3, row * small_cols + col, 0, static_cast<std::uint32_t>(frame + 1000));
  return static_cast<float>(static_cast<double>(words.word[0]) * 0x1p-31 - 1.0);
}

// Noise with a still stretch in the middle.
FrameSource noise_movie() {
  FrameSource source;
  source.rows = small_rows;
  source.cols = small_cols;
  source.concurrent = true;
  source.fill = [](std::int64_t first, std::int64_t count, float* out) {
    for (std::int64_t frame = first; frame < first + count; ++frame) {
      const std::int64_t shown = frame >= 40 && frame < 140 ? 40 : frame;
      for (std::uint32_t row = 0; row < small_rows; ++row) {
        for (std::uint32_t col = 0; col < small_cols; ++col) *out++ = noise(shown, row, col);
      }
    }
  };
  return source;
}

FrameSource uniform_movie(std::uint32_t rows, std::uint32_t cols,
                          std::function<double(std::int64_t)> luminance) {
  FrameSource source;
  source.rows = rows;
  source.cols = cols;
  source.fill = [=](std::int64_t first, std::int64_t count, float* out) {
    for (std::int64_t frame = first; frame < first + count; ++frame) {
      out = std::fill_n(out, rows * cols, static_cast<float>(luminance(frame)));
    }
  };
  return source;
}

double flash(std::int64_t t_ms) { return t_ms >= 1000 && t_ms < 2000 ? 0.8 : -0.8; }

class FlashRates : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    network::LgnMosaic mosaic = test::empty_mosaic(40, 40);
    for (const std::string& name : test::all_classes()) {
      test::add_unit(mosaic, name, 20, 20, name.starts_with("sONt") ? 9.0 : 6.0);
    }
    ThreadPool pool(2);
    rates_ = compute_rates(mosaic, uniform_movie(40, 40, flash), 3000, 0, {}, pool);
  }

  double rate(std::size_t unit, std::int64_t t) const { return rates_.frame(t)[unit]; }
  std::int64_t peak_time(std::size_t unit, std::int64_t begin, std::int64_t end) const {
    std::int64_t best = begin;
    for (std::int64_t t = begin; t < end; ++t) {
      if (rate(unit, t) > rate(unit, best)) best = t;
    }
    return best;
  }

  static Rates rates_;
};
Rates FlashRates::rates_;

TEST_F(FlashRates, OfSimpleClassesMatchThePublishedModel) {
  const CsvTable& table = test::class_table();
  for (std::size_t unit = 0; unit < table.rows(); ++unit) {
    SCOPED_TRACE(table.text(unit, "class"));
    EXPECT_NEAR(rate(unit, 999), table.number(unit, "rate_999"), 2e-5);
    EXPECT_NEAR(rate(unit, 1999), table.number(unit, "rate_1999"), 2e-5);
    const std::int64_t on = peak_time(unit, 1000, 2000), off = peak_time(unit, 2000, 3000);
    EXPECT_EQ(on, table.integer(unit, "t_on_peak"));
    EXPECT_EQ(off, table.integer(unit, "t_off_peak"));
    EXPECT_NEAR(rate(unit, on), table.number(unit, "on_peak"), 2e-5);
    EXPECT_NEAR(rate(unit, off), table.number(unit, "off_peak"), 2e-5);
  }
}

TEST_F(FlashRates, OfCompositeClassesMatchThePublishedModel) {
  const std::size_t sustained = test::class_table().rows(), transient = sustained + 1;
  EXPECT_NEAR(rate(sustained, 999), 9.3222, 1e-4);
  EXPECT_EQ(peak_time(sustained, 1000, 2000), 1120);
  EXPECT_NEAR(rate(sustained, 1120), 31.1122, 1e-4);
  EXPECT_EQ(peak_time(sustained, 2000, 3000), 2114);
  EXPECT_NEAR(rate(sustained, 2114), 59.4382, 1e-4);
  EXPECT_NEAR(rate(transient, 999), 4.5094, 1e-4);
  EXPECT_EQ(peak_time(transient, 1000, 2000), 1092);
  EXPECT_NEAR(rate(transient, 1092), 31.8622, 1e-4);
  EXPECT_EQ(peak_time(transient, 2000, 3000), 2063);
  EXPECT_NEAR(rate(transient, 2063), 42.9499, 1e-4);
}

TEST(FilterBank, GivesCompositeUnitsThePublishedOffAmplitudes) {
  network::LgnMosaic mosaic = test::empty_mosaic(40, 40);
  test::add_unit(mosaic, "sONsOFF_001", 20, 20, 6.0);
  test::add_unit(mosaic, "sONtOFF_001", 20, 20, 9.0);
  ThreadPool pool(1);
  const FilterBank bank = make_filter_bank(mosaic, 40, 40, {}, pool);
  ASSERT_EQ(bank.subunits.size(), 4u);
  EXPECT_NEAR(bank.subunits[0].gain, -2.202359, 1e-6);
  EXPECT_NEAR(bank.subunits[2].gain, -2.074965, 1e-6);
  EXPECT_EQ(bank.subunits[1].gain, 1.0);
  EXPECT_EQ(bank.subunits[1].offset_hz, 2.0);
  EXPECT_EQ(bank.subunits[3].offset_hz, 2.75);
}

TEST(LgnRates, GrayScreenGivesSpontaneousRates) {
  const network::LgnMosaic mosaic = one_of_each_class();
  ThreadPool pool(1);
  const Rates rates =
      compute_rates(mosaic, uniform_movie(small_rows, small_cols, [](std::int64_t) { return 0.0; }),
                    5, 20, {}, pool);
  for (std::size_t unit = 0; unit < mosaic.size(); ++unit) {
    EXPECT_EQ(rates.frame(4)[unit], static_cast<float>(mosaic.spontaneous_hz[unit]));
  }
}

// The definition, one sum at a time.
double plain_response(const Subunit& subunit, std::int64_t t, std::int64_t first_ms) {
  double response = 0.0;
  for (std::size_t i = 0; i < subunit.kernel.size(); ++i) {
    const std::int64_t frame = t - subunit.first_lag - static_cast<std::int64_t>(i);
    if (frame < first_ms) break;
    const std::int64_t shown = frame >= 40 && frame < 140 ? 40 : frame;
    double drive = 0.0;
    for (std::size_t r = 0; r < subunit.rows.weight.size(); ++r) {
      for (std::size_t c = 0; c < subunit.cols.weight.size(); ++c) {
        drive += subunit.rows.weight[r] * subunit.cols.weight[c] *
                 noise(shown, static_cast<std::uint32_t>(subunit.rows.begin + r),
                       static_cast<std::uint32_t>(subunit.cols.begin + c));
      }
    }
    response += subunit.kernel[i] * drive;
  }
  return response;
}

TEST(LgnRates, EqualTheDefiningSumsAcrossStretchesAndStillPhases) {
  const network::LgnMosaic mosaic = one_of_each_class();
  ThreadPool pool(2);
  const Rates rates = compute_rates(mosaic, noise_movie(), 300, 60, {}, pool);
  const FilterBank bank = make_filter_bank(mosaic, small_rows, small_cols, {}, pool);
  for (const std::int64_t t : {0, 41, 139, 195, 196, 299}) {  // 195 ends the first stretch
    for (std::size_t unit = 0; unit < mosaic.size(); ++unit) {
      double expected = 0.0;
      for (std::size_t i = bank.begin[unit]; i < bank.begin[unit + 1]; ++i) {
        const Subunit& subunit = bank.subunits[i];
        expected +=
            std::max(0.0, subunit.gain * plain_response(subunit, t, -60) + subunit.offset_hz);
      }
      EXPECT_NEAR(rates.frame(t)[unit], expected, 1e-5) << "unit " << unit << ", " << t << " ms";
    }
  }
}

TEST(LgnRates, AreBitIdenticalForAnyNumberOfThreadsAndEitherWayOfReadingFrames) {
  const network::LgnMosaic mosaic = one_of_each_class();
  ThreadPool one(1), three(3);
  FrameSource movie = noise_movie();
  const Rates reference = compute_rates(mosaic, movie, 300, 60, {}, one);
  EXPECT_EQ(compute_rates(mosaic, movie, 300, 60, {}, three).hz, reference.hz);
  movie.concurrent = false;
  EXPECT_EQ(compute_rates(mosaic, movie, 300, 60, {}, three).hz, reference.hz);
}

TEST(LgnRates, HaveTheSameBitsOnEveryMachine) {
  ThreadPool pool(2);
  const Rates rates = compute_rates(one_of_each_class(), noise_movie(), 300, 60, {}, pool);
  const std::uint64_t hash =
      Hasher().bytes(rates.hz.data(), rates.hz.size() * sizeof(float)).digest();
  EXPECT_EQ(to_hex(hash), "9f506c565af1a93f");
}

// Vector registers of any width, here in turn, must give the bits of these plain loops.
TEST(FilterLoops, GiveTheBitsOfOneSumInOneOrder) {
  network::LgnMosaic mosaic = one_of_each_class();
  ThreadPool pool(1);
  const FilterBank bank = make_filter_bank(mosaic, small_rows, small_cols, {}, pool);
  const std::size_t pixel_count = small_rows * small_cols;
  std::vector<float> pixels(pixel_count * frame_lanes);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    pixels[i] = noise(static_cast<std::int64_t>(i % 16), static_cast<std::uint32_t>(i / 16), 0);
  }
  std::vector<double> drive(static_cast<std::size_t>(bank.memory_ms) + 64);
  for (std::size_t i = 0; i < drive.size(); ++i) drive[i] = noise(static_cast<int>(i), 1, 1);
  const double* now = drive.data() + bank.memory_ms;
  std::vector<RegisterWidth> widths;
  for (const RegisterWidth width :
       {RegisterWidth::bits_128, RegisterWidth::bits_256, RegisterWidth::bits_512}) {
    if (width <= widest_registers()) widths.push_back(width);
  }
  std::size_t turn = 0;
  for (const Subunit& subunit : bank.subunits) {
    double response[frame_lanes], filtered[64];
    const RegisterWidth width = widths[turn++ % widths.size()];
    spatial_response(subunit, small_cols, pixels.data(), response, width);
    temporal_response(subunit, now, 64, filtered, width);
    for (int lane = 0; lane < frame_lanes; ++lane) {
      double sum = 0.0;
      for (std::size_t r = 0; r < subunit.rows.weight.size(); ++r) {
        double row_sum = 0.0;
        for (std::size_t c = 0; c < subunit.cols.weight.size(); ++c) {
          const std::size_t pixel = (subunit.rows.begin + r) * small_cols + subunit.cols.begin + c;
          row_sum += subunit.cols.weight[c] * pixels[pixel * frame_lanes + lane];
        }
        sum += subunit.rows.weight[r] * row_sum;
      }
      EXPECT_EQ(response[lane], sum);
    }
    for (int t = 0; t < 64; ++t) {
      double sum = 0.0;
      for (std::size_t i = 0; i < subunit.kernel.size(); ++i) {
        sum += subunit.kernel[i] * now[t - subunit.first_lag - static_cast<std::int64_t>(i)];
      }
      EXPECT_EQ(filtered[t], sum);
    }
  }
}

TEST(LgnRates, PrerollIsTheMovieFurtherBack) {
  const network::LgnMosaic mosaic = one_of_each_class();
  ThreadPool pool(2);
  const FrameSource movie = noise_movie();
  const Rates whole = compute_rates(mosaic, movie, 200, 100, {}, pool);
  FrameSource later = movie;
  later.fill = [&](std::int64_t first, std::int64_t count, float* out) {
    movie.fill(first - 100, count, out);
  };
  const Rates shifted = compute_rates(mosaic, later, 300, 0, {}, pool);
  EXPECT_TRUE(
      std::equal(whole.hz.begin(), whole.hz.end(), shifted.hz.begin() + 100 * whole.unit_count));
}

TEST(RateFilters, HandOverAllFramesInOrder) {
  const network::LgnMosaic mosaic = one_of_each_class();
  ThreadPool pool(2);
  RateFilters filters(mosaic, small_rows, small_cols, {}, pool, nullptr);
  const Rates expected = compute_rates(mosaic, noise_movie(), 600, 300, {}, pool);
  std::vector<float> found;
  filters.stream(noise_movie(), 600, 300,
                 [&](std::int64_t first_ms, std::int64_t count, const float* hz) {
                   EXPECT_EQ(found.size(), first_ms * mosaic.size());
                   EXPECT_GT(count, 0);
                   found.insert(found.end(), hz, hz + count * mosaic.size());
                 });
  ASSERT_EQ(found.size(), expected.hz.size());
  EXPECT_TRUE(std::equal(found.begin(), found.end(), expected.hz.begin()));
}

TEST(RateFilters, UseTheMemoryOfRatesThatAreNoLongerNeeded) {
  const network::LgnMosaic mosaic = one_of_each_class();
  ThreadPool pool(2);
  RateFilters filters(mosaic, small_rows, small_cols, {}, pool, nullptr);
  Rates first = filters.rates(noise_movie(), 300, 60);
  const float* const place = first.hz.data();
  const Rates second = filters.rates(noise_movie(), 200, 100, std::move(first));
  EXPECT_EQ(second.hz.data(), place);
  EXPECT_EQ(second.hz, compute_rates(mosaic, noise_movie(), 200, 100, {}, pool).hz);
}

TEST(LgnRates, BmtkDriftSeesTheMovieUpsideDown) {
  const network::LgnMosaic mosaic = one_of_each_class();
  ThreadPool pool(2);
  FrameSource flipped = noise_movie();
  flipped.fill = [](std::int64_t first, std::int64_t count, float* out) {
    for (std::int64_t frame = first; frame < first + count; ++frame) {
      const std::int64_t shown = frame >= 40 && frame < 140 ? 40 : frame;
      for (std::uint32_t row = 0; row < small_rows; ++row) {
        for (std::uint32_t col = 0; col < small_cols; ++col) {
          *out++ = noise(shown, small_rows - 1 - row, col);
        }
      }
    }
  };
  config::LgnConfig bmtk;
  bmtk.drift = "bmtk";
  const Rates a = compute_rates(mosaic, noise_movie(), 100, 50, bmtk, pool);
  const Rates b = compute_rates(mosaic, flipped, 100, 50, {}, pool);
  const Rates upright = compute_rates(mosaic, noise_movie(), 100, 50, {}, pool);
  double largest = 0.0;
  for (std::size_t i = 0; i < a.hz.size(); ++i) {
    EXPECT_NEAR(a.hz[i], b.hz[i], 1e-5);
    largest = std::max(largest, std::abs(static_cast<double>(a.hz[i]) - upright.hz[i]));
  }
  EXPECT_GT(largest, 0.1);
}

// Four units with one kernel and fields of many shapes, one in a corner of the frame.
network::LgnMosaic on_off_cells() {
  network::LgnMosaic mosaic = test::empty_mosaic(36, 24);
  for (int k = 0; k < 4; ++k) test::add_unit(mosaic, "sON_TF4", 0, 0, 1.0);
  mosaic.class_names = {"LGNOnOFFCell"};
  mosaic.unit_class.assign(4, 0);
  mosaic.x_deg = {20.0, 31.5, 1.0, 17.3};
  mosaic.y_deg = {12.0, 5.25, 23.0, 8.7};
  mosaic.spontaneous_hz.assign(4, 0.0);
  mosaic.dominant.assign(4, {{30.0, 58.0}, {3.6, -1.8}, {0.0, 25.0}});
  mosaic.on_off_sigma = {{{2.0, 3.0}, {4.0, 2.5}},
                         {{1.0, 1.0}, {3.0, 3.0}},
                         {{1.5, 2.0}, {0.8, 4.0}},
                         {{5.0, 5.0}, {2.0, 2.0}}};
  return mosaic;
}

TEST(LgnRates, OfOnOffCellsAreThoseOfFilternet) {
  FrameSource movie;
  movie.rows = 24;
  movie.cols = 36;
  movie.fill = [](std::int64_t first, std::int64_t count, float* out) {
    for (std::int64_t t = first; t < first + count; ++t) {
      for (std::int64_t row = 0; row < 24; ++row) {
        for (std::int64_t col = 0; col < 36; ++col) {
          const std::int64_t value = t / 25 * 7919 + row / 3 * 313 + col / 4 * 173;
          *out++ = static_cast<float>(static_cast<double>(value % 201 - 100) / 100.0);
        }
      }
    }
  };
  config::LgnConfig config;
  config.sigma = "bmtk";
  ThreadPool pool(2);
  const Rates rates = compute_rates(on_off_cells(), movie, 400, 0, config, pool);
  const CsvTable expected = CsvTable::read(V1_TEST_DATA "/lgn/on_off.csv");
  ASSERT_GT(expected.rows(), 20u);
  for (std::size_t row = 0; row < expected.rows(); ++row) {
    const std::int64_t t = expected.integer(row, "ms");
    for (std::size_t unit = 0; unit < 4; ++unit) {
      const double hz = expected.number(row, "unit" + std::to_string(unit));
      EXPECT_NEAR(rates.frame(t)[unit], hz, 2e-5) << "unit " << unit << ", " << t << " ms";
    }
  }
}

TEST(LgnRates, OfOnOffCellsNeedTheirSigmas) {
  ThreadPool pool(1);
  network::LgnMosaic mosaic = on_off_cells();
  mosaic.on_off_sigma.clear();
  try {
    make_filter_bank(mosaic, 24, 36, {}, pool);
    ADD_FAILURE() << "no error";
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("needs sigma_on and sigma_off"), std::string::npos);
  }
}

template <class Call>
std::string failure_of(Call&& call, ExitCode code) {
  try {
    call();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), code);
    return e.what();
  }
  ADD_FAILURE() << "no error";
  return "";
}

TEST(LgnRates, SayWhichUnitOrSettingIsWrong) {
  ThreadPool pool(2);
  const auto run = [&](const network::LgnMosaic& mosaic, const config::LgnConfig& config) {
    compute_rates(mosaic, noise_movie(), 5, 0, config, pool);
  };
  network::LgnMosaic mosaic = one_of_each_class();
  mosaic.id[3] = 77;
  mosaic.dominant[3].delay_ms[0] = -1.0;
  EXPECT_NE(failure_of([&] { run(mosaic, {}); }, ExitCode::data).find("unit 77"),
            std::string::npos);
  config::LgnConfig config;
  config.drift = "bmkt";
  EXPECT_NE(failure_of([&] { run(one_of_each_class(), config); }, ExitCode::config)
                .find("did you mean 'bmtk'"),
            std::string::npos);
  network::LgnMosaic wide = one_of_each_class();
  wide.field_width_deg = 240.0;
  EXPECT_NE(failure_of([&] { run(wide, {}); }, ExitCode::config).find("square pixels"),
            std::string::npos);
  network::LgnMosaic unknown = one_of_each_class();
  unknown.class_names[0] = "LGNOnOFFCell";
  EXPECT_NE(failure_of([&] { run(unknown, {}); }, ExitCode::data).find("LGNOnOFFCell"),
            std::string::npos);
}

}  // namespace
}  // namespace v1::lgn
