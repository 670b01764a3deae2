#include "engine/recording/message_queue.hpp"

#include <algorithm>
#include <utility>

namespace v1::recording {

std::uint64_t Message::bytes() const {
  std::uint64_t sum = sizeof(Message) + offset.size() * sizeof(offset[0]) +
                      source.size() * sizeof(source[0]) + count.size() * sizeof(count[0]);
  for (const simulate::StateArray& array : state) sum += array.bytes.size();
  return sum;
}

void MessageQueue::push(Message message) {
  const std::uint64_t bytes = message.bytes();
  std::unique_lock lock(mutex_);
  changed_.wait(
      lock, [&] { return failure_ || messages_.empty() || queued_bytes_ + bytes <= capacity_; });
  if (failure_) std::rethrow_exception(failure_);
  queued_bytes_ += bytes;
  messages_.push_back(std::move(message));
  ++pushed_;
  changed_.notify_all();
}

void MessageQueue::wait_idle() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return failure_ || (messages_.empty() && !busy_); });
  if (failure_) std::rethrow_exception(failure_);
}

std::uint64_t MessageQueue::pushed() const {
  const std::lock_guard lock(mutex_);
  return pushed_;
}

void MessageQueue::wait_done(std::uint64_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return failure_ || done_ >= count; });
  if (failure_) std::rethrow_exception(failure_);
}

bool MessageQueue::pop(Message& out) {
  std::unique_lock lock(mutex_);
  out = Message();  // frees the memory of the message before
  if (busy_) ++done_;
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
