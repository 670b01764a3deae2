#pragma once
#include <string>

#include "engine/network/sonata/json.hpp"

namespace v1::network::sonata {

/// The parameters of glif_psc from a raw file of the Allen Cell Types database ("type": "GLIF"; SI
/// units and fitted coefficients). `model` names the mechanisms, e.g. "glif_lif_r_asc_psc"; with
/// "glif_psc" the methods of the file do. Starts at E_L and has the receptors of the V1 models
/// where the file says neither, as in the tools that simulate these files with NEST.
/// Throws Error(data) for missing values and for methods that no GLIF model has.
Json convert_allen_glif(const Json& json, const std::string& model, const std::string& where);

}  // namespace v1::network::sonata
