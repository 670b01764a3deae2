#pragma once
#include <cstdint>
#include <string>
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <vector>

/// The table `neurons` of a classification, as other analyses find it.
namespace v1::analyses {

/// A request for the neurons of the classification named `analysis` of a run.
v1e_request classes_request(std::uint32_t dataset, const std::string& variable);

/// Rows of the table, in its order.
struct ClassifiedNeurons {
  std::vector<std::string> word;        // of the class
  std::vector<std::uint32_t> position;  // in the network
};

/// Throws when the table has no classes or belongs to another network. run: its name for
/// messages, or "" where there is only one.
ClassifiedNeurons classified_neurons(const v1e_chunk& chunk, const v1e_network& network,
                                     const std::string& run);

}  // namespace v1::analyses
