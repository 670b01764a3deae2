#include <fmt/format.h>

#include "engine/base/log.hpp"
#include "engine/base/parallel.hpp"
#include "engine/cli/commands.hpp"
#include "engine/figures/figures.hpp"
#include "engine/figures/report.hpp"
#include "engine/process/signals.hpp"
#include "engine/recording/run_folder.hpp"
#include "engine/recording/sweep_folder.hpp"

namespace v1::cli {

namespace {

// The figures of a run, or of a sweep without its points, and the report.
void draw_again(const std::filesystem::path& run, ThreadPool& pool, const StopCondition& stop) {
  std::vector<std::filesystem::path> folders{run / "stimulus"};
  const std::filesystem::path analyses = run / "analyses";
  if (std::filesystem::is_directory(analyses)) {
    for (const auto& entry : std::filesystem::directory_iterator(analyses)) {
      if (entry.is_directory()) folders.push_back(entry.path());
    }
  }
  for (const std::filesystem::path& folder : folders) {
    const figures::DrawResult drawn =
        figures::draw_figures(folder, pool, {}, [&stop] { return stop(); });
    for (const std::string& warning : drawn.warnings) log::warn("{}", warning);
  }
  figures::write_report(run);
}

}  // namespace

int report_command(const std::filesystem::path& run, const run::CommonOptions&) {
  const bool is_sweep = recording::is_sweep_folder(run);
  if (!is_sweep) recording::check_run_folder(run);
  ThreadPool pool;
  const StopCondition stop(std::nullopt);
  if (is_sweep) {  // its own report shows figures of points
    for (const recording::SweepPointInfo& point : recording::read_sweep_points(run)) {
      const std::filesystem::path folder = recording::point_path(run, point.name);
      if (recording::is_run_folder(folder)) draw_again(folder, pool, stop);
    }
  }
  draw_again(run, pool, stop);
  fmt::print("{}\n", (run / "report.html").string());
  return 0;
}

}  // namespace v1::cli
