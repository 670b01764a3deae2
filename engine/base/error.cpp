#include "engine/base/error.hpp"

namespace v1 {
namespace {

std::string lines_of(const std::vector<std::string>& messages) {
  std::vector<std::string> lines;
  for (const std::string& message : messages) lines.push_back(one_line(message));
  return join(lines, "\n");
}

}  // namespace

Error::Error(ExitCode code, const std::vector<std::string>& messages)
    : std::runtime_error(lines_of(messages)), code_(code) {}

Error begun_with(const std::string& beginning, const Error& e) {
  std::vector<std::string> lines = split(e.what(), '\n');
  for (std::string& line : lines) line.insert(0, beginning);
  return {e.code(), lines};
}

}  // namespace v1
