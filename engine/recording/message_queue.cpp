#include "engine/recording/message_queue.hpp"

#include <algorithm>
#include <utility>

namespace v1::recording {

std::uint64_t Message::bytes() const {
  std::uint64_t sum = sizeof(Message) + offset.size() * sizeof(offset[0]) +
                      source.size() * sizeof(source[0]) + count.size() * sizeof(count[0]) +
                      sample_bytes;
  for (const simulate::StateArray& array : state) sum += array.bytes.size();
  return sum;
}

template <class Ready>
void MessageQueue::wait(std::unique_lock<std::mutex>& lock, const Ready& ready) {
  if (ready()) return;
  const auto begin = std::chrono::steady_clock::now();
  changed_.wait(lock, ready);
  waited_s_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void MessageQueue::push(Message message) {
  const std::uint64_t bytes = message.bytes();
  std::unique_lock lock(mutex_);
  wait(lock, [&] { return failure_ || messages_.empty() || queued_bytes_ + bytes <= capacity_; });
  if (failure_) std::rethrow_exception(failure_);
  queued_bytes_ += bytes;
  messages_.push_back(std::move(message));
  changed_.notify_all();
}

void MessageQueue::wait_idle() {
  std::unique_lock lock(mutex_);
  wait(lock, [&] { return failure_ || (messages_.empty() && !busy_); });
  if (failure_) std::rethrow_exception(failure_);
}

void MessageQueue::rethrow_failure() {
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(failure_);
}

double MessageQueue::waited_s() const {
  const std::lock_guard lock(mutex_);
  return waited_s_;
}

std::unique_ptr<std::byte[]> MessageQueue::buffer(std::uint64_t bytes) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(spare_.begin(), spare_.end(),
                                    [&](const auto& spare) { return spare.first == bytes; });
    if (found != spare_.end()) {
      std::unique_ptr<std::byte[]> memory = std::move(found->second);
      spare_bytes_ -= bytes;
      spare_.erase(found);
      return memory;
    }
  }
  return std::make_unique_for_overwrite<std::byte[]>(bytes);
}

void MessageQueue::keep_buffer(Message& done) {
  if (!done.samples || spare_bytes_ + done.sample_bytes > capacity_) return;
  spare_bytes_ += done.sample_bytes;
  spare_.emplace_back(done.sample_bytes, std::move(done.samples));
}

bool MessageQueue::pop(Message& out) {
  std::unique_lock lock(mutex_);
  keep_buffer(out);
  out = Message();  // frees the memory of the message before
  busy_ = false;
  changed_.notify_all();
  changed_.wait(lock, [&] { return closed_ || !messages_.empty(); });
  if (messages_.empty()) return false;
  out = std::move(messages_.front());
  messages_.pop_front();
  queued_bytes_ -= out.bytes();
  busy_ = true;
  changed_.notify_all();
  return true;
}

bool MessageQueue::empty() const {
  const std::lock_guard lock(mutex_);
  return messages_.empty();
}

void MessageQueue::fail(std::exception_ptr failure) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(failure);
  messages_.clear();
  queued_bytes_ = 0;
  changed_.notify_all();
}

void MessageQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

}  // namespace v1::recording
