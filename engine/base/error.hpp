#pragma once
#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/text.hpp"

namespace v1 {

/// Exit codes of the program; every Error carries the one the process ends with.
enum class ExitCode : int {
  ok = 0,
  difference = 1,
  config = 2,
  data = 3,
  plugin = 4,
  backend = 5,
  memory = 6,
  internal = 7,
  interrupted = 130,
  terminated = 143,
};

/// The one exception family of the engine. what() is a full sentence for the user:
/// which file, key or plugin, what was expected, what was found, and the cure.
class Error : public std::runtime_error {
 public:
  /// What the message quotes may hold line breaks; it becomes one line.
  Error(ExitCode code, const std::string& message)
      : std::runtime_error(one_line(message)), code_(code) {}
  /// Several mistakes at once, one line each; what() holds them separated by newlines.
  Error(ExitCode code, const std::vector<std::string>& messages);
  ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

/// throw error(ExitCode::data, "{}: no dataset '{}'", file, name);
template <class... Args>
Error error(ExitCode code, fmt::format_string<Args...> text, Args&&... args) {
  return Error(code, fmt::format(text, std::forward<Args>(args)...));
}

/// The same, each of its lines begun with `beginning`.
Error begun_with(const std::string& beginning, const Error& e);

}  // namespace v1
