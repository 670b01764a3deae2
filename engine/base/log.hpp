#pragma once
#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

/// Log of the process: to stderr, and to a run's log.txt once one is open.
namespace v1::log {

enum class Level { debug, info, warn, error };

void set_quiet(bool quiet);      // nothing but errors on stderr
void set_verbose(bool verbose);  // debug messages on stderr too
void open_file(const std::filesystem::path& path);
void close_file();
/// From now on lines go to `relay` instead of stderr; those that stderr would not show do not.
void relay_console(std::function<void(const std::string& line)> relay);

/// Thread-safe. Warnings are also kept for run.json and the report; stderr has each text once.
void write(Level level, const std::string& message);

/// All warnings since the process (or the last clear_warnings) began.
std::vector<std::string> warnings();
void clear_warnings();

template <class... Args>
void debug(fmt::format_string<Args...> text, Args&&... args) {
  write(Level::debug, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> text, Args&&... args) {
  write(Level::info, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void warn(fmt::format_string<Args...> text, Args&&... args) {
  write(Level::warn, fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace v1::log
