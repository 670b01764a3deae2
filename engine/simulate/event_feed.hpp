#pragma once
#include <cstdint>
#include <vector>

#include "engine/simulate/backend_handle.hpp"
#include "engine/simulate/step_loop.hpp"

namespace v1::simulate {

/// Hands the events of one lane's trial over, window by window.
class EventFeed {
 public:
  explicit EventFeed(std::uint32_t lane) : lane_(lane) {}
  void start_trial(std::vector<EventTrain> trains);
  /// The events of the steps [step_begin, step_begin + steps); calls go forward in time.
  void inject(BackendHandle& backend, std::int64_t step_begin, std::int64_t steps);

 private:
  void inject_train(BackendHandle& backend, const EventTrain& train, std::size_t& next,
                    std::int64_t step_begin, std::int64_t steps);

  std::uint32_t lane_;
  std::vector<EventTrain> trains_;
  std::vector<std::size_t> next_;
  std::vector<std::uint64_t> offset_;
  std::vector<std::uint32_t> source_;
  std::vector<std::uint16_t> count_;
};

}  // namespace v1::simulate
