#include "plugins/analyses/shared/classes/class_connections.hpp"

#include <algorithm>

#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {

void ClassConnections::Sums::merge(const Sums& other) {
  for (std::size_t i = 0; i < synapses.size(); ++i) {
    synapses[i] += other.synapses[i];
    weight_pa[i] += other.weight_pa[i];
  }
}

ClassConnections::ClassConnections(const std::vector<std::vector<std::uint8_t>>& labellings)
    : labellings_(labellings.size()) {
  const std::size_t neurons = labellings.empty() ? 0 : labellings.front().size();
  class_of_.resize(neurons * labellings_);
  for (std::size_t k = 0; k < labellings_; ++k) {
    for (std::size_t i = 0; i < neurons; ++i) class_of_[i * labellings_ + k] = labellings[k][i];
  }
}

ClassConnections::Sums ClassConnections::none() const {
  return {std::vector<double>(labellings_ * cells, 0.0),
          std::vector<double>(labellings_ * cells, 0.0)};
}

void ClassConnections::add(Sums& into, std::size_t target, std::size_t source, double synapses,
                           double weight_pa) const {
  const std::uint8_t* of_target = class_of_.data() + target * labellings_;
  const std::uint8_t* of_source = class_of_.data() + source * labellings_;
  for (std::size_t k = 0; k < labellings_; ++k) {
    const std::size_t cell = k * cells + of_target[k] * class_count + of_source[k];
    into.synapses[cell] += synapses;
    into.weight_pa[cell] += weight_pa;
  }
}

AgainstChance against_chance(std::span<const double> values) {
  if (values.empty()) return {undefined, undefined, undefined};
  const std::vector<double> chance = without_nan(values.subspan(1));
  AgainstChance out{values.front(), mean(chance), undefined};
  if (chance.size() < 2) return out;
  const auto [least, most] = std::minmax_element(chance.begin(), chance.end());
  if (*least < *most) out.z = (out.found - out.expected) / deviation(chance, 1);
  return out;
}

}  // namespace v1::analyses
