#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <utility>
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
  std::unique_ptr<std::byte[]> samples;
  std::uint64_t sample_bytes = 0;
  simulate::BackendState state;

  std::uint64_t bytes() const;
};

/// Bounded by bytes; one producer, one consumer. After fail() the producer's calls throw what the
/// consumer met, and whatever comes in is dropped.
class MessageQueue {
 public:
  explicit MessageQueue(std::uint64_t capacity_bytes) : capacity_(capacity_bytes) {}

  /// Room for the samples of a message; used again once the message is done, because fresh memory
  /// costs the system as much time as filling it.
  std::unique_ptr<std::byte[]> buffer(std::uint64_t bytes);
  void push(Message message);  // waits while full; a message larger than all waits for empty
  void wait_idle();            // until every message is taken and done
  void rethrow_failure();
  double waited_s() const;

  /// False once closed and empty. The message before counts as done.
  bool pop(Message& out);
  bool empty() const;
  void fail(std::exception_ptr failure);
  void close();

 private:
  template <class Ready>
  void wait(std::unique_lock<std::mutex>& lock, const Ready& ready);

  void keep_buffer(Message& done);

  std::uint64_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Message> messages_;
  std::uint64_t queued_bytes_ = 0;
  std::vector<std::pair<std::uint64_t, std::unique_ptr<std::byte[]>>> spare_;  // with their sizes
  std::uint64_t spare_bytes_ = 0;
  bool busy_ = false;
  bool closed_ = false;
  double waited_s_ = 0.0;
  std::exception_ptr failure_;
};

}  // namespace v1::recording
