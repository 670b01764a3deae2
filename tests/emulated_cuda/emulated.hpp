#pragma once
#include <cstdint>
#include <string>
#include <vector>

/// A CUDA device in software, to run the backend's code for a device (streams, graphs, launches,
/// kernels with their barriers) on machines that have none. It is slow, and strict where a device
/// is lenient:
/// - memory of the device cannot be touched by the host, nor behind its end, nor after its release;
/// - it begins with garbage, and so does pinned memory that is being copied to;
/// - work is done as late as the calls allow, or at once; threads and blocks run in various orders;
/// - a kernel of a graph that may start early does what it does before it waits for the one before,
///   before that one does anything after its own wait;
/// - the blocks of a cooperative launch run by turns, until each waits for another;
/// - blocks that wait for each other for ever, or without such a launch, are given up, which is a
///   complaint;
/// - barriers that some threads of a block miss, launches without blocks, kernels that are first
///   named while a graph is recorded, cache that is kept for what is not the device's, or is still
///   kept when streams are gone, and calls on the wrong device are complaints.
/// What it cannot show: races between threads that no order of theirs brings out, what nvcc makes
/// of the source, and speed.
namespace emulated {

/// When enqueued work is done.
enum class Schedule { late, at_once };
/// In which order the blocks of a grid and the threads of a block run.
enum class Order { forward, backward, shuffled };

struct Settings {
  Schedule schedule = Schedule::late;
  Order order = Order::forward;
  int devices = 2;
  int driver_version = 13000;  // 0: no driver is installed
  int major = 9;               // compute capability
  int multiprocessors = 1;     // of whole runs: EMULATED_CUDA_MULTIPROCESSORS
  float kernel_us = 0.0f;                 // the time of each, beside that of a window
  int persisting_cache_bytes = 30 << 20;  // that can be kept
  std::uint64_t memory_bytes = std::uint64_t{4} << 30;
};

/// Only while no stream exists.
void configure(const Settings& settings);

/// What was done that a device would not forgive, or not show; forgets it.
std::vector<std::string> take_complaints();

/// What is still there: memory of devices and pinned memory, streams, events, graphs.
struct Holdings {
  std::uint64_t device_bytes = 0, pinned_bytes = 0;
  std::uint64_t streams = 0, events = 0, graphs = 0;
  std::uint64_t kept_cache_bytes = 0;
};
Holdings holdings();

/// Kernels launched or recorded so far that ask for a stretch of memory to persist in the cache.
std::uint64_t persisting_launches();

}  // namespace emulated
