#pragma once
#include <toml++/toml.h>

#include <string>
#include <vector>

#include "engine/base/error.hpp"
#include "engine/config/config_errors.hpp"

namespace v1::config {

/// "configs/a.toml:12:5", or "--set trials=0" for what came from the command line.
std::string format_where(const toml::source_region& where);
/// The path of a document whose place is said by a text alone, e.g. "a.json: run.dt": no line and
/// column follow.
std::string whole_place(const std::string& place);

/// The mistakes found so far. Everything is checked before anything is thrown.
class Issues {
 public:
  /// Files are ranked in the order they were opened, for sorting.
  void add_file(const std::string& path) { files_.push_back(path); }

  void add(const toml::source_region& where, const std::string& message,
           ExitCode code = ExitCode::config);
  /// A remark that stops nothing; logged by finish().
  void warn(const toml::source_region& where, const std::string& message);
  /// false: finish() keeps remarks to itself.
  void log_warnings(bool wanted) { log_warnings_ = wanted; }

  /// Throws ConfigErrors when there was any mistake; logs the warnings otherwise.
  void finish() const;

 private:
  struct Issue {
    toml::source_region where;
    std::string message;
    ExitCode code;
  };
  std::size_t rank(const Issue& issue) const;

  std::vector<std::string> files_;
  std::vector<Issue> issues_;
  std::vector<std::string> warnings_;
  bool log_warnings_ = true;
};

}  // namespace v1::config
