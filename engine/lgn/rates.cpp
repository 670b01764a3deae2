#include "engine/lgn/rates.hpp"

#include <algorithm>
#include <cstring>

#include "engine/base/error.hpp"
#include "engine/lgn/filter_bank.hpp"
#include "engine/lgn/filter_loops.hpp"

namespace v1::lgn {

namespace {

constexpr std::int64_t chunk_frames = 256;  // frames in memory at once; a multiple of 32
constexpr std::int64_t frames_per_fill = 16;

// A stretch of the movie. Runs of equal frames are held once: frame i of the stretch is distinct
// frame index[i], and distinct frame 0 is the last one of the stretch before.
struct Chunk {
  std::int64_t count = 0;
  std::int64_t distinct = 1;
  std::vector<std::int64_t> index;
  std::vector<float> pixels;  // [group of 16][pixel][16], distinct frames 1, 2, ...
};

class MovieReader {
 public:
  MovieReader(const FrameSource& source, ThreadPool& pool)
      : source_(source),
        pool_(pool),
        frame_size_(static_cast<std::size_t>(source.rows) * source.cols),
        raw_(frame_size_ * chunk_frames),
        last_(frame_size_, 0.0f) {}

  std::size_t frame_size() const { return frame_size_; }

  void read(std::int64_t first_ms, std::int64_t count, Chunk& chunk) {
    fill(first_ms, count);
    chunk.count = count;
    chunk.index.resize(static_cast<std::size_t>(count));
    std::vector<const float*> distinct;
    const float* previous = last_.data();
    for (std::int64_t i = 0; i < count; ++i) {
      const float* frame = raw_.data() + static_cast<std::size_t>(i) * frame_size_;
      if (std::memcmp(frame, previous, frame_size_ * sizeof(float)) != 0) {
        distinct.push_back(frame);
      }
      previous = frame;
      chunk.index[static_cast<std::size_t>(i)] = static_cast<std::int64_t>(distinct.size());
    }
    chunk.distinct = static_cast<std::int64_t>(distinct.size()) + 1;
    interleave(distinct, chunk);
    std::copy_n(previous, frame_size_, last_.begin());
  }

 private:
  void fill(std::int64_t first_ms, std::int64_t count) {
    if (!source_.concurrent) return source_.fill(first_ms, count, raw_.data());
    const std::int64_t tasks = (count + frames_per_fill - 1) / frames_per_fill;
    pool_.for_each(static_cast<std::size_t>(tasks), [&](std::size_t task) {
      const std::int64_t begin = static_cast<std::int64_t>(task) * frames_per_fill;
      source_.fill(first_ms + begin, std::min(frames_per_fill, count - begin),
                   raw_.data() + static_cast<std::size_t>(begin) * frame_size_);
    });
  }

  void interleave(const std::vector<const float*>& distinct, Chunk& chunk) {
    constexpr std::size_t lanes = frame_lanes;
    const std::size_t groups = (distinct.size() + lanes - 1) / lanes;
    chunk.pixels.resize(groups * frame_size_ * lanes);
    const std::size_t rows = source_.rows;
    pool_.for_each(groups * rows, [&](std::size_t task) {
      const std::size_t group = task / rows;
      const std::size_t begin = task % rows * source_.cols;
      float* out = chunk.pixels.data() + (group * frame_size_ + begin) * lanes;
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        const std::size_t frame = group * lanes + lane;
        for (std::size_t col = 0; col < source_.cols; ++col) {
          out[col * lanes + lane] = frame < distinct.size() ? distinct[frame][begin + col] : 0.0f;
        }
      }
    });
  }

  const FrameSource& source_;
  ThreadPool& pool_;
  std::size_t frame_size_;
  std::vector<float> raw_;
  std::vector<float> last_;  // before the movie all is mid-gray
};

// Spatial responses of all subunits over the stretch at hand and the memory before it.
class DriveStore {
 public:
  explicit DriveStore(const FilterBank& bank)
      : memory_(bank.memory_ms),
        stride_(static_cast<std::size_t>(memory_ + chunk_frames)),
        values_(bank.subunits.size() * stride_, 0.0) {}

  /// Response to frame 0 of the stretch; entries -memory ... chunk_frames - 1 exist.
  double* of(std::size_t subunit) { return values_.data() + subunit * stride_ + memory_; }

  /// The last frames become the memory of the next stretch.
  void advance(std::size_t subunit, std::int64_t count) {
    double* begin = of(subunit) - memory_;
    std::memmove(begin, begin + count, static_cast<std::size_t>(memory_) * sizeof(double));
  }

