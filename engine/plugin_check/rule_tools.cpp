#include "engine/plugin_check/rule_tools.hpp"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

#include "engine/base/error.hpp"

namespace v1::plugin_check {
namespace {

std::int64_t bytes_in_use() {
  const auto heap = mallinfo2();
  return static_cast<std::int64_t>(heap.uordblks + heap.hblkhd);
}

}  // namespace

StopRequest::StopRequest(plugin::Host& host) : host_(host) {
  host_.set_cancel([this] {
    if (asked_++ < first_) return false;
    if (told_++ == 0) alarm(soon_s);  // ends this process: the plugin did not stop
    return true;
  });
}

StopRequest::~StopRequest() { host_.set_cancel({}); }

int StopRequest::during(int first, const std::function<void()>& body) {
  asked_ = told_ = 0;
  first_ = first;
  std::string failure;
  bool gave_up = false;
  try {
    body();
  } catch (const Error& e) {
    gave_up = e.code() == ExitCode::interrupted;
    if (!gave_up) failure = e.what();
    if (!gave_up && told_ == 0) throw;
  }
  if (told_ > 0) alarm(longest_s);
  if (gave_up && told_ == 0) broken("it answered CANCELLED, but nobody had asked it to stop");
  if (!failure.empty()) {
    broken("told to stop by v1e.progress, it failed with another status than CANCELLED: " +
           failure);
  }
  if (told_ > 0 && !gave_up) broken("told to stop by v1e.progress, it went on to the end");
  return told_;
}

void must_not_leak(const std::function<void()>& once, const std::string& what, int per_batch) {
#if defined(__SANITIZE_ADDRESS__)
  throw Skip{"the allocator of this sanitizer build keeps no account; it finds leaks itself"};
#endif
  constexpr int batches = 3;
  constexpr std::int64_t noise = 16;                            // bytes per call
  for (int k = 0; k < std::max(2, per_batch / 5); ++k) once();  // caches and the like
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  for (int batch = 0; batch < batches; ++batch) {
    const std::int64_t before = bytes_in_use();
    for (int k = 0; k < per_batch; ++k) once();
    least = std::min(least, bytes_in_use() - before);
  }
  if (least > per_batch * noise) {
    broken(fmt::format("{} times {} leave {} bytes behind", per_batch, what, least));
  }
}

}  // namespace v1::plugin_check
