#include "plugins/backends/cuda/plan/way_choice.hpp"

#include <utility>

namespace v1::cuda {

WayChoice::WayChoice(std::vector<Way> ways)
    : ways_(std::move(ways)), seconds_(ways_.size(), 0.0), steps_(ways_.size(), 0) {}

WayChoice::Turn WayChoice::next(std::int64_t steps) {
  const auto count = static_cast<std::uint32_t>(ways_.size());
  const bool trying = count > 1 && given_ < count * (rounds_before + rounds_counted);
  if (!trying) return {ways_[best_], false, best_};
  const std::uint32_t round = given_ / count, place = given_ % count;
  const std::uint32_t index = round % 2 == 0 ? place : count - 1 - place;
  // Other windows, as the short one that may end a trial, have graphs of their own, and that work
  // is spread over fewer steps.
  if (usual_steps_ == 0) usual_steps_ = steps;
  if (steps != usual_steps_) return {ways_[index], false, index};
  ++given_;
  return {ways_[index], round >= rounds_before, index};
}

bool WayChoice::took(const Turn& turn, std::int64_t steps, double seconds) {
  if (!turn.counts) return false;
  seconds_[turn.index] += seconds;
  steps_[turn.index] += steps;
  if (++known_ < rounds_counted * ways_.size()) return false;
  for (std::uint32_t way = 1; way < ways_.size(); ++way) {
    if (step_us(way) < step_us(best_)) best_ = way;
  }
  return true;
}

double WayChoice::step_us(std::size_t way) const {
  return steps_[way] > 0 ? 1e6 * seconds_[way] / static_cast<double>(steps_[way]) : 0.0;
}

std::string WayChoice::times() const {
  std::string text;
  for (std::size_t way = 0; way < ways_.size(); ++way) {
    const std::string us = std::to_string(step_us(way));
    text += (way > 0 ? "; " : "") + name_of(ways_[way]) + " " + us.substr(0, us.find('.') + 3) +
            " us a step";
  }
  return text;
}

}  // namespace v1::cuda
