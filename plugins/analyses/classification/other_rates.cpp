#include "plugins/analyses/classification/other_rates.hpp"

#include <algorithm>

namespace v1::analyses {

void OtherRates::choose(const v1e::Dataset& dataset, const std::vector<std::string>& names,
                        const std::vector<std::uint32_t>& allowed) {
  const std::vector<std::string> population = v1e::texts(dataset.neuron_column("population"));
  std::vector<std::size_t> index(names.size(), names.size());
  for (const std::uint32_t i : allowed) {
    const auto fits = [&](const std::string& name) {
      return !population.empty() && population[i].find(name) != std::string::npos;
    };
    const auto found = std::find_if(names.begin(), names.end(), fits);
    if (found == names.end()) continue;
    auto& at = index[static_cast<std::size_t>(found - names.begin())];
    if (at == names.size()) {
      at = names_.size();
      names_.push_back(*found);
      sizes_.push_back(0);
    }
    neurons_.push_back(i);
    of_neuron_.push_back(at);
    ++sizes_[at];
  }
  spiking_.assign(names_.size(), 0);
}

void OtherRates::add_trial(const OtherRates& chosen, std::size_t begin,
                           const std::vector<std::vector<std::int64_t>>& trains, double dt_ms,
                           double trial_ms, RateScaling scaling, bool last, std::size_t trials) {
  const std::size_t blocks = rate_block_count(trial_ms);
  rates_.resize(trains.size() * blocks, 0.0);
  std::vector<double> counts(blocks);
  for (std::size_t n = 0; n < trains.size(); ++n) {
    if (trains[n].empty()) continue;
    std::fill(counts.begin(), counts.end(), 0.0);
    for (const std::int64_t step : trains[n]) {
      const double time_ms = static_cast<double>(step) * dt_ms;
      counts[std::min(static_cast<std::size_t>(time_ms / rate_block_ms + 1e-9), blocks - 1)] += 1.0;
    }
    const std::vector<double> smooth = smoothed_rate(counts, last_rate_block_ms(trial_ms), scaling);
    for (std::size_t b = 0; b < blocks; ++b) rates_[n * blocks + b] += smooth[b];
  }
  if (!last) return;
  raw_.assign(chosen.names_.size(), std::vector<Moments>(blocks));
  relative_ = raw_;
  spiking_.assign(chosen.names_.size(), 0);
  for (std::size_t n = 0; n < trains.size(); ++n) {
    const std::size_t p = chosen.of_neuron_[begin + n];
    const auto first = rates_.begin() + static_cast<std::ptrdiff_t>(n * blocks);
    const double largest = *std::max_element(first, first + static_cast<std::ptrdiff_t>(blocks));
    if (largest > 0.0) ++spiking_[p];
    for (std::size_t b = 0; b < blocks; ++b) {
      raw_[p][b].add(first[static_cast<std::ptrdiff_t>(b)] / static_cast<double>(trials));
      if (largest > 0.0) relative_[p][b].add(first[static_cast<std::ptrdiff_t>(b)] / largest);
    }
  }
  rates_ = {};
}

void OtherRates::merge(const OtherRates& from) {
  if (raw_.empty()) {
    raw_ = from.raw_;
    relative_ = from.relative_;
    spiking_ = from.spiking_;
    return;
  }
  for (std::size_t p = 0; p < from.raw_.size(); ++p) {
    spiking_[p] += from.spiking_[p];
    for (std::size_t b = 0; b < from.raw_[p].size(); ++b) {
      raw_[p][b].add(from.raw_[p][b]);
      relative_[p][b].add(from.relative_[p][b]);
    }
  }
}

void OtherRates::take_sums(const OtherRates& from) {
  raw_ = from.raw_;
  relative_ = from.relative_;
  if (!from.spiking_.empty()) spiking_ = from.spiking_;
}

}  // namespace v1::analyses
