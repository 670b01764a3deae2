#include "engine/figures/mark_keys.hpp"

namespace v1::figures {
namespace {

using Words = std::pair<std::string, std::vector<std::string>>;

const Words& dash() {
  static const Words words = {"dash", {"solid", "dashed", "dotted"}};
  return words;
}

const Words& symbol() {
  static const Words words = {"symbol", {"circle", "open", "square", "triangle", "diamond"}};
  return words;
}

const std::vector<MarkKeys>& all_marks() {
  static const std::vector<MarkKeys> marks = {
      {"line", {"x", "y"}, {"error", "low", "high"}, {"width"}, {}, {dash()}, {}},
      {"step", {"x", "y"}, {}, {"width"}, {"fill"}, {dash()}, {}},
      {"band", {"x", "low", "high"}, {}, {}, {}, {}, {}},
      {"scatter", {"x", "y"}, {"x_error", "y_error", "color_by"}, {"size"}, {}, {symbol()}, {}},
      {"raster", {"x", "y"}, {}, {"size"}, {}, {}, {}},
      {"density", {"x", "y"}, {}, {}, {}, {}, {"bins"}},
      {"heatmap", {"x", "y", "value"}, {}, {"annotate"}, {}, {}, {}},
      {"histogram",
       {},
       {"x", "low", "high", "y", "weight"},
       {"bin_width", "width"},
       {"log_bins", "stacked", "cumulative", "horizontal"},
       {{"normalize", {"count", "density", "probability"}}, {"style", {"bars", "step"}}},
       {"bins", "edges"}},
      {"bar", {"x", "y"}, {"error"}, {"width"}, {"stacked", "horizontal"}, {}, {}},
      {"box",
       {"x"},
       {"y", "low", "q1", "median", "q3", "high"},
       {"width", "size"},
       {"fliers", "mean"},
       {},
       {}},
      {"violin", {"x", "y"}, {}, {"width"}, {"quartiles"}, {}, {}},
      {"swarm", {"x", "y"}, {}, {"width", "size"}, {}, {}, {}},
      {"polar",
       {"theta"},
       {"r", "error"},
       {"width", "size"},
       {"closed"},
       {{"style", {"line", "bars", "points"}}, {"normalize", {"count", "density", "probability"}}},
       {"bins"}},
      {"points3d", {"x", "y", "z"}, {}, {"size", "scale_bar"}, {}, {{"up", {"y", "z"}}}, {"view"}},
  };
  return marks;
}

}  // namespace

const MarkKeys* mark_keys(std::string_view kind) {
  for (const MarkKeys& keys : all_marks())
    if (keys.kind == kind) return &keys;
  return nullptr;
}

std::vector<std::string> mark_kinds() {
  std::vector<std::string> kinds;
  for (const MarkKeys& keys : all_marks()) kinds.emplace_back(keys.kind);
  return kinds;
}

}  // namespace v1::figures
