#pragma once
#include <string>

#include "engine/network/network.hpp"
#include "engine/network/sonata/json.hpp"

namespace v1::network::sonata {

/// "nest:glif_psc" and so on.
std::string model_template_of(const NodeType& type);

/// The parameters of a type under the names of its NEST model: the content of its cell file.
/// set_cell_parameters reads the same type from them.
Json cell_parameters_of(const NodeType& type);

}  // namespace v1::network::sonata
