#include <fmt/format.h>

#include <cstring>
#include <limits>

#include "engine/base/error.hpp"
#include "engine/lgn/rate_device.hpp"
#include "engine/lgn/rate_filters.hpp"
#include "engine/plugin_check/rule_tools.hpp"
#include "kernels/philox.hpp"

/// The extension v1e.lgn-rates/1 of a backend must give the bits of the host.
namespace v1::plugin_check {
namespace {

constexpr std::uint32_t lgn_test_rows = 30, lgn_test_cols = 50;

// Units of all kinds, many at the border of the frame.
network::LgnMosaic lgn_test_units() {
  const char* const names[] = {"sON_TF4", "tOFF_TF8", "sONsOFF_001", "LGNOnOFFCell"};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  network::LgnMosaic mosaic;
  mosaic.field_width_deg = lgn_test_cols;
  mosaic.field_height_deg = lgn_test_rows;
  mosaic.class_names.assign(std::begin(names), std::end(names));
  for (std::uint32_t k = 0; k < 200; ++k) {
    const auto words = kernels::philox4(1, 0, k, 0, 0);
    const std::uint8_t kind = k % 4;
    mosaic.id.push_back(k);
    mosaic.unit_class.push_back(kind);
    mosaic.x_deg.push_back(words.word[0] * 0x1p-32 * lgn_test_cols);
    mosaic.y_deg.push_back(k % 5 == 0 ? 0.0 : words.word[1] * 0x1p-32 * lgn_test_rows);
    mosaic.spatial_size_deg.push_back(1.0 + words.word[2] * 0x1p-32 * 12.0);
    mosaic.dominant.push_back({{30.0 + k % 7, 60.0}, {3.6, -1.8}, {0.0, 25.0}});
    mosaic.non_dominant.push_back({{30.0, 60.0}, {3.6, -1.8}, {0.0, 25.0}});
    mosaic.tuning_angle_deg.push_back(kind == 2 ? 40.0 : nan);
    mosaic.sf_sep_deg.push_back(kind == 2 ? 6.0 : nan);
    mosaic.spontaneous_hz.push_back(kind == 3 ? 0.0 : 4.0);
    const double sigma = 0.5 + words.word[3] * 0x1p-32 * 4.0;
    mosaic.on_off_sigma.push_back({{sigma, 2.0}, {1.5, sigma}});
  }
  return mosaic;
}

// Noise, every frame shown for three milliseconds.
lgn::FrameSource lgn_test_movie() {
  lgn::FrameSource source;
  source.rows = lgn_test_rows;
  source.cols = lgn_test_cols;
  source.fill = [](std::int64_t first, std::int64_t count, float* out) {
    for (std::int64_t t = first; t < first + count; ++t) {
      const auto shown = static_cast<std::uint32_t>((t + 3000) / 3);
      for (std::uint32_t pixel = 0; pixel < lgn_test_rows * lgn_test_cols; ++pixel) {
        const auto words = kernels::philox4(2, 0, pixel, 0, shown);
        *out++ = static_cast<float>(words.word[0] * 0x1p-31 - 1.0);
      }
    }
  };
  return source;
}

}  // namespace

void lgn_rates(Subject& subject) {
  const plugin::LoadedPlugin& backend = subject.chosen();
  if (!lgn::computes_rates(backend)) throw Skip{"it has no extension " V1E_EXTENSION_LGN_RATES};
  must_have_a_device(subject);
  ThreadPool pool(2);
  plugin::Host host(&pool);
  const plugin::Settings settings = default_settings(backend);
  const lgn::RateDevice device = {&backend, settings.view(), host.view(), 0};
  const network::LgnMosaic units = lgn_test_units();
  for (const char* sigma : {"exact", "binned", "bmtk"}) {
    config::LgnConfig config;
    config.sigma = sigma;
    lgn::RateFilters filters(units, lgn_test_rows, lgn_test_cols, config, pool, &device);
    if (!filters.on_device()) throw Skip{"it refuses the filters of this test"};
    const lgn::Rates expected = lgn::compute_rates(units, lgn_test_movie(), 600, 300, config, pool);
    for (const char* movie : {"first", "second"}) {
      const lgn::Rates found = filters.rates(lgn_test_movie(), 600, 300);
      for (std::size_t i = 0; i < expected.hz.size(); ++i) {
        if (std::memcmp(&found.hz[i], &expected.hz[i], sizeof(float)) == 0) continue;
        const auto width = static_cast<std::size_t>(expected.unit_count);
        broken(
            fmt::format("in the {} movie unit {} has {} Hz at {} ms instead of {} (lgn.sigma = "
                        "\"{}\")",
                        movie, i % width, found.hz[i], i / width, expected.hz[i], sigma));
      }
    }
  }
}

}  // namespace v1::plugin_check