 private:
  std::int64_t memory_;
  std::size_t stride_;
  std::vector<double> values_;
};

// Spatial responses of subunits begin ... end to the stretch. Group by group, so that the pixels
// under neighbouring receptive fields stay in the cache.
void filter_space(const FilterBank& bank, const Chunk& chunk, std::size_t frame_size,
                  std::size_t begin, std::size_t end, DriveStore& drives) {
  constexpr std::size_t width = chunk_frames + 1 + frame_lanes;
  std::vector<double> distinct((end - begin) * width);
  for (std::int64_t first = 1; first < chunk.distinct; first += frame_lanes) {
    const std::size_t group = static_cast<std::size_t>(first - 1) / frame_lanes;
    const float* pixels = chunk.pixels.data() + group * frame_size * frame_lanes;
    for (std::size_t i = begin; i < end; ++i) {
      spatial_response(bank.subunits[i], bank.cols, pixels,
                       distinct.data() + (i - begin) * width + first);
    }
  }
  for (std::size_t i = begin; i < end; ++i) {
    double* drive = drives.of(i);
    double* response = distinct.data() + (i - begin) * width;
    response[0] = drive[-1];
    for (std::int64_t t = 0; t < chunk.count; ++t) drive[t] = response[chunk.index[t]];
    std::fill(drive + chunk.count, drive + chunk_frames, 0.0);
  }
}

// Rates of units begin ... end over the stretch; rows of `rates` before 0 are not kept.
void filter_units(const FilterBank& bank, const Chunk& chunk, std::size_t frame_size,
                  std::size_t begin, std::size_t end, std::int64_t first_ms, DriveStore& drives,
                  Rates& rates) {
  std::vector<double> response(chunk_frames), sum(chunk_frames);
  std::vector<float> tile(static_cast<std::size_t>(chunk_frames) * units_per_task);
  filter_space(bank, chunk, frame_size, bank.begin[begin], bank.begin[end], drives);
  for (std::size_t unit = begin; unit < end; ++unit) {
    std::fill(sum.begin(), sum.end(), 0.0);
    for (std::size_t i = bank.begin[unit]; i < bank.begin[unit + 1]; ++i) {
      const Subunit& subunit = bank.subunits[i];
      temporal_response(subunit, drives.of(i), chunk_frames, response.data());
      for (std::int64_t t = 0; t < chunk.count; ++t) {
        sum[t] += std::max(0.0, subunit.gain * response[t] + subunit.offset_hz);
      }
      drives.advance(i, chunk.count);
    }
    for (std::int64_t t = 0; t < chunk.count; ++t) {
      tile[static_cast<std::size_t>(t) * units_per_task + (unit - begin)] =
          static_cast<float>(sum[t]);
    }
  }
  for (std::int64_t t = std::max<std::int64_t>(0, -first_ms); t < chunk.count; ++t) {
    std::copy_n(tile.data() + static_cast<std::size_t>(t) * units_per_task, end - begin,
                rates.hz.data() + (first_ms + t) * rates.unit_count + begin);
  }
}

}  // namespace

Rates compute_rates(const network::LgnMosaic& mosaic, const FrameSource& source,
                    std::int64_t frame_count, std::int64_t preroll_ms,
                    const config::LgnConfig& config, ThreadPool& pool) {
  if (frame_count < 0 || preroll_ms < 0 || !source.fill) {
    throw error(ExitCode::internal, "LGN rates: no frame source, or a negative number of frames");
  }
  FilterBank bank = make_filter_bank(mosaic, static_cast<std::int32_t>(source.rows),
                                     static_cast<std::int32_t>(source.cols), config, pool);
  bank.memory_ms = std::max(bank.memory_ms, 1);  // the last frame of a stretch is always kept
  Rates rates;
  rates.frame_count = frame_count;
  rates.unit_count = static_cast<std::int64_t>(bank.unit_count());
  rates.hz.resize(static_cast<std::size_t>(frame_count) * bank.unit_count());

  MovieReader movie(source, pool);
  DriveStore drives(bank);
  Chunk chunk;
  const std::size_t tasks = (bank.unit_count() + units_per_task - 1) / units_per_task;
  for (std::int64_t first = -preroll_ms; first < frame_count; first += chunk_frames) {
    movie.read(first, std::min(chunk_frames, frame_count - first), chunk);
    pool.for_each(tasks, [&](std::size_t task) {
      const std::size_t begin = task * units_per_task;
      const std::size_t end = std::min(bank.unit_count(), begin + units_per_task);
      filter_units(bank, chunk, movie.frame_size(), begin, end, first, drives, rates);
    });
  }
  return rates;
}

}  // namespace v1::lgn
