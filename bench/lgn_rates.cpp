#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <string>
#include <utility>

#include "engine/base/error.hpp"
#include "engine/lgn/flat_bank.hpp"
#include "engine/lgn/rate_device.hpp"
#include "engine/lgn/rate_filters.hpp"
#include "engine/network/generator/data_dir.hpp"
#include "engine/network/generator/lgn_units.hpp"
#include "engine/network/generator/model.hpp"
#include "engine/plugin/host.hpp"
#include "engine/plugin/registry.hpp"
#include "engine/plugin/settings.hpp"
#include "kernels/philox.hpp"
#include "plugins/backends/cuda/lgn/lgn_plan.hpp"

/// Times the LGN filters of the generated column's 17,400 units, and holds a device to the bits of
/// the host. Every frame differs from the one before; making them is a copy.
///   lgn_rates none|BACKEND.so [MOVIES] [FRAMES]
namespace v1::bench {
namespace {

constexpr std::uint32_t rows = 120, cols = 240;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Pixels are noise; movie m shows the frames in another order.
class Movies {
 public:
  explicit Movies(std::int64_t frames) : frames_(frames), pixels_(frames * rows * cols) {
    for (std::size_t i = 0; i < pixels_.size(); i += 4) {
      const auto words = kernels::philox4(3, 0, static_cast<std::uint32_t>(i), 0, 0);
      for (std::size_t j = 0; j < 4; ++j) {
        pixels_[i + j] = static_cast<float>(words.word[j] * 0x1p-31 - 1.0);
      }
    }
  }
  lgn::FrameSource movie(std::int64_t m) const {
    lgn::FrameSource source;
    source.rows = rows;
    source.cols = cols;
    source.concurrent = true;
    source.fill = [this, m](std::int64_t first, std::int64_t count, float* out) {
      for (std::int64_t t = first; t < first + count; ++t, out += rows * cols) {
        std::memcpy(out, pixels_.data() + (t + 7 * m) % frames_ * rows * cols,
                    rows * cols * sizeof(float));
      }
    };
    return source;
  }

 private:
  std::int64_t frames_;
  std::vector<float> pixels_;
};

/// What the filters do for a frame of which nothing is known.
void print_work(const lgn::FilterBank& bank) {
  double window = 0.0, lags = 0.0;
  for (const lgn::Subunit& subunit : bank.subunits) {
    window += static_cast<double>(subunit.rows.weight.size() * subunit.cols.weight.size());
    lags += static_cast<double>(subunit.kernel.size());
  }
  const lgn::FlatBank flat(bank);
  const cuda::LgnPlan plan = cuda::make_lgn_plan(flat.view());
  double padded = 0.0, tiles = 0.0;
  const auto area = [](const cuda::Window& w) {
    return static_cast<double>(w.row_end - w.row_begin) * (w.col_end - w.col_begin);
  };
  for (const cuda::LgnQuad& quad : plan.quads) padded += area(quad.window);
  for (const cuda::LgnGroup& group : plan.groups) tiles += area(group.window);
  fmt::print(
      "{} units, {} subunits; per frame {:.1f} M window pixels, {:.2f} M lags; on the device "
      "{:.2f} M pixels read by quads of 4, {:.2f} M into shared memory, {:.0f} MB of history\n",
      bank.unit_count(), bank.subunits.size(), window / 1e6, lags / 1e6, padded / 1e6, tiles / 1e6,
      static_cast<double>(plan.history_length) * 16 / 1e6);
}

int run(const std::string& library, std::int64_t movies, std::int64_t frames) {
  ThreadPool pool;
  plugin::Host host(&pool);
  plugin::RegistryOptions options;
  options.standard_directories = false;
  options.host = host.view();
  plugin::Registry registry(options);
  const network::generator::Model model =
      network::generator::load_model(network::generator::find_model_directory("billeh2020"), {});
  const network::LgnMosaic mosaic = network::generator::make_lgn_units(model.lgn, 1);
  print_work(lgn::make_filter_bank(mosaic, rows, cols, {}, pool));

  const Movies source(frames);
  const Clock::time_point host_start = Clock::now();
  const lgn::Rates expected = lgn::compute_rates(mosaic, source.movie(0), frames, 0, {}, pool);
  fmt::print("host    1 movie of {} frames: {:.3f} s, {} threads\n", frames,
             seconds_since(host_start), pool.size());
  if (library == "none") return 0;

  const plugin::LoadedPlugin& backend = *registry.load_file(library).at(0);
  const v1e_settings settings{sizeof(v1e_settings), 0, nullptr};
  const lgn::RateDevice device = {&backend, &settings, host.view(), 0};
  const Clock::time_point start = Clock::now();
  lgn::RateFilters filters(mosaic, rows, cols, {}, pool, &device);
  if (!filters.on_device()) {
    fmt::print("backend {} does not compute rates here\n", backend.name);
    return 5;
  }
  const double prepared = seconds_since(start);
  lgn::Rates found = filters.rates(source.movie(0), frames, 0);
  const bool same =
      found.hz.size() == expected.hz.size() &&
      std::memcmp(found.hz.data(), expected.hz.data(), found.hz.size() * sizeof(float)) == 0;
  fmt::print("{}\n", same ? "identical" : "DIFFERENT");
  const Clock::time_point device_start = Clock::now();
  for (std::int64_t m = 0; m < movies; ++m) {
    found = filters.rates(source.movie(m), frames, 0, std::move(found));
  }
  fmt::print("device  {} movies of {} frames: {:.3f} s (filters prepared in {:.3f} s before)\n",
             movies, frames, seconds_since(device_start), prepared);
  return same ? 0 : 1;
}

}  // namespace
}  // namespace v1::bench

int main(int argc, char** argv) {
  try {
    return v1::bench::run(argc > 1 ? argv[1] : "none", argc > 2 ? std::atoll(argv[2]) : 32,
                          argc > 3 ? std::atoll(argv[3]) : 500);
  } catch (const v1::Error& e) {
    fmt::print(stderr, "error: {}\n", e.what());
    return static_cast<int>(e.code());
  }
}
