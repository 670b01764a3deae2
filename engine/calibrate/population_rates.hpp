#pragma once
#include <vector>

#include "engine/simulate/sink.hpp"

namespace v1::calibrate {

enum class Statistic { mean, median };

/// Counts the spikes of some neurons in a window of every trial instead of storing them.
class PopulationRates final : public simulate::RecordingSink {
 public:
  /// group_of_neuron: per position, the group it is counted in, or -1.
  PopulationRates(std::vector<int> group_of_neuron, std::size_t groups, std::int64_t step_begin,
                  std::int64_t step_end);

  void begin_trial(std::uint32_t) override { ++trials_; }
  void spikes(const simulate::SpikeWindow& window) override;
  void probe(const simulate::ProbeWindow&) override {}
  void end_trial(std::uint32_t, simulate::BackendState) override {}

  /// Mean or median over the neurons of each group of their rates over all trials [Hz].
  std::vector<double> rates_hz(double dt_ms, Statistic statistic) const;
  /// Neurons per group.
  std::vector<std::size_t> sizes() const;

 private:
  std::vector<int> group_of_neuron_;
  std::size_t groups_;
  std::int64_t step_begin_, step_end_;
  std::uint32_t trials_ = 0;
  std::vector<std::uint32_t> count_;  // spikes by position
};

}  // namespace v1::calibrate
