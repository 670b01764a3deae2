#pragma once
#include <cstddef>
#include <string>
#include <v1e_sdk/dataset.hpp>
#include <vector>

namespace v1::analyses {

/// What reports call the sources of every synapse block: "LGN unit" ("LGN unit of NAME" where there
/// are several LGNs), "background", or "input NAME" of an input of its own; "" for the network's
/// neurons, which go by their types.
std::vector<std::string> source_names(const v1e::Dataset& dataset);

/// Index of `name`, which is appended where it is missing: several blocks may share one.
std::size_t place_of(const std::string& name, std::vector<std::string>& names);

}  // namespace v1::analyses
