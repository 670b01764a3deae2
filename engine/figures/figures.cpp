#include "engine/figures/figures.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

#include "engine/base/error.hpp"
#include "engine/base/files.hpp"
#include "engine/base/log.hpp"
#include "engine/figures/compose.hpp"
#include "engine/figures/drawing.hpp"

namespace v1::figures {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view suffix = ".figure.toml";
constexpr std::string_view part_prefix = ".drawing-";

std::vector<fs::path> find_specs(const fs::path& folder) {
  std::vector<fs::path> specs;
  if (!fs::is_directory(folder)) return specs;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.size() > suffix.size() && name.ends_with(suffix)) specs.push_back(entry.path());
  }
  std::sort(specs.begin(), specs.end());
  return specs;
}

/// Written beside its place first: nobody sees half a figure.
void write_and_rename(const fs::path& file, const std::string& bytes) {
  const fs::path part =
      file.parent_path() / fmt::format("{}{}-{}", part_prefix, getpid(), file.filename().string());
  try {
    write_file(part, bytes);
    fs::rename(part, file);
  } catch (...) {
    std::error_code ignored;
    fs::remove(part, ignored);
    throw;
  }
}

struct FileKind {
  const char* extension;
  std::string (*draw)(const Page& page, const Formats& formats);
};

// The wanted kinds of files that can be drawn here.
std::vector<FileKind> drawable(const Formats& wanted) {
  std::vector<FileKind> kinds;
  if (wanted.svg)
    kinds.push_back({".svg", [](const Page& p, const Formats&) { return draw_svg(p); }});
  if (!why_svg_only().empty()) return kinds;
  if (wanted.pdf)
    kinds.push_back({".pdf", [](const Page& p, const Formats&) { return draw_pdf(p); }});
  if (wanted.png) {
    kinds.push_back({".png", [](const Page& p, const Formats& formats) {
                       return draw_png(p, formats.png_dpi);
                     }});
  }
  return kinds;
}

void draw_one(const fs::path& spec_file, const TableStore& store, const Formats& wanted) {
  check_threads_left();  // the library of fonts starts one and would end the process
  const FigureSpec spec = read_figure(spec_file);
  const Page page = compose(spec, store);
  for (const FileKind& kind : drawable(wanted)) {
    write_and_rename(spec_file.parent_path() / (spec.name + kind.extension),
                     kind.draw(page, wanted));
  }
}

DrawResult draw_specs(const fs::path& analysis_dir, const std::vector<fs::path>& specs,
                      ThreadPool& pool, const Formats& formats, const std::function<bool()>& stop) {
  DrawResult result;
  if (specs.empty()) return result;
  static std::atomic<bool> said = false;  // once for all folders of a run
  if ((formats.pdf || formats.png) && !why_svg_only().empty() && !said.exchange(true))
    result.warnings.push_back("figures were drawn as SVG only: " + why_svg_only() +
                              ", then 'v1engine report RUN_DIR' draws PDF and PNG");
  std::vector<std::string> problems(specs.size());
  std::atomic<bool> stopped = false;
  try {
    const TableStore store(analysis_dir);
    pool.for_each(specs.size(), [&](std::size_t i) {
      if (stop && stop()) {
        stopped = true;
        return;
      }
      try {
        draw_one(specs[i], store, formats);
      } catch (const std::exception& problem) {
        problems[i] = fmt::format("figure {} was not drawn: {}", specs[i].string(), problem.what());
      }
    });
  } catch (const std::exception& problem) {
    problems.assign(specs.size(), fmt::format("figures of {} were not drawn: {}",
                                              analysis_dir.string(), problem.what()));
  }
  if (stopped) throw Error(ExitCode::interrupted, "interrupted while figures were drawn");
  for (std::string& problem : problems) {
    if (problem.empty()) {
      ++result.drawn;
      continue;
    }
    ++result.failed;
    if (result.warnings.empty() || result.warnings.back() != problem)
      result.warnings.push_back(std::move(problem));
  }
  return result;
}

bool is_drawn(const fs::path& spec_file) {
  const std::string path = spec_file.string();
  const std::string stem = path.substr(0, path.size() - suffix.size());
  for (const FileKind& kind : drawable({}))
    if (!fs::exists(stem + kind.extension)) return false;
  return true;
}

void remove_parts(const fs::path& folder) {
  std::vector<fs::path> left;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with(part_prefix)) left.push_back(entry.path());
  }
  std::error_code ignored;
  for (const fs::path& path : left) fs::remove_all(path, ignored);
}

}  // namespace

DrawResult draw_figures(const fs::path& analysis_dir, ThreadPool& pool, const Formats& formats,
                        const std::function<bool()>& stop) {
  return draw_specs(analysis_dir, find_specs(analysis_dir), pool, formats, stop);
}

DrawResult draw_missing_figures(const fs::path& run_dir, ThreadPool& pool) {
  std::vector<fs::path> folders;
  if (fs::is_directory(run_dir / "stimulus")) folders.push_back(run_dir / "stimulus");
  if (fs::is_directory(run_dir / "analyses")) {
    for (const auto& entry : fs::directory_iterator(run_dir / "analyses")) {
      const bool hidden = entry.path().filename().string().starts_with(".");  // unfinished results
      if (entry.is_directory() && !hidden) folders.push_back(entry.path());
    }
  }
  DrawResult all;
  for (const fs::path& folder : folders) {
    remove_parts(folder);
    std::vector<fs::path> specs = find_specs(folder);
    std::erase_if(specs, is_drawn);
    DrawResult some = draw_specs(folder, specs, pool, {}, {});
    all.drawn += some.drawn;
    all.failed += some.failed;
    all.warnings.insert(all.warnings.end(), some.warnings.begin(), some.warnings.end());
  }
  return all;
}

}  // namespace v1::figures
