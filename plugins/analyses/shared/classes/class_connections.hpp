#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "plugins/analyses/shared/classes/classes.hpp"

/// How strongly the response classes are connected, and how strongly they would be if the same
/// neurons had got the classes in another order.
namespace v1::analyses {

/// Sums the synapses among labelled neurons by target class and source class, for several
/// labellings of the same neurons at once: synapses are seen only one time.
class ClassConnections {
 public:
  static constexpr std::size_t cells = class_count * class_count;

  /// Of the labellings in order: [labelling * cells + target class * class_count + source class].
  struct Sums {
    std::vector<double> synapses, weight_pa;
    void merge(const Sums& other);
  };

  ClassConnections() = default;
  /// labellings[k][i]: class of neuron i, below class_count.
  explicit ClassConnections(const std::vector<std::vector<std::uint8_t>>& labellings);

  std::size_t labellings() const { return labellings_; }
  Sums none() const;
  /// Adds synapses from neuron `source` to neuron `target`, both as in the labellings.
  void add(Sums& into, std::size_t target, std::size_t source, double synapses,
           double weight_pa) const;

 private:
  std::size_t labellings_ = 0;
  std::vector<std::uint8_t> class_of_;  // [neuron][labelling]
};

/// One quantity of two classes: as found, and what chance gives.
struct AgainstChance {
  double found = 0.0;
  double expected = 0.0;  // mean over the relabellings
  double z = 0.0;         // (found - expected) / deviation over the relabellings (ddof 1)
};
/// The first value is the data's, the others those of relabellings; NaN ones are left out. z is NaN
/// where relabellings do not differ.
AgainstChance against_chance(std::span<const double> values);

}  // namespace v1::analyses
