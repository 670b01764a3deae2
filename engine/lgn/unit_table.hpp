#pragma once
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "engine/network/lgn_mosaic.hpp"

namespace v1::lgn {

/// Reads a table of LGN units (lgn.mosaic = "csv"), separated by commas, tabs or blanks, with the
/// columns id, model_id, x, y, spatial_size, kpeaks_dom_0/1, weight_dom_0/1, delay_dom_0/1,
/// kpeaks_non_dom_0/1, weight_non_dom_0/1, delay_non_dom_0/1, tuning_angle, sf_sep (empty or NaN
/// where they do not apply); spont_fr [Hz] is optional. Rows keep their order. The field is
/// 120 x 80 degrees when all units lie in it, else 240 x 120.
/// Throws Error(data) naming file, row and column.
network::LgnMosaic read_unit_table(const std::filesystem::path& path);

/// The same for the units of a network: one row per id, in any order; the mosaic follows `ids`.
network::LgnMosaic read_unit_table(const std::filesystem::path& path,
                                   std::span<const std::uint32_t> ids);

/// Sets the field of a mosaic: 120 x 80 degrees when all units lie in it, else 240 x 120. Throws
/// Error(data) for a unit outside both; where(i) says where unit i stands.
void choose_field(network::LgnMosaic& mosaic, const std::function<std::string(std::size_t)>& where);

}  // namespace v1::lgn
