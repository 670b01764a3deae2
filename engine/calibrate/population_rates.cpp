#include "engine/calibrate/population_rates.hpp"

#include <algorithm>
#include <numeric>

namespace v1::calibrate {
namespace {

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

}  // namespace

PopulationRates::PopulationRates(std::vector<int> group_of_neuron, std::size_t groups,
                                 std::int64_t step_begin, std::int64_t step_end)
    : group_of_neuron_(std::move(group_of_neuron)),
      groups_(groups),
      step_begin_(step_begin),
      step_end_(step_end),
      count_(group_of_neuron_.size(), 0) {}

void PopulationRates::spikes(const simulate::SpikeWindow& window) {
  if (window.block != V1E_BLOCK_NEURONS) return;
  for (std::size_t k = 0; k + 1 < window.offset.size(); ++k) {
    const std::int64_t step = window.step_begin + static_cast<std::int64_t>(k);
    if (step < step_begin_ || step >= step_end_) continue;
    for (std::uint64_t s = window.offset[k]; s < window.offset[k + 1]; ++s) {
      ++count_[window.source[s]];
    }
  }
}

std::vector<double> PopulationRates::rates_hz(double dt_ms, Statistic statistic) const {
  const double seconds = static_cast<double>(step_end_ - step_begin_) * dt_ms * 1e-3 * trials_;
  std::vector<std::vector<double>> of_group(groups_);
  for (std::size_t i = 0; i < count_.size(); ++i) {
    if (group_of_neuron_[i] < 0) continue;
    of_group[static_cast<std::size_t>(group_of_neuron_[i])].push_back(count_[i] / seconds);
  }
  std::vector<double> rates;
  for (std::vector<double>& group : of_group) {
    if (group.empty()) {
      rates.push_back(0.0);
    } else if (statistic == Statistic::median) {
      rates.push_back(median(group));
    } else {
      rates.push_back(std::accumulate(group.begin(), group.end(), 0.0) /
                      static_cast<double>(group.size()));
    }
  }
  return rates;
}

std::vector<std::size_t> PopulationRates::sizes() const {
  std::vector<std::size_t> sizes(groups_, 0);
  for (const int group : group_of_neuron_) {
    if (group >= 0) ++sizes[static_cast<std::size_t>(group)];
  }
  return sizes;
}

}  // namespace v1::calibrate
