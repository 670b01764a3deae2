#include <fmt/format.h>

#include "engine/base/error.hpp"
#include "engine/base/write_failure.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/parent_folder.hpp"
#include "engine/process/signals.hpp"
#include "engine/recording/export/export_run.hpp"
#include "engine/recording/run_folder.hpp"
#include "engine/recording/run_reader.hpp"
#include "engine/recording/sweep_folder.hpp"

namespace v1::cli {
namespace {

namespace fs = std::filesystem;

// Nothing that is there already is overwritten.
void check_output(const ExportOptions& options) {
  const fs::path& path = options.output;
  const bool folder = options.format != "nwb";
  const bool free = !fs::exists(path) || (folder && fs::is_directory(path) && fs::is_empty(path));
  if (!free) {
    throw error(ExitCode::config, "{}: exists{}; choose another -o", path.string(),
                folder ? " and is not an empty folder" : "");
  }
  check_parent_folder(path);
}

// The folder of an export, which may be there already, empty.
void make_folder_of_export(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) throw cannot_write(folder, failure);
}

void write_export(const recording::RunReader& run, const ExportOptions& options) {
  if (options.format == "sonata") {
    recording::export_sonata(run, options.output);
  } else if (options.format == "csv") {
    recording::export_csv(run, options.output);
  } else {
    recording::export_nwb(run, options.output);
  }
}

}  // namespace

int export_command(const ExportOptions& options, const run::CommonOptions&) {
  if (recording::is_sweep_folder(options.run)) {
    throw error(ExitCode::config, "{}: is a sweep; export one of its points, e.g. {}",
                options.run.string(), (options.run / "points" / "NAME").string());
  }
  recording::check_run_folder(options.run);
  check_output(options);
  const StopCondition stop(std::nullopt);
  recording::RunReader run(options.run);
  run.stop_when([&stop] { return stop(); });
  if (run.finished_trials().empty()) {
    throw error(ExitCode::data, "{}: no trial has finished yet, there is nothing to export",
                options.run.string());
  }
  if (options.format != "nwb") make_folder_of_export(options.output);
  try {
    write_export(run, options);
  } catch (...) {  // half an export could be taken for a whole one
    std::error_code ignored;
    fs::remove_all(options.output, ignored);
    throw;
  }
  fmt::print("{}\n", options.output.string());
  return 0;
}

}  // namespace v1::cli
