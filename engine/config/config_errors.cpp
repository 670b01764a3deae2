#include "engine/config/config_errors.hpp"

#include <algorithm>
#include <tuple>

#include "engine/base/log.hpp"
#include "engine/base/text.hpp"
#include "engine/config/issues.hpp"

namespace v1::config {

ConfigErrors::ConfigErrors(ExitCode code, const std::vector<std::string>& lines)
    : Error(code, lines), lines_(split(what(), '\n')) {}

namespace {

constexpr std::string_view place_mark = "\n";  // begins no path

}  // namespace

std::string whole_place(const std::string& place) { return std::string(place_mark) + place; }

std::string format_where(const toml::source_region& where) {
  const std::string path = where.path ? *where.path : std::string();
  if (path.starts_with(place_mark)) return path.substr(place_mark.size());
  if (path.empty() || path.front() == '-') return path;
  if (!where.begin) return path;
  return fmt::format("{}:{}:{}", path, where.begin.line, where.begin.column);
}

void Issues::add(const toml::source_region& where, const std::string& message, ExitCode code) {
  issues_.push_back({where, message, code});
}

void Issues::warn(const toml::source_region& where, const std::string& message) {
  const std::string place = format_where(where);
  warnings_.push_back(place.empty() ? message : place + ": " + message);
}

std::size_t Issues::rank(const Issue& issue) const {
  const std::string path = issue.where.path ? *issue.where.path : std::string();
  return static_cast<std::size_t>(std::find(files_.begin(), files_.end(), path) - files_.begin());
}

void Issues::finish() const {
  if (issues_.empty()) {
    if (!log_warnings_) return;
    for (const std::string& warning : warnings_) log::warn("{}", warning);
    return;
  }
  std::vector<Issue> sorted = issues_;
  std::stable_sort(sorted.begin(), sorted.end(), [&](const Issue& a, const Issue& b) {
    return std::tuple(rank(a), a.where.begin.line, a.where.begin.column) <
           std::tuple(rank(b), b.where.begin.line, b.where.begin.column);
  });
  std::vector<std::string> lines;
  ExitCode code = sorted.front().code;
  for (const Issue& issue : sorted) {
    const std::string place = format_where(issue.where);
    lines.push_back(place.empty() ? issue.message : place + ": " + issue.message);
    // The user's own mistakes come first, then a broken plugin, then missing files.
    const bool outranks =
        issue.code == ExitCode::config || (code == ExitCode::data && issue.code != ExitCode::data);
    if (code != ExitCode::config && outranks) code = issue.code;
  }
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  throw ConfigErrors(code, lines);
}

}  // namespace v1::config
