#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

/// Facts about this program and the machine it runs on.
namespace v1 {

std::string version();           // "0.1.0"
std::string git_revision();      // of the sources, "unknown" outside a checkout
std::string host_description();  // "AMD EPYC, 2 threads, 23.5 GiB, Linux 6.1"
std::string utc_now();           // ISO 8601
std::uint64_t available_memory_bytes();
std::uint64_t peak_memory_bytes();  // of this process
double processor_seconds();         // of all threads of this process, user and system
/// $XDG_CACHE_HOME/v1engine or ~/.cache/v1engine.
std::filesystem::path default_cache_dir();

}  // namespace v1
