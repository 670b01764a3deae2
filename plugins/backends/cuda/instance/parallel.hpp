#pragma once
#include <v1e/host.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <v1e_sdk/error.hpp>

namespace v1::cuda {

/// Runs body(0) .. body(count - 1) on the engine's threads, or here when it lends none. The
/// exception of the lowest index is thrown again.
template <class Body>
void for_each(const v1e_host* host, std::uint64_t count, Body&& body) {
  const void* found = count > 1 && host && host->get_service
                          ? host->get_service(host->ctx, V1E_SERVICE_PARALLEL)
                          : nullptr;
  const auto* parallel = static_cast<const v1e_parallel*>(found);
  if (!parallel || !parallel->for_each) {
    for (std::uint64_t i = 0; i < count; ++i) body(i);
    return;
  }
  struct Job {
    Body& body;
    std::mutex mutex;
    std::exception_ptr failure;
    std::uint64_t failed = 0;
  } job{body, {}, nullptr};
  const v1e_status status = parallel->for_each(
      host->ctx, count,
      [](void* user, std::uint64_t index) noexcept {
        auto& shared = *static_cast<Job*>(user);
        try {
          shared.body(index);
        } catch (...) {
          const std::lock_guard lock(shared.mutex);
          if (shared.failure && shared.failed < index) return;
          shared.failure = std::current_exception();
          shared.failed = index;
        }
      },
      &job);
  if (job.failure) std::rethrow_exception(job.failure);
  if (status != V1E_OK) throw v1e::Error(status, "", "the engine's threads did not run");
}

/// Calls body(begin, end) for ranges of 0 .. count that together are all of it.
template <class Body>
void for_each_range(const v1e_host* host, std::size_t count, Body&& body) {
  constexpr std::size_t most = 4096;
  for_each(host, (count + most - 1) / most,
           [&](std::uint64_t range) { body(range * most, std::min(count, (range + 1) * most)); });
}

}  // namespace v1::cuda
