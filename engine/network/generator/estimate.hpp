#pragma once
#include <vector>

#include "engine/network/generator/generate.hpp"
#include "engine/network/generator/model.hpp"

namespace v1::network {

/// What a network will be, from its rules alone.
struct NetworkEstimate {
  double recurrent = 0.0, lgn = 0.0, background = 0.0;  // connections drawn
  double peak_bytes = 0.0;  // while it is built, if no connection is dropped
};

/// Throws as generate() does for models, selections and sizes that do not exist.
NetworkEstimate estimate_network(const GenerateOptions& options);

namespace generator {

/// Expected number of recurrent connections [source population][target population] among so many
/// cells of each population, spread evenly over a disc of radius_um.
/// Exact for Kernel::gaussian but for the clipping of probabilities; for Kernel::target_frame the
/// shift of the kernel at the rim is left out.
std::vector<double> expected_connections(const Model& model, const std::vector<double>& cells,
                                         double radius_um);

/// Cells of each population in the full column, or in its core, times `share`.
std::vector<double> cells_of(const Model& model, bool core, double share = 1.0);

/// Expected number of LGN inputs of a cell of each population, the field's edge left out.
std::vector<double> expected_lgn_inputs(const Model& model);

}  // namespace generator

}  // namespace v1::network
