#include <algorithm>
#include <cmath>
#include <memory>
#include <v1e_sdk/arrays.hpp>
#include <v1e_sdk/stimulus.hpp>

#include "movie_time.hpp"
#include "plugins/stimuli/shared/luminance_range.hpp"
#include "plugins/stimuli/shared/resample.hpp"
#include "plugins/stimuli/shared/tell.hpp"

namespace {

using stimulus_math::Fit;
using stimulus_math::LuminanceRange;
using stimulus_math::Resampler;

struct Movie {
  static constexpr auto name = "movie";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "Shows a movie from a file, one picture in memory at a time";
  static constexpr std::uint32_t outputs = V1E_OUT_FRAMES;
  static constexpr std::uint64_t flags = V1E_STIM_PURE | V1E_STIM_EVERY_TRIAL;

  v1e::Path file{"file", nullptr, "Pictures [t][row][col]: .npy or \"file.h5:/dataset\""};
  v1e::Float frame_rate{"frame_rate", "Hz", 1000.0, v1e::above_up_to(0.0, 1e6),
                        "Pictures per second"};
  v1e::Choice between{"between",
                      "hold",
                      {"hold", "linear"},
                      "Slower movies: hold each picture, or blend into the next"};
  v1e::Float onset{"onset", "ms", 0.0, v1e::closed(-1e9, 1e9),
                   "Time in the trial of the first picture; -500 uses the pre-roll"};
  v1e::Choice before{
      "before", "gray", {"gray", "first"}, "Before the onset: gray or first picture"};
  v1e::Choice after{"after", "gray", {"gray", "last", "repeat"}, "After the last picture"};
  v1e::FloatList range{"range",
                       "1",
                       {},
                       v1e::any(),
                       "Values of [black, white]; []: 0-1, -1-1 or 0-255 by the values"};
  v1e::Float contrast{"contrast", "1", 1.0, v1e::closed(0.0, 1.0), "Factor on the luminance"};
  v1e::Choice fit{"fit",
                  "stretch",
                  {"stretch", "cover", "contain"},
                  "Pictures of another shape than the visual field"};

  void check() const { stimulus_math::given_range(range.values(), "range"); }

  void prepare(const v1e_stimulus_env& env) {
    pictures = std::make_shared<v1e::ArrayFile>(env.host, "file", file.str());
    const std::vector<std::int64_t>& shape = pictures->shape();
    if (shape.size() != 3) {
      throw pictures->problem("a movie is an array [t][row][col], found " + pictures->shape_text());
    }
    if (shape[0] * shape[1] * shape[2] == 0) {
      throw pictures->problem("is empty: " + pictures->shape_text());
    }
    timing = {shape[0], frame_rate, onset, static_cast<movie::Before>(before.index()),
              static_cast<movie::After>(after.index())};
    const auto given = stimulus_math::given_range(range.values(), "range");
    black_and_white = given ? *given : stimulus_math::guess_range(*pictures);
    if (given) stimulus_math::check_values(*pictures, *given);
    frame_size = static_cast<std::size_t>(env.frame_rows) * env.frame_cols;
    resampler = Resampler(shape[1], shape[2], env.frame_rows, env.frame_cols,
                          static_cast<Fit>(fit.index()));
    trial_ms = env.duration_ms;
    tell_unseen(env.host);
  }

  void fill(const v1e_window& window, v1e_drive& drive) const {
    auto* out = static_cast<float*>(drive.dense.data);
    Screen first(frame_size), second(frame_size);
    for (std::int64_t i = 0; i < window.step_count; ++i, out += frame_size) {
      const movie::Mixture mixture = movie::screen_at(
          timing, static_cast<double>(window.step_begin + i), between.is("linear"));
      if (mixture.gray) continue;  // frames come zeroed
      if (second.picture == mixture.a) std::swap(first, second);
      show(mixture.a, first);
      if (mixture.share == 0.0) {
        std::copy(first.pixels.begin(), first.pixels.end(), out);
        continue;
      }
      show(mixture.b, second);
      const auto share = static_cast<float>(mixture.share);
      for (std::size_t p = 0; p < frame_size; ++p) {
        out[p] = (1.0f - share) * first.pixels[p] + share * second.pixels[p];
      }
    }
  }

  void describe(v1e::StimulusDescription& description) const {
    const double end =
        timing.onset_ms + static_cast<double>(timing.frames) * 1000.0 / timing.rate_hz;
    if (timing.onset_ms >= 0.0 && timing.onset_ms <= trial_ms) {
      description.marker(timing.onset_ms, "movie onset");
    }
    if (timing.after != movie::After::repeat && end >= 0.0 && end <= trial_ms) {
      description.marker(end, "movie end");
    }
  }

  std::shared_ptr<v1e::ArrayFile> pictures;
  movie::Timing timing;
  LuminanceRange black_and_white;
  Resampler resampler;
  std::size_t frame_size = 0;
  double trial_ms = 0.0;

 private:
  void tell_unseen(const v1e_host* host) const {
    const double seen = std::ceil((trial_ms - timing.onset_ms) * timing.rate_hz / 1000.0 - 1e-9);
    if (seen >= static_cast<double>(timing.frames)) return;
    const auto count = static_cast<std::int64_t>(std::max(0.0, seen));
    stimulus_math::tell(host, file.str() + ": " + std::to_string(timing.frames - count) + " of " +
                                  std::to_string(timing.frames) +
                                  " pictures come after the end of a trial and are not shown; see "
                                  "'frame_rate', 'onset' and simulation.duration");
  }

  // A picture as the frame shows it.
  struct Screen {
    explicit Screen(std::size_t size) : pixels(size) {}
    std::int64_t picture = -1;
    std::vector<float> pixels;
  };

  void show(std::int64_t picture, Screen& screen) const {
    if (screen.picture == picture) return;
    const std::vector<std::int64_t>& shape = pictures->shape();
    std::vector<float> values(static_cast<std::size_t>(shape[1] * shape[2]));
    pictures->read(picture, 1, values.data());
    stimulus_math::to_luminance(*pictures, black_and_white, contrast, picture, values);
    resampler.apply(values.data(), screen.pixels.data());
    screen.picture = picture;
  }
};

}  // namespace

V1E_MODULE("org.v1engine.movie", "1.0.0", "BSD-3-Clause", v1e::stimulus_plugin<Movie>())
