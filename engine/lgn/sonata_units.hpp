#pragma once
#include <filesystem>
#include <string>

#include "engine/network/lgn_mosaic.hpp"

namespace v1::lgn {

/// Reads the LGN units of a SONATA circuit (lgn.mosaic = "sonata") from the nodes of `population`,
/// in ascending order of node_id. A unit's class is pop_name, else what follows "lgnmodel:" in
/// model_template, of the node or its type; a class without "_TF" means TF8. Its attributes may
/// lie in any group of the nodes file: x, y, spatial_size (else sigma), the kernel columns of
/// read_unit_table with "weight" or "weights" and "delay" or "delays", tuning_angle, sf_sep,
/// spont_fr. Kernels that are no columns come from the keys opt_kpeaks, opt_wts, opt_delays of the
/// JSON file that the type names as dynamics_params (non-dominant: non_dom_params) in
/// components.filter_models_dir.
/// Throws Error(data) naming file, population, node and what it lacks.
network::LgnMosaic read_sonata_units(const std::filesystem::path& circuit_config,
                                     const std::string& population);

}  // namespace v1::lgn
