#include "engine/stimulus/preview.hpp"

#include <algorithm>
#include <cmath>

namespace v1::stimulus {
namespace {

constexpr std::size_t course_samples = 250;
constexpr std::size_t probes_per_stretch = 6;
// Mean change of luminance between probes that counts as movement.
constexpr double moving_change = 1e-4;

class FrameSource {
 public:
  FrameSource(const StimulusPlayer& player, const Environment& env, std::uint32_t trial)
      : player_(player),
        trial_(trial),
        last_ms_(std::max<std::int64_t>(std::llround(std::ceil(env.duration_ms - 1e-9)) - 1, 0)),
        frame_(static_cast<std::size_t>(env.frame_rows) * env.frame_cols) {}

  std::int64_t last_ms() const { return last_ms_; }
  const std::vector<float>& at(std::int64_t t_ms) {
    player_.frames(trial_, std::clamp<std::int64_t>(t_ms, 0, last_ms_), 1, frame_.data());
    return frame_;
  }

 private:
  const StimulusPlayer& player_;
  std::uint32_t trial_;
  std::int64_t last_ms_;
  std::vector<float> frame_;
};

struct Stretch {
  std::int64_t begin_ms = 0, end_ms = 0;  // [begin, end)
  bool moves = false;
  std::size_t pictures = 1;
  std::int64_t length() const { return end_ms - begin_ms; }
};

bool moves(FrameSource& source, const Stretch& stretch) {
  std::vector<float> before = source.at(stretch.begin_ms);
  for (std::size_t k = 1; k < probes_per_stretch; ++k) {
    const std::vector<float>& now =
        source.at(stretch.begin_ms + (stretch.length() - 1) * static_cast<std::int64_t>(k) /
                                         static_cast<std::int64_t>(probes_per_stretch - 1));
    double change = 0.0;
    for (std::size_t i = 0; i < now.size(); ++i) change += std::fabs(now[i] - before[i]);
    if (change > moving_change * static_cast<double>(now.size())) return true;
    before = now;
  }
  return false;
}

std::vector<Stretch> find_stretches(FrameSource& source, const StimulusDescription& told) {
  std::vector<std::int64_t> borders{0, source.last_ms() + 1};
  for (const Marker& marker : told.markers) {
    const std::int64_t t = std::llround(std::ceil(marker.time_ms - 1e-9));
    if (t > 0 && t <= source.last_ms()) borders.push_back(t);
  }
  std::sort(borders.begin(), borders.end());
  borders.erase(std::unique(borders.begin(), borders.end()), borders.end());
  std::vector<Stretch> stretches;
  for (std::size_t b = 0; b + 1 < borders.size(); ++b) {
    stretches.push_back({borders[b], borders[b + 1]});
    stretches.back().moves = moves(source, stretches.back());
  }
  return stretches;
}

// Gives each further picture to the moving stretch whose pictures lie furthest apart.
void share_out(std::vector<Stretch>& stretches, std::size_t count) {
  for (std::size_t used = stretches.size(); used < count; ++used) {
    Stretch* widest = nullptr;
    for (Stretch& stretch : stretches) {
      if (!stretch.moves || stretch.pictures >= static_cast<std::size_t>(stretch.length()))
        continue;
      const auto apart = [](const Stretch& s) {
        return static_cast<double>(s.length()) / static_cast<double>(s.pictures);
      };
      if (widest == nullptr || apart(stretch) > apart(*widest)) widest = &stretch;
    }
    if (widest == nullptr) return;
    ++widest->pictures;
  }
}

std::vector<std::int64_t> picture_times(std::vector<Stretch> stretches, std::size_t count) {
  share_out(stretches, count);
  std::vector<std::int64_t> times;
  for (const Stretch& stretch : stretches) {
    const auto n = static_cast<std::int64_t>(stretch.pictures);
    for (std::int64_t k = 0; k < n; ++k) {
      times.push_back(stretch.begin_ms + stretch.length() * (2 * k + 1) / (2 * n));
    }
  }
  // Very many markers: a regular choice of the pictures.
  if (times.size() <= count) return times;
  std::vector<std::int64_t> some;
  for (std::size_t k = 0; k < count; ++k) some.push_back(times[k * times.size() / count]);
  return some;
}

void add_picture(Preview& preview, const std::vector<float>& frame, const Environment& env,
                 std::uint32_t step) {
  for (std::uint32_t row = 0; row < preview.rows; ++row) {
    for (std::uint32_t col = 0; col < preview.cols; ++col) {
      double sum = 0.0;
      std::uint32_t pixels = 0;
      for (std::uint32_t r = row * step; r < std::min((row + 1) * step, env.frame_rows); ++r) {
        for (std::uint32_t c = col * step; c < std::min((col + 1) * step, env.frame_cols); ++c) {
          sum += frame[static_cast<std::size_t>(r) * env.frame_cols + c];
          ++pixels;
        }
      }
      preview.luminance.push_back(static_cast<float>(sum / pixels));
    }
  }
}

void add_course(Preview& preview, FrameSource& source) {
  const std::int64_t step =
      std::max<std::int64_t>((source.last_ms() + 1) / static_cast<std::int64_t>(course_samples), 1);
  for (std::int64_t t = 0; t <= source.last_ms(); t += step) {
    double sum = 0.0, squares = 0.0;
    const std::vector<float>& frame = source.at(t);
    for (const double value : frame) {
      sum += value;
      squares += value * value;
    }
    const auto n = static_cast<double>(frame.size());
    preview.course_ms.push_back(static_cast<double>(t));
    preview.mean.push_back(sum / n);
    preview.contrast.push_back(std::sqrt(std::max(squares / n - sum / n * (sum / n), 0.0)));
  }
}

}  // namespace

Preview make_preview(const StimulusPlayer& player, const Environment& env, std::uint32_t trial,
                     std::size_t count, std::uint32_t most_cols) {
  FrameSource source(player, env, trial);
  const std::uint32_t step = (env.frame_cols + most_cols - 1) / most_cols;
  Preview preview;
  preview.rows = (env.frame_rows + step - 1) / step;
  preview.cols = (env.frame_cols + step - 1) / step;
  preview.deg_per_cell = env.deg_per_pixel * step;
  for (const std::int64_t t : picture_times(find_stretches(source, player.description()), count)) {
    preview.time_ms.push_back(static_cast<double>(t));
    add_picture(preview, source.at(t), env, step);
  }
  add_course(preview, source);
  return preview;
}

}  // namespace v1::stimulus
