#include "engine/cli/machine.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>

#include "engine/base/parallel.hpp"
#include "engine/base/text.hpp"

namespace v1::cli {
namespace {

// "MemAvailable" -> bytes; 0 when /proc/meminfo does not tell.
std::uint64_t memory_info(const std::string& key) {
  std::ifstream file("/proc/meminfo");
  std::string name, unit;
  std::uint64_t kib = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    if (fields >> name >> kib && name == key + ":") return kib * 1024;
  }
  return 0;
}

std::string cpu_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("model name", 0) == 0) {
      return std::string(trim(line.substr(line.find(':') + 1)));
    }
  }
  return "unknown processor";
}

}  // namespace

std::string version() { return V1_VERSION; }
std::string git_revision() { return V1_GIT_REVISION; }

std::string host_description() {
  utsname name{};
  uname(&name);
  return fmt::format("{}, {} threads, {}, {} {}", cpu_name(), available_threads(),
                     format_bytes(memory_info("MemTotal")), name.sysname, name.release);
}

std::string utc_now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

std::uint64_t available_memory_bytes() { return memory_info("MemAvailable"); }

std::uint64_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::filesystem::path default_cache_dir() {
  if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg && *xdg) {
    return std::filesystem::path(xdg) / "v1engine";
  }
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home && *home ? home : "/tmp") / ".cache" / "v1engine";
}

}  // namespace v1::cli
