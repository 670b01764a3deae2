#pragma once
#include <cstdint>
#include <string>
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <vector>

#include "plugins/analyses/shared/classes/classes.hpp"
#include "plugins/analyses/shared/classes/classified_neurons.hpp"

/// The neurons of a classification with what it found, as other analyses read them.
namespace v1::analyses {

/// One entry per classified neuron, positions ascending. Columns that the classification did not
/// store hold NaN.
struct ClassRows {
  std::vector<std::uint32_t> position;  // in the network
  std::vector<ResponseClass> label;
  std::vector<double> response_pa;      // change of the input current
  std::vector<double> preferred_angle;  // deg, of the model's neuron
  std::vector<double> rheobase_pa;
  std::vector<double> heatmap_rank;  // NaN outside the sample

  std::size_t size() const { return position.size(); }
  std::size_t count(ResponseClass c) const;
  /// Indices of the sample of the heat maps, top row first.
  std::vector<std::size_t> sample() const;
};

/// Throws when the table has no classes or belongs to another network.
ClassRows read_class_rows(const v1e_chunk& chunk, const v1e_network& network,
                          const std::string& run);

/// Positions of the sample of the heat maps, top row first; empty where the table has none.
std::vector<std::uint32_t> read_sample(const v1e_chunk& chunk);

/// Throws unless both classifications hold the same neurons.
void require_same_neurons(const ClassRows& a, const std::string& run_a, const ClassRows& b,
                          const std::string& run_b);

/// Throws unless the classification stored the response of the input current.
void require_responses(const ClassRows& rows, const std::string& run);

}  // namespace v1::analyses
