#include <algorithm>
#include <cmath>
#include <v1e_sdk/arrays.hpp>
#include <v1e_sdk/stimulus.hpp>

#include "image_file.hpp"
#include "image_sequence.hpp"
#include "plugins/stimuli/shared/luminance_range.hpp"
#include "plugins/stimuli/shared/resample.hpp"
#include "plugins/stimuli/shared/tell.hpp"

namespace {

using stimulus_math::Fit;
using stimulus_math::LuminanceRange;
using stimulus_math::Resampler;

struct NaturalImages {
  static constexpr auto name = "natural_images";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "Pictures one after another, with gray between them";
  static constexpr std::uint32_t outputs = V1E_OUT_FRAMES;
  static constexpr std::uint64_t flags = V1E_STIM_PURE | V1E_STIM_EVERY_TRIAL;

  v1e::Path images{"images", nullptr,
                   "Folder of .png and .jpg files, or an array [picture][row][col]"};
  v1e::Int first{"first", "1", 0, v1e::closed(0, 1e9), "Number of the first picture, from 0"};
  v1e::Int count{"count", "1", 0, v1e::closed(0, 1e9), "How many pictures; 0: all from first on"};
  v1e::Choice order{"order",
                    "listed",
                    {"listed", "random"},
                    "By name or place in the file, or shuffled (the same in every trial)"};
  v1e::Int order_seed{"order_seed", "1", 0, v1e::closed(0, 4294967295.0),
                      "Another number shuffles differently"};
  v1e::Int onset{"onset", "ms", 500, v1e::closed(-1e9, 1e9), "Time of the first picture"};
  v1e::Int duration{"duration", "ms", 250, v1e::closed(1, 1e9), "How long each picture is shown"};
  v1e::Int gray{"gray", "ms", 250, v1e::closed(0, 1e9), "Gray screen after each picture"};
  v1e::Bool repeat{"repeat", false, "Start over after the last picture; else gray"};
  v1e::FloatList range{"range",
                       "1",
                       {},
                       v1e::any(),
                       "Values of [black, white]; []: 0-255 for files, by the values for arrays"};
  v1e::Float contrast{"contrast", "1", 1.0, v1e::closed(0.0, 1.0), "Factor on the luminance"};
  v1e::Choice fit{"fit",
                  "cover",
                  {"cover", "contain", "stretch"},
                  "Pictures of another shape than the visual field"};

  void check() const { stimulus_math::given_range(range.values(), "range"); }

  void prepare(const v1e_stimulus_env& env) {
    rows = env.frame_rows;
    cols = env.frame_cols;
    trial_ms = static_cast<std::int64_t>(std::ceil(env.duration_ms - 1e-9));
    trial_count = env.trial_count;
    if (std::filesystem::is_directory(images.str())) {
      files = natural_images::images_in(images.str());
      choose(env, static_cast<std::int64_t>(files.size()));
      load(env.host, [&](std::int64_t number) { return from_file(number); });
    } else if (natural_images::is_image(images.str())) {
      throw v1e::Error(V1E_E_IO, "images",
                       images.str() +
                           ": is a single picture; name the folder it lies in (first and "
                           "count choose pictures)");
    } else {
      const v1e::ArrayFile stack(env.host, "images", images.str());
      if (stack.shape().size() != 3) {
        throw stack.problem("pictures are an array [picture][row][col], found " +
                            stack.shape_text());
      }
      if (stack.shape()[0] * stack.shape()[1] * stack.shape()[2] == 0) {
        throw stack.problem("is empty: " + stack.shape_text());
      }
      choose(env, stack.shape()[0]);
      const auto given = stimulus_math::given_range(range.values(), "range");
      const LuminanceRange values = given ? *given : stimulus_math::guess_range(stack);
      load(env.host, [&](std::int64_t number) { return from_stack(stack, values, number); });
    }
  }

  void fill(const v1e_window& window, v1e_drive& drive) const {
    auto* out = static_cast<float*>(drive.dense.data);
    const auto size = static_cast<std::size_t>(rows * cols);
    for (std::int64_t i = 0; i < window.step_count; ++i, out += size) {
      const std::int64_t entry = sequence.entry_at(window.step_begin + i);
      if (entry < 0) continue;  // frames come zeroed, which is gray
      const std::vector<float>& frame = frames[static_cast<std::size_t>(entry)];
      std::copy(frame.begin(), frame.end(), out);
    }
  }

