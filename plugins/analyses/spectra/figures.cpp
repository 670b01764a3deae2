#include <algorithm>
#include <cmath>
#include <cstdio>

#include "plugins/analyses/shared/report/counted.hpp"
#include "plugins/analyses/shared/report/layers.hpp"
#include "plugins/analyses/shared/report/type_names.hpp"
#include "plugins/analyses/spectra/spectra.hpp"

namespace v1::analyses {
namespace {

constexpr const char* band_names[] = {"theta", "alpha", "beta", "gamma"};

void shade_bands(v1e::Panel& panel) {
  for (std::size_t b = 0; b < std::size(bands); ++b) {
    v1e::Note& shade = panel.shade_x(bands[b].low_hz, bands[b].high_hz);
    shade.color(b % 2 == 0 ? "#7F7F7F" : "#CFCFCF").alpha(0.12);
  }
}

}  // namespace

std::string Spectra::method_text() const {
  const double seconds = window_seconds(evoked);
  const auto samples = static_cast<std::size_t>(std::lround(seconds * 1000.0));
  char resolution[32];
  std::snprintf(resolution, sizeof resolution, "%.3g",
                1000.0 / static_cast<double>(segment_length(samples)));
  std::string text = "Welch's method on summed spikes in 1 ms bins, Hann windows of " +
                     std::to_string(segment_length(samples)) + " ms overlapping by " +
                     std::to_string(segment_overlap(samples)) + " ms (resolution " + resolution +
                     " Hz), " + counted(trial_count_, "trial") + "; power ";
  text += normalize.is("none")      ? "of the sum"
          : normalize.is("neurons") ? "divided by the square of the number of neurons"
                                    : "divided by the square of the number of spikes";
  if (times_frequency) text += " and multiplied by the frequency";
  return text + ".";
}

void Spectra::draw_spectra(v1e::Output& output) const {
  std::vector<std::string> layers;
  for (const std::string& one : chosen_.groups) {
    const std::string layer = layer_number(one);
    if (std::find(layers.begin(), layers.end(), layer) == layers.end()) layers.push_back(layer);
  }
  const int columns = std::min<int>(static_cast<int>(layers.size()), 3);
  const int rows = (static_cast<int>(layers.size()) + columns - 1) / columns;
  v1e::Figure figure("Power spectra");
  figure.caption(
      method_text() + " Solid: during the stimulus, with the standard error over trials" +
      (compared() ? "; dotted: spontaneous" : "") + ". Gray: theta, alpha, beta and gamma bands.");
  figure.grid(rows, columns).share("all", "all").legend("bottom");
  figure.size_mm(55.0 * columns + 15.0, 52.0 * rows + 30.0);
  for (const std::string& layer : layers) {
    v1e::Panel& panel = figure.panel();
    if (!layer.empty()) panel.title("Layer " + layer);
    panel.x_axis().label("Frequency").unit("Hz").scale("log").range(1.0, 100.0);
    panel.y_axis().label(times_frequency ? "Power x frequency" : "Power").scale("log");
    shade_bands(panel);
    const auto line = [&](const char* window) -> v1e::Mark& {
      return panel.line("spectra", "frequency", "power")
          .where("layer", layer)
          .where("window", window)
          .where_between("frequency", 1.0, 100.0)
          .group("group")
          .colors("types")
          .labels_of(type_names(chosen_.groups));
    };
    line("evoked").error("power_sem").width(0.8);
    if (compared()) line("spontaneous").width(0.6).dash("dotted").legend(false);
  }
  output.figure("spectra", figure.toml());
}

void Spectra::draw_bands(v1e::Output& output) const {
  v1e::Figure figure(compared() ? "Evoked against spontaneous band power" : "Band power");
  figure.grid(1, std::size(bands)).share("none", "rows").legend("none");
  figure.size_mm(180.0, 30.0 + 4.2 * static_cast<double>(chosen_.groups.size()));
  if (compared()) {
    figure.caption(
        "Ratio of the power of each group during the stimulus to that without; filled where the "
        "change is significant (q < 0.05). " +
        method_text());
  } else {
    figure.caption("Mean over trials, bars: standard error. " + method_text());
  }
  for (const char* band : band_names) {
    v1e::Panel& panel = figure.panel();
    panel.title(band);
    panel.y_axis().label("").categories(chosen_.groups);
    if (!compared()) {
      panel.x_axis().label("Power").unit("").scale("log");
      panel.scatter("band_power", "power", "group")
          .where("band", band)
          .x_error("power_sem")
          .group("group")
          .colors("types")
          .size(1.6);
      continue;
    }
    panel.x_axis().label("Evoked / spontaneous").unit("").scale("log");
    panel.vertical_line(1.0).color("#7F7F7F");
    const auto points = [&](double from, double to, const char* symbol) {
      panel.scatter("band_changes", "ratio", "group")
          .where("band", band)
          .where_between("q", from, to)
          .group("group")
          .colors("types")
          .symbol(symbol)
          .size(1.6);
    };
    points(0.0, 0.05, "circle");
    points(0.0500001, 1.0, "open");
  }
  output.figure("band_power", figure.toml());
}

}  // namespace v1::analyses
