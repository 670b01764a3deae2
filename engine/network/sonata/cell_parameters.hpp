#pragma once
#include <set>
#include <string>

#include "engine/network/network.hpp"
#include "engine/network/sonata/json.hpp"

namespace v1::network::sonata {

/// The model that a template means: "nest:glif_psc" -> "glif_psc". Throws Error(data) for models
/// that are not supported; `where` names the node type and its table.
std::string model_of_template(const std::string& model_template, const std::string& where);

/// Fills the dynamics of a node type from its model template ("nest:glif_psc") and the parameters
/// of its cell file with per-node overrides merged in. `where` names node type and file for
/// messages. Unset parameters of iaf_* models take NEST's defaults; glif models need theirs. An
/// unset V_m is the model's own resting default, as in NEST, not E_L.
/// Raw Allen Cell Types files ("type": "GLIF") are converted to these units first.
/// glif models come in the modes 1 to 5, as their three flags say.
/// Throws Error(data) for unsupported models and flags that mean no mode, missing parameters, and
/// values that make no sense. Warnings that are among `said` are not repeated.
void set_cell_parameters(NodeType& type, const std::string& model_template, const Json& parameters,
                         const std::string& where, std::set<std::string>* said = nullptr);

}  // namespace v1::network::sonata
