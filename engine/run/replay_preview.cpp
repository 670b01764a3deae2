#include "engine/run/replay_preview.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/analysis/table.hpp"
#include "engine/base/files.hpp"
#include "engine/base/json_text.hpp"
#include "engine/base/log.hpp"
#include "engine/base/write_failure.hpp"
#include "engine/figures/figures.hpp"

namespace v1::run {
namespace {

using analysis::ResultTable;

// Adds counts (spikes) of steps and units to the cells of a preview.
class Cells {
 public:
  Cells(ReplayPreview& preview, std::int64_t steps)
      : preview_(preview),
        steps_per_bin_((steps + static_cast<std::int64_t>(preview.bins) - 1) /
                       static_cast<std::int64_t>(preview.bins)) {}

  void add(std::int64_t step, std::uint64_t unit, double value) {
    const auto bin = static_cast<std::size_t>(step / steps_per_bin_);
    preview_.hz[unit / preview_.units_per_group * preview_.bins + bin] += value;
  }

  /// From sums to means: over the steps of each bin and the units of each group. per_step: what
  /// one summed unit is worth in Hz.
  void to_means(std::int64_t steps, double per_step) {
    for (std::size_t g = 0; g < preview_.groups; ++g) {
      const std::uint64_t first = g * preview_.units_per_group;
      const std::uint64_t units = std::min(preview_.units_per_group, preview_.unit_count - first);
      for (std::size_t b = 0; b < preview_.bins; ++b) {
        const std::int64_t begin = static_cast<std::int64_t>(b) * steps_per_bin_;
        const std::int64_t length = std::min(steps_per_bin_, steps - begin);
        preview_.hz[g * preview_.bins + b] *=
            per_step / (static_cast<double>(units) * static_cast<double>(length));
      }
    }
  }

  std::int64_t steps_per_bin() const { return steps_per_bin_; }

