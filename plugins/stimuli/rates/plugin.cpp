#include <algorithm>
#include <cmath>
#include <memory>
#include <v1e_sdk/arrays.hpp>
#include <v1e_sdk/stimulus.hpp>

#include "plugins/stimuli/shared/tell.hpp"
#include "row_of_time.hpp"

namespace {

using replayed_rates::AtEnd;
using replayed_rates::RowTimes;

std::string number(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

struct Rates {
  static constexpr auto name = "rates";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "Replays a table of LGN firing rates, one column per unit";
  static constexpr std::uint32_t outputs = V1E_OUT_RATES;
  static constexpr std::uint64_t flags = V1E_STIM_PURE | V1E_STIM_EVERY_TRIAL;

  v1e::Path file{"file", nullptr,
                 "Rates in Hz as [time][unit]: .npy, .csv or \"file.h5:/dataset\""};
  static constexpr double frame_rate_hz = 1000.0;  // by default
  v1e::Float frame_rate{"frame_rate", "Hz", frame_rate_hz, v1e::above_up_to(0.0, 1e6),
                        "Rows per second"};
  v1e::Path times{"times", "",
                  "Times of the rows in ms, increasing, instead of frame_rate: an array"};
  v1e::Float start{"start", "ms", 0.0, v1e::closed(0.0, 1e9),
                   "Time in the table at which a trial begins"};
  v1e::Float scale{"scale", "1", 1.0, v1e::at_least(0.0), "Factor on all rates"};
  v1e::Choice at_end{"at_end",
                     "error",
                     {"error", "hold", "repeat", "silent"},
                     "After the last row: refuse the run, hold the row, start over, or 0 Hz"};

  void check() const {
    if (times.empty() || frame_rate == frame_rate_hz) return;
    throw v1e::Error(V1E_E_INVALID, "frame_rate",
                     "has no effect beside times; leave one of them out");
  }

  void prepare(const v1e_stimulus_env& env) {
    table = std::make_shared<v1e::ArrayFile>(env.host, "file", file.str());
    const std::vector<std::int64_t>& shape = table->shape();
    if (shape.size() != 2) {
      throw table->problem("rates are a table [time][unit], found " + table->shape_text());
    }
    if (shape[1] != static_cast<std::int64_t>(env.channel_count)) {
      throw table->problem("has " + std::to_string(shape[1]) + " columns, but there are " +
                           std::to_string(env.channel_count) + " LGN units; one column per unit");
    }
    if (shape[0] == 0) throw table->problem("has no rows");
    trial_ms = env.duration_ms;
    prepare_rows(env.host, shape[0]);
    if (at_end.is("error") && start < rows.begin_ms() - 1e-6) {
      throw table->problem("begins at " + number(rows.begin_ms()) + " ms (the first of " +
                           times.str() + "), but trials begin at " + number(start) +
                           " ms of it; raise start, or choose at_end");
    }
    const double end = start + trial_ms;
    if (at_end.is("error") && end > rows.end_ms() + 1e-6) {
      throw table->problem("ends at " + number(rows.end_ms()) + " ms, but trials last from " +
                           number(start) + " to " + number(end) +
                           " ms of it; shorten simulation.duration or start, or choose at_end");
    }
    if (end < rows.end_ms() - 1e-6) {
      stimulus_math::tell(env.host, file.str() + ": lasts to " + number(rows.end_ms()) +
                                        " ms, of which trials play " + number(start) + " to " +
                                        number(end) + " ms");
    }
  }

  void fill(const v1e_window& window, v1e_drive& drive) const {
    auto* out = static_cast<float*>(drive.dense.data);
    const auto width = static_cast<std::size_t>(table->shape()[1]);
    for (std::int64_t i = 0; i < window.step_count;) {
      const auto row = row_of_frame(window.step_begin + i);
      float* first = out + static_cast<std::size_t>(i) * width;
      std::int64_t run = 1;  // frames that show consecutive rows
      if (!row) {
        std::fill_n(first, width, 0.0f);
      } else if (i > 0 && row == row_of_frame(window.step_begin + i - 1)) {
        std::copy_n(first - width, width, first);
      } else {
        while (run < rows_per_read && i + run < window.step_count &&
               row_of_frame(window.step_begin + i + run) == *row + run) {
          ++run;
        }
        read_rows(*row, run, first);
      }
      i += run;
    }
  }

  void describe(v1e::StimulusDescription&) const {}

  std::shared_ptr<v1e::ArrayFile> table;
  RowTimes rows;
  double trial_ms = 0.0;

 private:
  static constexpr std::int64_t rows_per_read = 64;

  std::optional<std::int64_t> row_of_frame(std::int64_t frame_ms) const {
    return rows.row_at(start + static_cast<double>(frame_ms));
  }

  void prepare_rows(const v1e_host* host, std::int64_t count) {
    const auto end = static_cast<AtEnd>(at_end.index());
    if (times.empty()) {
      rows = RowTimes(count, frame_rate, end);
      return;
    }
    const v1e::ArrayFile list(host, "times", times.str());
    std::int64_t items = 1;
    for (const std::int64_t extent : list.shape()) items *= extent;
    if (items != count || list.shape().empty() || list.shape()[0] != count) {
      throw list.problem("is " + list.shape_text() + "; expected one time for each of the " +
                         std::to_string(count) + " rows of " + table->address());
    }
    std::vector<double> values(static_cast<std::size_t>(count));
    list.read(0, count, values.data());
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (std::isfinite(values[i]) && (i == 0 || values[i] > values[i - 1])) continue;
      throw list.problem("times must be finite and increase; number " + std::to_string(i) + " is " +
                         number(values[i]) +
                         (i > 0 ? " after " + number(values[i - 1]) : std::string()));
    }
    rows = RowTimes(std::move(values), end);
  }

  // Rows in Hz, scaled; each number is checked here, where file and place are known.
  void read_rows(std::int64_t first, std::int64_t count, float* out) const {
    table->read(first, count, out);
    const std::int64_t width = table->shape()[1];
    for (std::int64_t i = 0; i < count * width; ++i) {
      if (!(std::isfinite(out[i]) && out[i] >= 0.0f)) {
        throw table->problem("row " + std::to_string(first + i / width) + ", column " +
                             std::to_string(i % width) + " is " + number(out[i]) +
                             "; rates must be finite and not negative");
      }
      out[i] *= static_cast<float>(static_cast<double>(scale));
    }
  }
};

}  // namespace

V1E_MODULE("org.v1engine.rates", "1.0.0", "BSD-3-Clause", v1e::stimulus_plugin<Rates>())
