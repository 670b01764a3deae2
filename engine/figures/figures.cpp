#include "engine/figures/figures.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>

#include "engine/base/error.hpp"
#include "engine/base/files.hpp"
#include "engine/base/log.hpp"
#include "engine/base/write_failure.hpp"
#include "engine/figures/compose.hpp"
#include "engine/figures/gnuplot.hpp"

namespace v1::figures {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view suffix = ".figure.toml";
constexpr std::string_view scratch_prefix = ".drawing-";

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

/// A private folder inside the analysis, so that results can be renamed into place.
class ScratchFolder {
 public:
  explicit ScratchFolder(const fs::path& parent) {
    std::string pattern = (parent / (std::string(scratch_prefix) + "XXXXXX")).string();
    if (mkdtemp(pattern.data()) == nullptr) throw cannot_write(pattern, errno);
    path_ = pattern;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

const char* extension(Format format) {
  return format == Format::svg ? ".svg" : format == Format::pdf ? ".pdf" : ".png";
}

void write_pictures(const Page& page, const fs::path& folder) {
  std::size_t index = 0;
  for (const Item& item : page.items)
    if (const auto* picture = std::get_if<Picture>(&item))
      write_file(folder / picture_name(index++),
                 {picture->image.rgba.begin(), picture->image.rgba.end()});
}

void draw_one(const fs::path& spec_file, const TableStore& store, const fs::path& gnuplot,
              const Formats& formats) {
  const FigureSpec spec = read_figure(spec_file);
  const Page page = compose(spec, store);
  const ScratchFolder scratch(spec_file.parent_path());
  write_pictures(page, scratch.path());
  write_file(scratch.path() / "page.gp", page_script(page));
  std::vector<Format> wanted;
  if (formats.svg) wanted.push_back(Format::svg);
  if (formats.pdf) wanted.push_back(Format::pdf);
  if (formats.png) wanted.push_back(Format::png);
  std::string script;
  for (const Format format : wanted)
    script += terminal_commands(page, format, std::string("figure") + extension(format),
                                formats.png_dpi) +
              "load 'page.gp'\n";
  write_file(scratch.path() / "figure.gp", script);
  run_gnuplot(gnuplot, scratch.path(), "figure.gp");
  for (const Format format : wanted) {
    const fs::path made = scratch.path() / (std::string("figure") + extension(format));
    if (!fs::exists(made) || fs::file_size(made) == 0)
      throw error(
          ExitCode::data,
          "gnuplot wrote no {} file; is its cairo terminal installed (package gnuplot-nox)?",
          extension(format) + 1);
    if (format == Format::svg) write_file(made, finish_svg(read_file(made), page));
    fs::rename(made, spec_file.parent_path() / (spec.name + extension(format)));
  }
}

DrawResult draw_specs(const fs::path& analysis_dir, const std::vector<fs::path>& specs,
                      ThreadPool& pool, const Formats& formats, const std::function<bool()>& stop) {
  DrawResult result;
  if (specs.empty()) return result;
  const fs::path gnuplot = find_gnuplot();
  if (gnuplot.empty()) {
    result.program_missing = true;
    result.warnings.push_back(
        "gnuplot is not installed, so no figures were drawn; install it (Debian: apt-get install "
        "gnuplot-nox) and draw them with 'v1engine report RUN_DIR'");
    return result;
  }
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
        draw_one(specs[i], store, gnuplot, formats);
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
  return fs::exists(stem + ".svg") && fs::exists(stem + ".pdf") && fs::exists(stem + ".png");
}

void remove_scratch_folders(const fs::path& folder) {
  std::vector<fs::path> left;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with(scratch_prefix)) left.push_back(entry.path());
  }
  std::error_code ignored;
  for (const fs::path& path : left) fs::remove_all(path, ignored);
}

}  // namespace

bool plotting_available() { return !find_gnuplot().empty(); }

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
    remove_scratch_folders(folder);
    std::vector<fs::path> specs = find_specs(folder);
    std::erase_if(specs, is_drawn);
    DrawResult some = draw_specs(folder, specs, pool, {}, {});
    all.drawn += some.drawn;
    all.failed += some.failed;
    all.program_missing = all.program_missing || some.program_missing;
    all.warnings.insert(all.warnings.end(), some.warnings.begin(), some.warnings.end());
  }
  return all;
}

}  // namespace v1::figures
