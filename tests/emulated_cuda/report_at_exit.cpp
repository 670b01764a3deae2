#include <cstdio>

#include "tests/emulated_cuda/emulated.hpp"

/// A run that left something behind, or did what a device would not forgive, says so at its end.
namespace emulated {
namespace {

struct Report {
  ~Report() {
    for (const std::string& complaint : take_complaints()) {
      std::fprintf(stderr, "emulated device: %s\n", complaint.c_str());
    }
    const Holdings left = holdings();
    if (left.device_bytes + left.pinned_bytes + left.streams + left.events + left.graphs +
            left.kept_cache_bytes >
        0) {
      std::fprintf(stderr, "emulated device: something was left behind\n");
    }
  }
} report;

}  // namespace
}  // namespace emulated
