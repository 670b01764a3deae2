#pragma once
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace v1::testing {

struct ProcessResult {
  int code = -1;
  std::string out;
  std::string err;
};

/// A program under test, with a working folder of its own and captured output.
class Process {
 public:
  Process(const std::vector<std::string>& arguments, const std::filesystem::path& folder);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  void signal(int number) const;
  ProcessResult wait();

 private:
  pid_t pid_ = -1;
  std::filesystem::path out_, err_;
};

/// A scratch folder that is gone after the test.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  std::filesystem::path write(const std::string& name, const std::string& text) const;
  /// Runs `v1engine ARGUMENTS` in the folder and waits.
  ProcessResult v1engine(const std::vector<std::string>& arguments) const;

 private:
  std::filesystem::path path_;
};

std::string read_text(const std::filesystem::path& path);

/// A small run that fires: 300 neurons, `trials` of 600 ms, the grating moving from 100 ms on.
std::string small_config(int trials = 2, const std::string& more = "");

}  // namespace v1::testing