 private:
  ReplayPreview& preview_;
  std::int64_t steps_per_bin_;
};

void add_rates(Cells& cells, const stimulus::StimulusPlayer& player, std::uint32_t trial,
               std::int64_t steps, std::uint64_t units) {
  std::vector<float> frame(units);
  for (std::int64_t t = 0; t < steps; ++t) {
    player.rates(trial, t, 1, frame.data());
    for (std::uint64_t u = 0; u < units; ++u) cells.add(t, u, frame[u]);
  }
}

ResultTable cell_table(const std::vector<ReplayPreview>& previews) {
  std::vector<std::string> condition;
  std::vector<double> time, unit, rate;
  for (const ReplayPreview& preview : previews) {
    for (std::size_t g = 0; g < preview.groups; ++g) {
      for (std::size_t b = 0; b < preview.bins; ++b) {
        condition.push_back(preview.label);
        time.push_back((static_cast<double>(b) + 0.5) * preview.bin_ms);
        unit.push_back((static_cast<double>(g) + 0.5) *
                       static_cast<double>(preview.units_per_group));
        rate.push_back(preview.hz[g * preview.bins + b]);
      }
    }
  }
  return {"replay",
          "Mean rate of neighbouring LGN units; time and unit are the middles of the cells",
          {{"condition", "1", condition},
           {"time", "ms", time},
           {"unit", "1", unit},
           {"rate", "Hz", rate}}};
}

ResultTable mean_table(const std::vector<ReplayPreview>& previews) {
  std::vector<std::string> condition;
  std::vector<double> time, rate;
  for (const ReplayPreview& preview : previews) {
    for (std::size_t b = 0; b < preview.bins; ++b) {
      double spikes = 0.0;  // per second, of all units
      for (std::size_t g = 0; g < preview.groups; ++g) {
        const std::uint64_t first = g * preview.units_per_group;
        spikes +=
            preview.hz[g * preview.bins + b] *
            static_cast<double>(std::min(preview.units_per_group, preview.unit_count - first));
      }
      condition.push_back(preview.label);
      time.push_back((static_cast<double>(b) + 0.5) * preview.bin_ms);
      rate.push_back(spikes / static_cast<double>(preview.unit_count));
    }
  }
  return {"replay_mean",
          "Mean rate of all LGN units",
          {{"condition", "1", condition}, {"time", "ms", time}, {"rate", "Hz", rate}}};
}

double duration_ms(const ReplayPreview& preview) {
  return static_cast<double>(preview.bins) * preview.bin_ms;
}

// "markers = [0, 500]": those of one panel, or none.
std::string markers_key(const std::vector<ReplayPreview>& previews) {
  std::set<double> times;
  for (const ReplayPreview& preview : previews) {
    for (const stimulus::Marker& marker : preview.markers) times.insert(marker.time_ms);
  }
  return fmt::format("markers = [{:.6g}]\n", fmt::join(times, ", "));
}

std::string cells_panel(std::size_t row, const ReplayPreview& preview) {
  std::string out = fmt::format(
      "\n[[panel]]\nat = [{}, 0]\n"
      "x_axis = {{ label = \"\", time = true, range = [0, {}] }}\n"
      "y_axis = {{ label = \"LGN unit\", min = 0, max = {} }}\n"
      "color_axis = {{ map = \"sequential\", label = \"Rate\", unit = \"Hz\", min = 0 }}\n",
      row, duration_ms(preview), preview.unit_count);
  out += markers_key({preview});
  if (!preview.label.empty()) out += fmt::format("title = {}\n", quoted_text(preview.label));
  out +=
      "[[panel.marks]]\nmark = \"heatmap\"\ntable = \"replay\"\nx = \"time\"\ny = \"unit\"\n"
      "value = \"rate\"\n";
  if (!preview.label.empty()) {
    out += fmt::format("where = {{ condition = {} }}\n", quoted_text(preview.label));
  }
  return out;
}

std::string figure_text(const std::string& stimulus, const std::vector<ReplayPreview>& previews,
                        std::size_t conditions) {
  std::string heights;
  for (std::size_t r = 0; r < previews.size(); ++r) heights += "45, ";
  std::string caption = "Rates of the LGN units that the stimulus replays; below: their mean.";
  if (previews.size() < conditions) {
    caption += fmt::format(" {} of {} conditions.", previews.size(), conditions);
  }
  std::string out = fmt::format(
      "format = \"v1e-figure/1\"\ntitle = {}\ncaption = {}\nsize_mm = [150, {}]\n"
      "[grid]\nrows = {}\ncolumns = 1\nheights = [{}25]\n",
      quoted_text("Stimulus: " + stimulus), quoted_text(caption), previews.size() * 60 + 55,
      previews.size() + 1, heights);
  for (std::size_t row = 0; row < previews.size(); ++row) out += cells_panel(row, previews[row]);
  return out + fmt::format(
                   "\n[[panel]]\nat = [{}, 0]\n"
                   "x_axis = {{ label = \"Time\", unit = \"ms\", time = true, range = [0, {}] }}\n"
                   "y_axis = {{ label = \"Mean rate\", unit = \"Hz\", min = 0 }}\n{}"
                   "[[panel.marks]]\nmark = \"line\"\ntable = \"replay_mean\"\nx = \"time\"\n"
                   "y = \"rate\"\n{}\n",
                   previews.size(), duration_ms(previews.front()), markers_key(previews),
                   previews.size() > 1 ? "group = \"condition\"" : "");
}

}  // namespace

ReplayPreview make_replay_preview(const stimulus::StimulusPlayer& player,
                                  const stimulus::Environment& env, std::uint32_t trial,
                                  std::size_t most_bins, std::size_t most_groups) {
  ReplayPreview preview;
  preview.unit_count = env.channel_count;
  preview.markers = player.description().markers;
  const std::int64_t steps =
      std::max<std::int64_t>(std::llround(std::ceil(env.duration_ms / env.dt_ms - 1e-9)), 1);
  preview.bins = most_bins;
  const std::int64_t per_bin =
      Cells(preview, steps).steps_per_bin();  // whole steps: the last bin may be shorter
  preview.bins = static_cast<std::size_t>((steps + per_bin - 1) / per_bin);
  preview.bin_ms = static_cast<double>(per_bin) * env.dt_ms;
  preview.units_per_group = (preview.unit_count + most_groups - 1) / most_groups;
  preview.groups = static_cast<std::size_t>((preview.unit_count + preview.units_per_group - 1) /
                                            preview.units_per_group);
  preview.hz.assign(preview.groups * preview.bins, 0.0);
  Cells cells(preview, steps);
  if (env.output == V1E_OUT_RATES) {
    add_rates(cells, player, trial, steps, preview.unit_count);
    cells.to_means(steps, 1.0);
  } else {
    for (const stimulus::SpikeEvent& spike : player.spikes(trial, 0, steps)) {
      cells.add(spike.step, spike.channel, 1.0);
    }
    cells.to_means(steps, 1000.0 / env.dt_ms);
  }
  return preview;
}

void write_replay_preview(const std::filesystem::path& folder, const std::string& stimulus,
                          const std::vector<ReplayPreview>& previews, std::size_t conditions,
                          ThreadPool& pool) {
  if (previews.empty()) return;
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) throw cannot_write(folder, failed);
  analysis::write_table(cell_table(previews), folder);
  analysis::write_table(mean_table(previews), folder);
  write_file(folder / "replay.figure.toml", figure_text(stimulus, previews, conditions));
  for (const std::string& warning : figures::draw_figures(folder, pool).warnings) {
    log::warn("{}", warning);
  }
}

}  // namespace v1::run