  void describe(v1e::StimulusDescription& description) const {
    std::vector<double> time{0.0}, number{-1.0};
    for (std::int64_t t = 0; t < trial_ms; ++t) {
      const std::int64_t entry = sequence.entry_at(t);
      const double shown =
          entry < 0 ? -1.0 : static_cast<double>(sequence.shown[static_cast<std::size_t>(entry)]);
      if (shown == number.back()) continue;
      time.push_back(static_cast<double>(t));
      number.push_back(shown);
    }
    description.strip("Picture (-1: gray)", "1", time, number);
    if (sequence.onset_ms >= 0 && sequence.onset_ms <= trial_ms) {
      description.marker(static_cast<double>(sequence.onset_ms), "first picture");
    }
    description.trial_column(
        "first_picture", "1",
        std::vector<double>(trial_count, static_cast<double>(sequence.shown.front())));
  }

  natural_images::Sequence sequence;
  std::vector<std::filesystem::path> files;
  std::vector<std::vector<float>> frames;  // by entry of the sequence, as far as the trial goes
  std::int64_t rows = 0, cols = 0, trial_ms = 0;
  std::uint32_t trial_count = 0;

 private:
  void choose(const v1e_stimulus_env& env, std::int64_t present) {
    const std::int64_t wanted = count == 0 ? std::max<std::int64_t>(present - first, 1) : count;
    if (first + wanted > present) {
      throw v1e::Error(V1E_E_INVALID, count == 0 ? "first" : "count",
                       "pictures " + std::to_string(first) + " to " +
                           std::to_string(first + wanted - 1) + " are asked for, but " +
                           images.str() + " has " + std::to_string(present));
    }
    sequence = {natural_images::picture_order(first, wanted, order.is("random"), env.random_key,
                                              static_cast<std::uint32_t>(order_seed)),
                onset, duration, gray, repeat};
  }

  // Only the pictures that a trial comes to are decoded.
  template <class Read>
  void load(const v1e_host* host, Read&& read) {
    std::int64_t shown = 0;
    for (std::int64_t t = sequence.onset_ms; t < trial_ms; t += duration + gray) ++shown;
    frames.resize(static_cast<std::size_t>(
        std::min(shown, static_cast<std::int64_t>(sequence.shown.size()))));
    for (std::size_t i = 0; i < frames.size(); ++i) frames[i] = read(sequence.shown[i]);
    if (frames.size() == sequence.shown.size()) return;
    stimulus_math::tell(host, images.str() + ": a trial has room for " +
                                  std::to_string(frames.size()) + " of " +
                                  std::to_string(sequence.shown.size()) +
                                  " pictures; see 'duration', 'gray' and simulation.duration");
  }

  std::vector<float> resampled(std::int64_t in_rows, std::int64_t in_cols,
                               const std::vector<float>& luminance) const {
    std::vector<float> frame(static_cast<std::size_t>(rows * cols));
    const Fit how = fit.is("cover") ? Fit::cover : fit.is("contain") ? Fit::contain : Fit::stretch;
    Resampler(in_rows, in_cols, rows, cols, how).apply(luminance.data(), frame.data());
    return frame;
  }

  std::vector<float> from_file(std::int64_t number) const {
    const std::filesystem::path& path = files[static_cast<std::size_t>(number)];
    natural_images::Picture picture = natural_images::read_image(path);
    const LuminanceRange values =
        stimulus_math::given_range(range.values(), "range").value_or(LuminanceRange{0.0, 255.0});
    for (float& value : picture.values) {
      if (!values.contains(value)) {
        throw v1e::Error(V1E_E_IO, "range",
                         path.string() + ": has pixels of brightness " + std::to_string(value) +
                             ", outside the range " + values.text());
      }
      value = static_cast<float>(contrast * values.luminance(value));
    }
    return resampled(picture.rows, picture.cols, picture.values);
  }

  std::vector<float> from_stack(const v1e::ArrayFile& stack, const LuminanceRange& values,
                                std::int64_t number) const {
    const std::int64_t in_rows = stack.shape()[1], in_cols = stack.shape()[2];
    std::vector<float> picture(static_cast<std::size_t>(in_rows * in_cols));
    stack.read(number, 1, picture.data());
    stimulus_math::to_luminance(stack, values, contrast, number, picture);
    return resampled(in_rows, in_cols, picture);
  }
};

}  // namespace

V1E_MODULE("org.v1engine.natural_images", "1.0.0", "BSD-3-Clause",
           v1e::stimulus_plugin<NaturalImages>())
