#include "engine/run/stimulus_preview.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/analysis/table.hpp"
#include "engine/base/error.hpp"
#include "engine/base/files.hpp"
#include "engine/base/json_text.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"
#include "engine/base/write_failure.hpp"
#include "engine/figures/figures.hpp"

namespace v1::run {
namespace {

using analysis::ResultTable;
using stimulus::Preview;

constexpr std::size_t pictures_per_row = 4;
constexpr double picture_width_mm = 42.0;

ResultTable frame_table(const std::vector<ConditionPreview>& previews) {
  std::vector<std::int64_t> picture;
  std::vector<double> x, y, luminance;
  std::int64_t number = 0;
  for (const auto& [label, preview, markers] : previews) {
    const std::size_t cells = std::size_t{preview.rows} * preview.cols;
    for (std::size_t k = 0; k < preview.time_ms.size(); ++k, ++number) {
      for (std::size_t i = 0; i < cells; ++i) {
        picture.push_back(number);
        x.push_back((static_cast<double>(i % preview.cols) + 0.5) * preview.deg_per_cell);
        y.push_back((static_cast<double>(i / preview.cols) + 0.5) * preview.deg_per_cell);
        luminance.push_back(preview.luminance[k * cells + i]);
      }
    }
  }
  return {
      "frames",
      "Luminance, -1 black to 1 white, in cells of the field; y from the upper edge",
      {{"picture", "1", picture}, {"x", "deg", x}, {"y", "deg", y}, {"luminance", "1", luminance}}};
}

ResultTable course_table(const std::vector<ConditionPreview>& previews) {
  std::vector<std::string> condition;
  std::vector<double> time, mean, contrast;
  for (const auto& [label, preview, markers] : previews) {
    condition.insert(condition.end(), preview.course_ms.size(), label);
    time.insert(time.end(), preview.course_ms.begin(), preview.course_ms.end());
    mean.insert(mean.end(), preview.mean.begin(), preview.mean.end());
    contrast.insert(contrast.end(), preview.contrast.begin(), preview.contrast.end());
  }
  ResultTable table{"course",
                    "Mean and standard deviation of the luminance over the field",
                    {{"time", "ms", time}, {"mean", "1", mean}, {"contrast", "1", contrast}}};
  if (!previews.front().label.empty()) {
    table.columns.insert(table.columns.begin(), {"condition", "1", condition});
  }
  return table;
}

std::string picture_panel(std::size_t row, std::size_t column, std::int64_t number, double time_ms,
                          const Preview& preview, bool corner, const std::string& label) {
  const double width = preview.cols * preview.deg_per_cell;
  const double height = preview.rows * preview.deg_per_cell;
  std::string out =
      fmt::format("\n[[panel]]\nat = [{}, {}]\ntitle = \"{:.0f} ms\"\naspect = \"equal\"\n", row,
                  column, time_ms);
  const char* side = "color = \"#262626\", dash = \"solid\", width = 0.6";
  const char* axis = "range = [0, {0:.6g}], ticks = [0, {0:.6g}]";
  const std::string x = fmt::format(fmt::runtime(axis), width);
  const std::string y = fmt::format(fmt::runtime(axis), height);
  if (corner) {
    out += fmt::format("x_axis = {{ label = \"Azimuth\", unit = \"deg\", {} }}\n", x);
    out += fmt::format("y_axis = {{ label = \"Elevation\", unit = \"deg\", reverse = true, {} }}\n",
                       y);
  } else {
    out += fmt::format("x_axis = {{ label = \"\", {}, tick_labels = [\"\", \"\"] }}\n", x);
    out += fmt::format(
        "y_axis = {{ label = \"\", reverse = true, {}, tick_labels = [\"\", \"\"] }}\n", y);
  }
  // The other two sides: a white picture needs a border on white paper.
  out += fmt::format("lines = [ {{ x = {:.6g}, {} }}, {{ y = 0, {} }} ]\n", width, side, side);
  out += "color_axis = { map = [\"#000000\", \"#FFFFFF\"], range = [-1, 1], bar = false }\n";
  if (!label.empty()) {
    out += fmt::format(
        "texts = [ {{ text = {}, x = 0.0, y = 1.32, align = \"left\", bold = true }} ]\n",
        quoted_text(label));
  }
  return out + fmt::format(
                   "[[panel.marks]]\nmark = \"heatmap\"\ntable = \"frames\"\nx = \"x\"\ny = \"y\"\n"
                   "value = \"luminance\"\nwhere = {{ picture = {} }}\n",
                   number);
}

// Is it the mean luminance that changes, rather than the contrast?
bool mean_tells_more(const std::vector<ConditionPreview>& previews) {
  const auto range = [&](const std::vector<double> Preview::*values) {
    double low = 1.0, high = -1.0;
    for (const auto& one : previews) {
      for (const double value : one.preview.*values) {
        low = std::min(low, value);
        high = std::max(high, value);
      }
    }
    return high - low;
  };
  return range(&Preview::mean) > range(&Preview::contrast);
}

std::string course_panel(std::size_t row, const std::vector<ConditionPreview>& previews) {
  std::set<double> times;
  for (const ConditionPreview& one : previews) {
    for (const stimulus::Marker& marker : one.markers) times.insert(marker.time_ms);
  }
  const bool several = !previews.front().label.empty();
  const bool mean = mean_tells_more(previews);
  const char* label = !several ? "Luminance" : mean ? "Mean luminance" : "Contrast (RMS)";
  std::string out = fmt::format(
      "\n[[panel]]\nat = [{}, 0]\nspan = [1, {}]\nmarkers = [{:.6g}]\n"
      "x_axis = {{ label = \"Time\", unit = \"ms\", time = true, min = 0 }}\n"
      "y_axis = {{ label = \"{}\", unit = \"\", {} }}\n",
      row, pictures_per_row, fmt::join(times, ", "), label,
      mean || !several ? "range = [-1, 1]" : "range = [0, 1]");
  const auto line = [&](const char* column, const std::string& look) {
    out += fmt::format(
        "[[panel.marks]]\nmark = \"line\"\ntable = \"course\"\nx = \"time\"\ny = \"{}\"\n{}\n",
        column, look);
  };
  if (several) {
    line(mean ? "mean" : "contrast", "group = \"condition\"");
    return out;
  }
  line("mean", "label = \"mean\"\ncolor = \"#0072B2\"");
  line("contrast", "label = \"standard deviation\"\ncolor = \"#D55E00\"");
  return out;
}

std::string figure_text(const std::string& stimulus, const std::vector<ConditionPreview>& previews,
                        std::size_t conditions) {
  std::size_t rows = 0;
  for (const auto& one : previews) {
    rows += (one.preview.time_ms.size() + pictures_per_row - 1) / pictures_per_row;
  }
  const bool labelled = conditions > 1;
  const double row_mm = labelled ? 30.0 : 26.0;
  std::string heights;
  for (std::size_t r = 0; r < rows; ++r) heights += fmt::format("{}, ", row_mm);
  std::string caption =
      "Luminance of the field from black to white at the middle of each picture's share of time; "
      "below: its mean" +
      std::string(labelled ? " or standard deviation by condition."
                           : " and standard deviation over the field.");
  if (previews.size() < conditions) {
    caption += fmt::format(" {} of {} conditions.", previews.size(), conditions);
  }
  std::string out = fmt::format(
      "format = \"v1e-figure/1\"\ntitle = {}\ncaption = {}\nsize_mm = [{:.6g}, {:.6g}]\n"
      "[grid]\nrows = {}\ncolumns = {}\nheights = [{}{}]\ngap_mm = [4, {}]\n",
      quoted_text(labelled ? "Stimuli" : "Stimulus: " + stimulus), quoted_text(caption),
      pictures_per_row * picture_width_mm + 15.0,
      static_cast<double>(rows) * row_mm + (labelled ? 86.0 : 70.0), rows + 1, pictures_per_row,
      heights, 30.0, labelled ? 11 : 8);
  out += "[legend]\nat = \"bottom\"\n";
  std::size_t row = 0;
  std::int64_t number = 0;
  for (const auto& [label, preview, markers] : previews) {
    for (std::size_t k = 0; k < preview.time_ms.size(); ++k, ++number) {
      const std::size_t at = row + k / pictures_per_row;
      const bool corner = at + 1 == rows && k % pictures_per_row == 0;
      out += picture_panel(at, k % pictures_per_row, number, preview.time_ms[k], preview, corner,
                           labelled && k == 0 ? label : "");
    }
    row += (preview.time_ms.size() + pictures_per_row - 1) / pictures_per_row;
  }
  return out + course_panel(rows, previews);
}

}  // namespace

void write_stimulus_preview(const std::filesystem::path& folder, const std::string& stimulus,
                            const std::vector<ConditionPreview>& previews, std::size_t conditions,
                            ThreadPool& pool) {
  if (previews.empty()) return;
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) throw cannot_write(folder, failed);
  analysis::write_table(frame_table(previews), folder);
  analysis::write_table(course_table(previews), folder);
  write_file(folder / "preview.figure.toml", figure_text(stimulus, previews, conditions));
  for (const std::string& warning : figures::draw_figures(folder, pool).warnings) {
    log::warn("{}", warning);
  }
}

}  // namespace v1::run
