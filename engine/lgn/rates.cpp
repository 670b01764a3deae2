#include "engine/lgn/rates.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/base/error.hpp"
#include "engine/lgn/filter_bank.hpp"
#include "engine/lgn/filter_loops.hpp"
#include "engine/lgn/movie_reader.hpp"
#include "engine/lgn/rate_device.hpp"
#include "engine/lgn/rate_filters.hpp"

namespace v1::lgn {

namespace {

constexpr std::int64_t stretch_frames = 256;  // frames in memory at once; a multiple of 32

// Distinct frames side by side: pixels[group of 16][pixel][16].
void interleave(const float* frames, const FrameSource& source, const Stretch& stretch,
                ThreadPool& pool, RawVector<float>& pixels) {
  constexpr std::size_t lanes = frame_lanes;
  const std::size_t size = static_cast<std::size_t>(source.rows) * source.cols;
  const std::size_t groups = (stretch.distinct.size() + lanes - 1) / lanes;
  pixels.resize(groups * size * lanes);
  const std::size_t rows = source.rows;
  pool.for_each(groups * rows, [&](std::size_t task) {
    const std::size_t group = task / rows;
    const std::size_t begin = task % rows * source.cols;
    float* out = pixels.data() + (group * size + begin) * lanes;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const std::size_t k = group * lanes + lane;
      const bool shown = k < stretch.distinct.size();
      const float* row = frames + (shown ? stretch.distinct[k] * size : 0) + begin;
      for (std::size_t col = 0; col < source.cols; ++col) {
        out[col * lanes + lane] = shown ? row[col] : 0.0f;
      }
    }
  });
}

// Spatial responses of all subunits over the stretch at hand and the memory before it.
class DriveStore {
 public:
  explicit DriveStore(const FilterBank& bank)
      : memory_(bank.memory_ms),
        stride_(static_cast<std::size_t>(memory_ + stretch_frames)),
        values_(bank.subunits.size() * stride_) {}

  /// Before the movie all is gray. To be called once, by the thread that computes the subunit.
  void begin(std::size_t subunit) {
    std::fill_n(of(subunit) - memory_, static_cast<std::size_t>(memory_), 0.0);
  }

  /// Response to frame 0 of the stretch; entries -memory ... stretch_frames - 1 exist.
  double* of(std::size_t subunit) { return values_.data() + subunit * stride_ + memory_; }

  /// The last frames become the memory of the next stretch.
  void advance(std::size_t subunit, std::int64_t count) {
    double* begin = of(subunit) - memory_;
    std::memmove(begin, begin + count, static_cast<std::size_t>(memory_) * sizeof(double));
  }

 private:
  std::int64_t memory_;
  std::size_t stride_;
  RawVector<double> values_;
};

// Spatial responses of subunits begin ... end to the stretch. Group by group, so that the pixels
// under neighbouring receptive fields stay in the cache.
void filter_space(const FilterBank& bank, const Stretch& stretch,
                  const RawVector<float>& all_pixels, std::size_t begin, std::size_t end,
                  DriveStore& drives) {
  constexpr std::size_t width = stretch_frames + 1 + frame_lanes;
  std::vector<double> distinct((end - begin) * width);
  const std::size_t group_size = static_cast<std::size_t>(bank.rows) * bank.cols * frame_lanes;
  for (std::size_t first = 1; first <= stretch.distinct.size(); first += frame_lanes) {
    const float* pixels = all_pixels.data() + (first - 1) / frame_lanes * group_size;
    for (std::size_t i = begin; i < end; ++i) {
      spatial_response(bank.subunits[i], bank.cols, pixels,
                       distinct.data() + (i - begin) * width + first);
    }
  }
  for (std::size_t i = begin; i < end; ++i) {
    double* drive = drives.of(i);
    double* response = distinct.data() + (i - begin) * width;
    response[0] = drive[-1];
    for (std::int64_t t = 0; t < stretch.count; ++t) drive[t] = response[stretch.shown[t]];
    std::fill(drive + stretch.count, drive + stretch_frames, 0.0);
  }
}

// Rates of units begin ... end over the stretch, to their columns of hz[frame][unit].
void filter_units(const FilterBank& bank, const Stretch& stretch, const RawVector<float>& pixels,
                  std::size_t begin, std::size_t end, DriveStore& drives, float* hz) {
  std::vector<double> response(stretch_frames), sum(stretch_frames);
  std::vector<float> tile(static_cast<std::size_t>(stretch_frames) * units_per_task);
  filter_space(bank, stretch, pixels, bank.begin[begin], bank.begin[end], drives);
  for (std::size_t unit = begin; unit < end; ++unit) {
    std::fill(sum.begin(), sum.end(), 0.0);
    for (std::size_t i = bank.begin[unit]; i < bank.begin[unit + 1]; ++i) {
      const Subunit& subunit = bank.subunits[i];
      temporal_response(subunit, drives.of(i), stretch_frames, response.data());
      for (std::int64_t t = 0; t < stretch.count; ++t) {
        sum[t] += std::max(0.0, subunit.gain * response[t] + subunit.offset_hz);
      }
      drives.advance(i, stretch.count);
    }
    for (std::int64_t t = 0; t < stretch.count; ++t) {
      tile[static_cast<std::size_t>(t) * units_per_task + (unit - begin)] =
          static_cast<float>(sum[t]);
    }
  }
  for (std::size_t t = 0; t < static_cast<std::size_t>(stretch.count); ++t) {
    std::copy_n(tile.data() + t * units_per_task, end - begin, hz + t * bank.unit_count() + begin);
  }
}

// Hands over the rates of a stretch that begins at first_ms; those before 0 are not asked for.
void hand_over(const float* hz, std::int64_t first_ms, std::int64_t count, std::size_t unit_count,
               const RateRows& rows) {
  const std::int64_t skipped = std::max<std::int64_t>(0, -first_ms);
  if (skipped >= count) return;
  rows(first_ms + skipped, count - skipped, hz + static_cast<std::size_t>(skipped) * unit_count);
}

// The loops of this folder.
void compute_here(const FilterBank& bank, const FrameSource& source, std::int64_t frame_count,
                  std::int64_t preroll_ms, ThreadPool& pool, const RateRows& rows) {
  MovieReader movie(source, pool);
  DriveStore drives(bank);
  Stretch stretch;
  RawVector<float> frames(movie.frame_size() * stretch_frames), pixels;
  RawVector<float> hz(bank.unit_count() * stretch_frames);
  const std::size_t tasks = (bank.unit_count() + units_per_task - 1) / units_per_task;
  for (std::int64_t first = -preroll_ms; first < frame_count; first += stretch_frames) {
    const std::int64_t count = std::min(stretch_frames, frame_count - first);
    movie.read(first, count, frames.data(), stretch);
    interleave(frames.data(), source, stretch, pool, pixels);
    pool.for_each(tasks, [&](std::size_t task) {
      const std::size_t begin = task * units_per_task;
      const std::size_t end = std::min(bank.unit_count(), begin + units_per_task);
      if (first == -preroll_ms) {
        for (std::size_t i = bank.begin[begin]; i < bank.begin[end]; ++i) drives.begin(i);
      }
      filter_units(bank, stretch, pixels, begin, end, drives, hz.data());
    });
    hand_over(hz.data(), first, count, bank.unit_count(), rows);
  }
}

// The device computes a stretch while the next one is read and the one before is handed over.
void compute_there(DeviceFilters& device, std::size_t unit_count, const FrameSource& source,
                   std::int64_t frame_count, std::int64_t preroll_ms, ThreadPool& pool,
                   const RateRows& rows) {
  MovieReader movie(source, pool);
  Stretch stretch;
  std::int64_t waiting_first = 0, waiting_count = 0;
  const auto collect = [&] {
    if (waiting_count == 0) return;
    hand_over(device.collect(), waiting_first, waiting_count, unit_count, rows);
  };
  device.begin();
  for (std::int64_t first = -preroll_ms; first < frame_count; first += stretch_frames) {
    const std::int64_t count = std::min(stretch_frames, frame_count - first);
    movie.read(first, count, device.lend(), stretch);
    device.submit(stretch);
    collect();
    waiting_first = first;
    waiting_count = count;
  }
  collect();
}

}  // namespace

