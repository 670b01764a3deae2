#include "engine/simulate/event_feed.hpp"

#include <utility>

namespace v1::simulate {

void EventFeed::start_trial(std::vector<EventTrain> trains) {
  trains_ = std::move(trains);
  next_.assign(trains_.size(), 0);
}

void EventFeed::inject(BackendHandle& backend, std::int64_t step_begin, std::int64_t steps) {
  for (std::size_t i = 0; i < trains_.size(); ++i) {
    inject_train(backend, trains_[i], next_[i], step_begin, steps);
  }
}

void EventFeed::inject_train(BackendHandle& backend, const EventTrain& train, std::size_t& next,
                             std::int64_t step_begin, std::int64_t steps) {
  offset_.assign(1, 0);
  source_.clear();
  count_.clear();
  for (std::int64_t step = step_begin; step < step_begin + steps; ++step) {
    const std::size_t begin_of_step = source_.size();
    for (; next < train.step.size() && train.step[next] == step; ++next) {
      const bool repeated = source_.size() > begin_of_step && source_.back() == train.source[next];
      if (repeated) {
        ++count_.back();
      } else {
        source_.push_back(train.source[next]);
        count_.push_back(1);
      }
    }
    offset_.push_back(source_.size());
  }
  v1e_spikes spikes{};
  spikes.struct_size = sizeof spikes;
  spikes.lane = lane_;
  spikes.block = train.block;
  spikes.step_begin = step_begin;
  spikes.step_count = steps;
  spikes.offset = offset_.data();
  spikes.neuron = source_.data();
  spikes.count = count_.data();
  backend.inject_spikes(spikes);
}

}  // namespace v1::simulate
