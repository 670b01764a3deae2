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

int report_command(const std::filesystem::path& run, const run::CommonOptions&) {
  if (!recording::is_sweep_folder(run)) recording::check_run_folder(run);
  ThreadPool pool;
  const StopCondition stop(std::nullopt);
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
  fmt::print("{}\n", (run / "report.html").string());
  return 0;
}

}  // namespace v1::cli
