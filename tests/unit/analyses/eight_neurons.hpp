#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include "tests/unit/analyses/wired_network.hpp"
#include "tests/unit/analysis/synthetic_run.hpp"

namespace v1::analysis {

/// A worked example: 8 neurons (five of e23Cux2, one of i23Pvalb, e4Rorb and i1Htr3a), 3 LGN units
/// and a background; neuron 0 gets two synapses from neuron 4 through different receptors, neuron
/// 2 connects to itself, neuron 7 has no recurrent synapse. Neurons 0 and 1 are dVf, 2 is hVf, 3
/// is unclassified.
struct EightNeurons {
  std::shared_ptr<SyntheticRun> run;
  std::shared_ptr<WiredNetwork> wired;
};

network::Network eight_neurons_network();
/// with_input: three sources "noise" that are no LGN as block 3; spikes of blocks are the same.
EightNeurons eight_neurons(bool with_synapses = true, bool with_input = false);

/// Writes the results of a classification into `analyses`. `classes`: one word per neuron, ""
/// leaves the neuron out; `sample`: those of the heat maps, top row first.
void write_classes(const std::filesystem::path& analyses, const std::vector<std::string>& classes,
                   const std::vector<std::size_t>& sample = {});

inline const std::vector<std::string> classes_of_eight = {"dVf", "dVf", "hVf", "unclassified",
                                                          "",    "",    "",    ""};

}  // namespace v1::analysis
