#include "plugins/backends/cpu/device.hpp"

#include <sched.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "plugins/backends/cpu/kernels/choose_kernels.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace v1::cpu {
namespace {

std::string processor_name() {
#if defined(__x86_64__)
  unsigned words[12];
  for (unsigned leaf = 0; leaf < 3; ++leaf) {
    unsigned* part = words + 4 * leaf;
    if (!__get_cpuid(0x80000002u + leaf, part, part + 1, part + 2, part + 3)) return "cpu";
  }
  char text[sizeof words + 1] = {};
  std::memcpy(text, words, sizeof words);
  std::string name(text);
  name.erase(0, name.find_first_not_of(' '));
  name.erase(name.find_last_not_of(' ') + 1);
  return name.empty() ? "cpu" : name;
#else
  return "cpu";
#endif
}

int processor_count() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
  return static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
}

}  // namespace

void describe_device(v1e_device& out) {
  static const std::string name = processor_name();
  static const std::string details = std::string(usable_kernels().back()->name) + ", " +
                                     std::to_string(processor_count()) + " processors";
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  out = {};
  out.struct_size = sizeof out;
  out.name = name.c_str();
  out.kind = "cpu";
  out.details = details.c_str();
  out.memory_total = static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * page;
  out.memory_free = static_cast<std::uint64_t>(sysconf(_SC_AVPHYS_PAGES)) * page;
}

}  // namespace v1::cpu
