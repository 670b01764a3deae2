#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

/// Enqueued work: streams are chains of operations, events are operations that were the last of a
/// stream when they were recorded.
namespace emulated {

/// Memory of the host.
struct HostRange {
  const void* begin = nullptr;
  std::size_t bytes = 0;
};

struct Operation {
  std::function<void()> work;
  int device = 0;
  std::vector<std::shared_ptr<Operation>> after;
  HostRange pinned;  // that it uses
  bool done = false;
};
using OperationPtr = std::shared_ptr<Operation>;

struct Graph {
  std::vector<std::function<void()>> nodes;
};

struct Stream {
  int device = 0;
  OperationPtr last;
  std::unique_ptr<Graph> recorded;  // while it is recorded
  std::thread::id recorder;
};

struct Event {
  int device = 0;
  OperationPtr recorded;
};

struct ExecutableGraph {
  int device = 0;
  std::shared_ptr<const std::vector<std::function<void()>>> nodes;
};

/// Appends to a stream, or to the graph that it is recorded to. Done at once where that is the
/// schedule.
OperationPtr enqueue(Stream& stream, std::function<void()> work, HostRange pinned = {});

/// Does an operation after all that it waits for. null: nothing to do.
void finish(const OperationPtr& operation);
/// Does all that is enqueued on a device.
void finish_all(int device);
/// Whether an operation that uses this memory is still to be done.
bool in_use(HostRange pinned);

}  // namespace emulated
