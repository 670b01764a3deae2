#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <v1e_sdk/dataset.hpp>
#include <vector>

#include "plugins/analyses/shared/signals/smoothing.hpp"
#include "plugins/analyses/shared/statistics/bands.hpp"

namespace v1::analyses {

/// Smoothed rates of populations beside the classified one: means over neurons of trial means.
class OtherRates {
 public:
  /// Neurons within `allowed` (ascending) whose population name contains one of `names`; the
  /// first name that fits counts.
  void choose(const v1e::Dataset& dataset, const std::vector<std::string>& names,
              const std::vector<std::uint32_t>& allowed);

  const std::vector<std::uint32_t>& neurons() const { return neurons_; }
  const std::vector<std::string>& names() const { return names_; }
  std::size_t size(std::size_t population) const { return sizes_[population]; }
  std::size_t spiking(std::size_t population) const { return spiking_[population]; }

  /// Takes one trial of the neurons from `begin` on: steps of their spikes. `chosen` is the object
  /// that made the choice. Sums are complete after the last trial.
  void add_trial(const OtherRates& chosen, std::size_t begin,
                 const std::vector<std::vector<std::int64_t>>& trains, double dt_ms,
                 double trial_ms, RateScaling scaling, bool last, std::size_t trials);
  void merge(const OtherRates& from);
  /// Keeps the choice and takes the sums.
  void take_sums(const OtherRates& from);
  bool has_sums() const { return !raw_.empty(); }

  Moments raw(std::size_t population, std::size_t block) const { return raw_[population][block]; }
  Moments relative(std::size_t population, std::size_t block) const {
    return relative_[population][block];
  }

 private:
  std::vector<std::string> names_;
  std::vector<std::uint32_t> neurons_;
  std::vector<std::size_t> of_neuron_, sizes_;
  std::vector<double> rates_;  // [neuron of the block][time block], summed over trials
  std::vector<std::vector<Moments>> raw_, relative_;  // [population][time block]
  std::vector<std::size_t> spiking_;
};

}  // namespace v1::analyses
