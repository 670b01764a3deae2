#include "engine/base/log.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/base/write_failure.hpp"

namespace v1::log {
namespace {

struct State {
  std::mutex mutex;
  std::shared_ptr<spdlog::logger> console;
  std::shared_ptr<spdlog::logger> file;
  std::vector<std::string> warnings;
  std::set<std::string> shown;  // warnings that the console has had
  std::function<void(const std::string&)> relay;

  State()
      : console(std::make_shared<spdlog::logger>(
            "console", std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
    console->set_pattern("%v");
    console->set_level(spdlog::level::info);
  }
};

State& state() {
  static State instance;
  return instance;
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

void set_quiet(bool quiet) {
  state().console->set_level(quiet ? spdlog::level::err : spdlog::level::info);
}

void set_verbose(bool verbose) {
  if (verbose) state().console->set_level(spdlog::level::debug);
}

void open_file(const std::filesystem::path& path) {
  std::shared_ptr<spdlog::sinks::basic_file_sink_mt> sink;
  try {
    sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path.string(), false);
  } catch (const spdlog::spdlog_ex&) {  // says the cause, but not apart
    throw cannot_write(path, 0);
  }
  auto file = std::make_shared<spdlog::logger>("file", std::move(sink));
  file->set_pattern("%Y-%m-%d %H:%M:%S.%e %l %v");
  file->set_level(spdlog::level::debug);
  file->flush_on(spdlog::level::debug);
  const std::lock_guard lock(state().mutex);
  state().file = std::move(file);
}

void close_file() {
  const std::lock_guard lock(state().mutex);
  state().file.reset();
}

void relay_console(std::function<void(const std::string& line)> relay) {
  const std::lock_guard lock(state().mutex);
  state().relay = std::move(relay);
}

void write(Level level, const std::string& text) {
  const std::string message = one_line(text);
  State& s = state();
  const std::lock_guard lock(s.mutex);
  if (level == Level::warn) s.warnings.push_back(message);
  const char* prefix = level == Level::warn ? "warning: " : level == Level::error ? "error: " : "";
  // All points of a sweep may have one and the same fault.
  const bool said = level == Level::warn && !s.shown.insert(message).second;
  if (!said && !s.relay) {
    s.console->log(to_spdlog(level), "{}{}", prefix, message);
  } else if (!said && s.console->should_log(to_spdlog(level))) {
    s.relay(prefix + message);
  }
  if (s.file) s.file->log(to_spdlog(level), "{}", message);
}

std::vector<std::string> warnings() {
  const std::lock_guard lock(state().mutex);
  return state().warnings;
}

void clear_warnings() {
  const std::lock_guard lock(state().mutex);
  state().warnings.clear();
}

}  // namespace v1::log
