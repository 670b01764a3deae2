#pragma once
#include <string>
#include <vector>

#include "engine/base/error.hpp"

namespace v1::config {

/// All mistakes found in a config at once: one line each, "file:line:col: message", sorted by
/// position. what() holds the lines separated by newlines. The code is `config` when any line is
/// a mistake in the config itself, else that of what is wrong around it (plugin, data).
class ConfigErrors : public Error {
 public:
  ConfigErrors(ExitCode code, const std::vector<std::string>& lines);
  const std::vector<std::string>& lines() const noexcept { return lines_; }

 private:
  std::vector<std::string> lines_;
};

}  // namespace v1::config
