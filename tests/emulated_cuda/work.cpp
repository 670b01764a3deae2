#include "tests/emulated_cuda/work.hpp"

#include <algorithm>
#include <utility>

#include "tests/emulated_cuda/memory.hpp"
#include "tests/emulated_cuda/settings.hpp"

namespace emulated {
namespace {

std::vector<std::weak_ptr<Operation>> pending;

void forget_done() {
  std::erase_if(pending, [](const auto& weak) {
    const auto operation = weak.lock();
    return !operation || operation->done;
  });
}

}  // namespace

OperationPtr enqueue(Stream& stream, std::function<void()> work, HostRange pinned,
                     std::function<bool(std::uint64_t)> start) {
  if (stream.recorded) {
    stream.recorded->nodes.push_back({std::move(work), std::move(start)});
    return nullptr;
  }
  auto operation = std::make_shared<Operation>();
  operation->work = std::move(work);
  operation->device = stream.device;
  operation->pinned = pinned;
  if (stream.last && !stream.last->done) operation->after.push_back(stream.last);
  stream.last = operation;
  if (pending.size() > 1000) forget_done();
  pending.push_back(operation);
  if (settings().schedule == Schedule::at_once) finish(operation);
  return operation;
}

void run_nodes(const std::vector<Node>& nodes) {
  // Kernels start when the one before has started, even if that one still waits for another.
  // Each of their threads keeps its stack, so that large ones start late.
  constexpr std::size_t most_ahead = 2;
  constexpr std::uint64_t most_threads = 8192, most_threads_of_two = 1024;
  std::size_t next = 1;  // to be started
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    next = std::max(next, n + 1);
    for (; next <= n + most_ahead && next < nodes.size() && nodes[next].start; ++next) {
      if (!nodes[next].start(next == n + 1 ? most_threads : most_threads_of_two)) break;
    }
    if (nodes[n].work) nodes[n].work();
  }
}

void finish(const OperationPtr& operation) {
  if (!operation) return;
  std::vector<OperationPtr> way = {operation};
  while (!way.empty()) {
    const OperationPtr now = way.back();
    const auto before = std::find_if(now->after.begin(), now->after.end(),
                                     [](const auto& other) { return !other->done; });
    if (before != now->after.end()) {
      way.push_back(*before);
      continue;
    }
    way.pop_back();
    if (now->done) continue;
    if (now->work) {
      const DeviceAccess access(now->device);
      now->work();
    }
    now->done = true;
    now->after.clear();
    now->work = nullptr;
  }
}

void finish_all(int device) {
  for (const auto& weak : std::exchange(pending, {})) {
    const OperationPtr operation = weak.lock();
    if (!operation || operation->done) continue;
    if (operation->device == device) {
      finish(operation);
    } else {
      pending.push_back(weak);
    }
  }
}

bool in_use(HostRange pinned) {
  const auto end_of = [](HostRange range) {
    return static_cast<const unsigned char*>(range.begin) + range.bytes;
  };
  return std::any_of(pending.begin(), pending.end(), [&](const auto& weak) {
    const OperationPtr operation = weak.lock();
    if (!operation || operation->done || operation->pinned.bytes == 0) return false;
    return operation->pinned.begin < end_of(pinned) && pinned.begin < end_of(operation->pinned);
  });
}

}  // namespace emulated
