#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <vector>

#include "engine/simulate/sink.hpp"

namespace v1::recording {

/// A copy of one call of the RecordingSink.
struct Message {
  enum class Kind { begin, spikes, probe, end };
  Kind kind = Kind::begin;
  std::uint32_t trial = 0;
  std::uint32_t index = 0;  // block or probe
  std::int64_t first_step = 0;
  std::vector<std::uint64_t> offset;
  std::vector<std::uint32_t> source;
  std::vector<std::uint16_t> count;
  std::int64_t sample_count = 0;
  std::int64_t neuron_count = 0;
  v1e_dtype dtype = V1E_F16;
  const void* samples = nullptr;  // lent until the message is done
  simulate::BackendState state;

  std::uint64_t bytes() const;
};

/// Bounded by bytes; one producer, one consumer. After fail() the producer's calls throw what the
/// consumer met, and whatever comes in is dropped.
class MessageQueue {
 public:
  explicit MessageQueue(std::uint64_t capacity_bytes) : capacity_(capacity_bytes) {}

  void push(Message message);  // waits while full; a message larger than all waits for empty
  void wait_idle();            // until every message is taken and done
  std::uint64_t pushed() const;
  void wait_done(std::uint64_t count);  // until the first `count` messages are done

  /// False once closed and empty. The message before counts as done.
  bool pop(Message& out);
  bool empty() const;
  void fail(std::exception_ptr failure);
  void close();

 private:
  std::uint64_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Message> messages_;
  std::uint64_t queued_bytes_ = 0;
  std::uint64_t pushed_ = 0, done_ = 0;  // messages
  bool busy_ = false;
  bool closed_ = false;
  std::exception_ptr failure_;
};

}  // namespace v1::recording
