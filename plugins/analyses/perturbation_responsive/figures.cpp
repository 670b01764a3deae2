#include <cmath>

#include "plugins/analyses/perturbation_responsive/perturbation_responsive.hpp"

namespace v1::analyses {

void PerturbationResponsive::add_context(v1e::Panel& panel, const RunCondition& run) const {
  const v1e::Dataset& dataset = datasets_[run.dataset];
  panel.x_axis().label("Time").unit("ms").range(0.0, dataset.duration_ms()).time();
  panel.horizontal_line(0.0).color("#999999").width(0.5);
  panel.markers(dataset.marker_times_ms());
  if (!has_stimuli_) return;
  panel.strip("stimuli", "time", "value")
      .label(dataset.strip()->name)
      .unit("1")
      .key("where", "{ flash = \"" + run.name() + "\" }");
}

// Two groups per panel, as in the paper; a row per flash.
void PerturbationResponsive::draw_pairs(v1e::Output& output) const {
  struct Pair {
    const char* title;
    std::size_t a, b;
  };
  static constexpr Pair pairs[] = {{"dVf neurons", 0, 2},
                                   {"hVf neurons", 1, 3},
                                   {"Pert. neurons", 0, 1},
                                   {"Dir. neurons", 2, 3}};
  v1e::Figure figure("Input current during a flash, two groups at a time");
  figure.caption(caption(
      std::string("Change from baseline; bands: ") +
      (reference() ? "deviation pooled over trials and neurons over the root of the neurons."
                   : "standard error over neurons of trial means.")));
  const auto rows = static_cast<int>(flashes_.size());
  figure.grid(rows, 4).share("columns", "all").legend("top").letters();
  figure.size_mm(180.0, 55.0 * rows + 26.0);
  for (const RunCondition& run : flashes_) {
    for (const Pair& pair : pairs) {
      v1e::Panel& panel = figure.panel();
      panel.title((rows > 1 ? (run.white ? "white: " : "black: ") : "") + std::string(pair.title));
      panel.y_axis().label(pair.a == 0 && pair.b == 2 ? "Change" : "");
      panel.y_axis().unit(pair.a == 0 && pair.b == 2 ? "pA" : "");
      add_context(panel, run);
      for (const std::size_t g : {pair.a, pair.b}) {
        // A panel without any member keeps its place: the empty line makes it say so.
        if (size_[g] == 0 && size_[pair.a] + size_[pair.b] > 0) continue;
        panel.line("traces", "time", "input_current")
            .error(reference() ? "pooled_error" : "error")
            .where("flash", run.name())
            .where("group", flash_groups[g])
            .color(flash_colors[g])
            .width(0.6)
            .label(flash_groups[g]);
      }
    }
  }
  output.figure("traces_by_pair", figure.toml());
}

void PerturbationResponsive::draw_all(v1e::Output& output) const {
  v1e::Figure figure("Input current during a flash");
  figure.caption(caption(
      "Change from baseline, mean over neurons; bands: standard error over neurons of trial "
      "means."));
  const auto columns = static_cast<int>(flashes_.size());
  figure.grid(1, columns).share("none", "all").legend("top").letters();
  figure.size_mm(columns > 1 ? 180.0 : 100.0, 80.0);
  for (const RunCondition& run : flashes_) {
    v1e::Panel& panel = figure.panel();
    panel.title(run.name());
    panel.y_axis().label("Change").unit("pA");
    add_context(panel, run);
    for (std::size_t g = 0; g < group_count; ++g) {
      if (size_[g] == 0) continue;
      panel.line("traces", "time", "input_current")
          .error("error")
          .where("flash", run.name())
          .where("group", flash_groups[g])
          .color(flash_colors[g])
          .label(flash_groups[g]);
    }
  }
  output.figure("traces", figure.toml());
}

// Violins of the response to the beginning of the flash with both tests.
void PerturbationResponsive::draw_responses(v1e::Output& output) const {
  v1e::Figure figure("Responses to the beginning of a flash");
  figure.caption(caption("Change of the input current in " + plain_number(response.values()[0]) +
                         " to " + plain_number(response.values()[1]) +
                         " ms, every neuron, with quartiles; brackets: Welch's tests, " +
                         (reference() ? "uncorrected" : "corrected by Holm's method") +
                         " (* 0.05, ** 0.01, *** 0.001, **** 0.0001)."));
  const auto columns = static_cast<int>(flashes_.size());
  figure.grid(1, columns).share("none", "all").legend("none").letters();
  figure.size_mm(columns > 1 ? 180.0 : 100.0, 85.0);
  std::vector<std::string> order;
  for (const std::size_t g : {0u, 2u, 1u, 3u}) order.emplace_back(flash_groups[g]);
  for (const RunCondition& run : flashes_) {
    v1e::Panel& panel = figure.panel();
    panel.title(run.name());
    panel.x_axis().label("").categories(order).angle(0.0);
    panel.y_axis().label("Response").unit("pA");
    panel.horizontal_line(0.0).color("#999999").width(0.5);
    for (std::size_t g = 0; g < group_count; ++g) {
      if (size_[g] == 0) continue;
      panel.violin("neurons", "group", "response_input_current")
          .where("flash", run.name())
          .where("group", flash_groups[g])
          .color(flash_colors[g])
          .quartiles();
    }
    for (const Test& test : tests_) {
      if (test.flash != run.name() || std::isnan(test.welch.p)) continue;
      panel.bracket(flash_groups[test.first], flash_groups[test.second], test.welch.p)
          .text(std::string(stars(starred_p(test))));
    }
  }
  output.figure("responses", figure.toml());
}

}  // namespace v1::analyses
