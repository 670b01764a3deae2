#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
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

/// What a graph repeats. A kernel that may start while the one before it runs has a `start`, which
/// is done before the `work` of the node before, and of the one before that where it may, too;
/// false when it has more threads than that.
struct Node {
  std::function<void()> work;
  std::function<bool(std::uint64_t most_threads)> start;  // null: after the node before has ended
};

struct Graph {
  std::vector<Node> nodes;
};

struct Stream {
  int device = 0;
  OperationPtr last;
  std::unique_ptr<Graph> recorded;  // while it is recorded
  bool recorded_alone = false;      // in mode Global
};

struct Event {
  int device = 0;
  bool timed = false;
  OperationPtr recorded;
  std::shared_ptr<const std::uint64_t> kernels_before;  // done before it was
};

struct ExecutableGraph {
  int device = 0;
  std::shared_ptr<const std::vector<Node>> nodes;
};

/// Appends to a stream, or to the graph that it is recorded to. Done at once where that is the
/// schedule. `start` is for graphs only.
OperationPtr enqueue(Stream& stream, std::function<void()> work, HostRange pinned = {},
                     std::function<bool(std::uint64_t)> start = nullptr);

/// Does all nodes of a graph in turn.
void run_nodes(const std::vector<Node>& nodes);

/// Does an operation after all that it waits for. null: nothing to do.
void finish(const OperationPtr& operation);
/// Does all that is enqueued on a device.
void finish_all(int device);
/// Whether an operation that uses this memory is still to be done.
bool in_use(HostRange pinned);

}  // namespace emulated
