#pragma once
#include <v1e_sdk/dataset.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace v1::analyses {

/// What the overview knows of a neuron.
struct NeuronLabels {
  std::string population, layer, ei, subclass;
  std::uint32_t population_index = 0;
  std::int64_t type_id = 0;
};
std::vector<NeuronLabels> neuron_labels(const v1e::Dataset& dataset,
                                        const std::vector<std::uint32_t>& neurons);

/// True where layer and excitatory or inhibitory are known of all neurons.
bool have_layers(const std::vector<NeuronLabels>& labels);

/// A division of the neurons. group_of: index into names, or -1.
struct Grouping {
  std::vector<std::string> names;
  std::vector<int> group_of;
  std::vector<std::int64_t> sizes;
};
/// i1, i23, e23, i4, ... where layers are known, else populations.
Grouping layer_groups(const std::vector<NeuronLabels>& labels);
/// i23Pvalb, i23Sst, ...: inhibitory neurons by layer and subclass; empty without layers.
Grouping interneuron_groups(const std::vector<NeuronLabels>& labels);
Grouping population_groups(const std::vector<NeuronLabels>& labels);

/// A row of the raster's side: neurons at heights low ... high.
struct Band {
  std::string label;
  double low = 0.0, high = 0.0;
};

/// Laminar order: layer 1 on top, inside a layer Htr3a, Sst, Pvalb, excitatory; without layers by
/// population. The height of position p of n is n - p.
struct RasterOrder {
  std::vector<std::uint32_t> order;  // indices into the labels, top first
  std::vector<double> height;        // by label index
  std::vector<Band> layers;          // or populations
  std::vector<Band> types;           // runs of one population
};
RasterOrder raster_order(const std::vector<NeuronLabels>& labels);

/// Name for colours and legends: "Excitatory", "Pvalb", ..., or the population.
std::string type_name(const NeuronLabels& label);

}  // namespace v1::analyses
