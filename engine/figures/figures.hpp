#pragma once
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/parallel.hpp"

/// Figures of analyses: specifications and tables in, SVG, PDF and PNG out (docs/figures.md).
namespace v1::figures {

struct Formats {
  bool svg = true;
  bool pdf = true;
  bool png = true;
  double png_dpi = 200.0;
};

struct DrawResult {
  std::size_t drawn = 0;  // figures of which all formats that can be drawn were written
  std::size_t failed = 0;
  std::vector<std::string> warnings;  // one sentence each, naming the figure
};

/// Draws every NAME.figure.toml of a folder next to itself, several at once. Never throws for a
/// bad figure: that becomes a warning. An empty or missing folder gives an empty result. `stop` is
/// asked before each figure, from any thread; true: Error(interrupted).
DrawResult draw_figures(const std::filesystem::path& analysis_dir, ThreadPool& pool,
                        const Formats& formats = {}, const std::function<bool()>& stop = {});

/// Draws the figures of a run's stimulus and analyses that are not there in all formats, after a
/// run was killed while it drew, and removes what that left. Nobody else may draw there.
DrawResult draw_missing_figures(const std::filesystem::path& run_dir, ThreadPool& pool);

}  // namespace v1::figures
