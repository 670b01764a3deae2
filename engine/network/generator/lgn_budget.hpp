#pragma once
#include <cstdint>
#include <vector>

#include "engine/network/generator/lgn_field.hpp"

namespace v1::network::generator {

/// LgnRule::synapse_budget: a neuron's size fixes its number of LGN synapses and, with the
/// Yule-Simon distribution of synapses per connection, of connections. Units are drawn without
/// replacement, weighted by a Gaussian around the receptive field and by how well they fit; the
/// largest connections are given away first and prefer central units. One object per thread.
class LgnBudget {
 public:
  LgnBudget(const Model& model, const LgnMosaic& mosaic, const LgnMap& map, std::uint64_t seed);

  /// Connections of one neuron, units ascending. Draws belong to the neuron's id and the unit's
  /// place in the map. All fitting units within reach where the budget asks for more.
  std::vector<LgnInput> inputs(const LgnField& rule, const LgnTarget& target);

 private:
  struct Candidate {
    double key;
    double distance2;  // stretched, in units of the Gaussian's variance
    std::uint32_t place;
    std::uint32_t synapses;
  };
  struct Winner {
    double key;
    std::uint32_t place;
    std::uint32_t index;  // in taken_
  };
  struct Field {
    FieldPoint centre;
    double along_x, along_y;  // shift direction
    double direction_deg;
    std::vector<double> weight_of_class;  // 0: excluded
  };

  Field draw_field(const LgnField& rule, const LgnTarget& target) const;
  void race(const Field& field, std::uint32_t id, std::size_t wanted);
  void consider(const Field& field, std::uint32_t place, double uniform);
  void keep_best(std::size_t wanted);
  void give_synapses(const LgnField& rule, std::uint32_t id);
  /// Gives `synapses` to `count` of the candidates from `first` on, which come to stand there.
  void give(std::uint32_t id, std::uint32_t synapses, std::size_t count, std::size_t first);
  /// Keeps the `count` smallest of the winners so far; returns the largest key of these.
  double keep_winners(std::size_t count);

  const Model& model_;
  const LgnMosaic& mosaic_;
  const LgnMap& map_;
  std::uint64_t seed_;
  std::vector<Candidate> taken_;
  std::vector<Winner> winners_;
  std::vector<std::uint32_t> count_of_;  // connections by number of synapses
  double limit_ = 0.0;                   // larger keys lose
};

}  // namespace v1::network::generator
