#include "engine/process/machine.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <limits>
#include <sstream>

#include "engine/base/parallel.hpp"
#include "engine/base/text.hpp"

namespace v1 {
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

constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

std::uint64_t number_in_file(const std::string& path) {
  std::ifstream file(path);
  std::uint64_t value = 0;
  return file >> value ? value : unlimited;
}

std::uint64_t field_in_file(const std::string& path, const std::string& key) {
  std::ifstream file(path);
  std::string name;
  for (std::uint64_t value = 0; file >> name >> value;) {
    if (name == key) return value;
  }
  return 0;
}

// What the control group of a container leaves, version 2 or 1. Cached files count as used there,
// but give way.
std::uint64_t left_in_control_group() {
  struct Group {
    const char *limit, *used, *stat, *cached;
  };
  for (const Group& group : {Group{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current",
                                   "/sys/fs/cgroup/memory.stat", "inactive_file"},
                             Group{"/sys/fs/cgroup/memory/memory.limit_in_bytes",
                                   "/sys/fs/cgroup/memory/memory.usage_in_bytes",
                                   "/sys/fs/cgroup/memory/memory.stat", "total_inactive_file"}}) {
    const std::uint64_t limit = number_in_file(group.limit), used = number_in_file(group.used);
    if (limit == unlimited || used == unlimited) continue;
    const std::uint64_t held = used - std::min(used, field_in_file(group.stat, group.cached));
    return limit - std::min(limit, held);
  }
  return unlimited;
}

// What `ulimit -v` leaves.
std::uint64_t left_in_address_space() {
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return unlimited;
  const std::uint64_t pages = number_in_file("/proc/self/statm");
  const std::uint64_t used =
      pages == unlimited ? 0 : pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  return limit.rlim_cur - std::min<std::uint64_t>(limit.rlim_cur, used);
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

std::uint64_t available_memory_bytes() {
  const std::uint64_t machine = memory_info("MemAvailable");
  return std::min(
      {machine == 0 ? unlimited : machine, left_in_control_group(), left_in_address_space()});
}

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
  const char* xdg = std::getenv("XDG_CACHE_HOME");
  // The XDG specification says to ignore a relative path.
  if (xdg && std::filesystem::path(xdg).is_absolute()) {
    return std::filesystem::path(xdg) / "v1engine";
  }
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home && *home ? home : "/tmp") / ".cache" / "v1engine";
}

}  // namespace v1