RateFilters::RateFilters(const network::LgnMosaic& mosaic, std::uint32_t rows, std::uint32_t cols,
                         const config::LgnConfig& config, ThreadPool& pool,
                         const RateDevice* device)
    : bank_(make_filter_bank(mosaic, static_cast<std::int32_t>(rows),
                             static_cast<std::int32_t>(cols), config, pool)),
      pool_(pool) {
  bank_.memory_ms = std::max(bank_.memory_ms, 1);  // the last frame of a stretch is always kept
  if (device) device_ = DeviceFilters::make(bank_, stretch_frames, *device);
}

RateFilters::~RateFilters() = default;

void RateFilters::stream(const FrameSource& source, std::int64_t frame_count,
                         std::int64_t preroll_ms, const RateRows& rows) {
  if (frame_count < 0 || preroll_ms < 0 || !source.fill ||
      source.rows != static_cast<std::uint32_t>(bank_.rows) ||
      source.cols != static_cast<std::uint32_t>(bank_.cols)) {
    throw error(ExitCode::internal,
                "LGN rates: no frame source, one of another size, or a negative number of frames");
  }
  if (device_) {
    compute_there(*device_, bank_.unit_count(), source, frame_count, preroll_ms, pool_, rows);
  } else {
    compute_here(bank_, source, frame_count, preroll_ms, pool_, rows);
  }
}

Rates RateFilters::rates(const FrameSource& source, std::int64_t frame_count,
                         std::int64_t preroll_ms, Rates used) {
  Rates rates = std::move(used);
  const std::size_t width = bank_.unit_count();
  rates.frame_count = frame_count;
  rates.unit_count = static_cast<std::int64_t>(width);
  rates.hz.clear();  // nothing in it may move
  rates.hz.resize(static_cast<std::size_t>(std::max<std::int64_t>(frame_count, 0)) * width);
  stream(source, frame_count, preroll_ms,
         [&](std::int64_t first_ms, std::int64_t count, const float* hz) {
           float* const out = rates.hz.data() + static_cast<std::size_t>(first_ms) * width;
           pool_.for_each(static_cast<std::size_t>(count), [&](std::size_t row) {
             std::copy_n(hz + row * width, width, out + row * width);
           });
         });
  return rates;
}

Rates compute_rates(const network::LgnMosaic& mosaic, const FrameSource& source,
                    std::int64_t frame_count, std::int64_t preroll_ms,
                    const config::LgnConfig& config, ThreadPool& pool) {
  return RateFilters(mosaic, source.rows, source.cols, config, pool, nullptr)
      .rates(source, frame_count, preroll_ms);
}

}  // namespace v1::lgn
