#pragma once
#include <cstdint>

#include "engine/network/generator/model.hpp"
#include "engine/network/lgn_mosaic.hpp"

namespace v1::network::generator {

/// The LGN units of a model. Ids run over classes in table order, within a class over tiles (x
/// outer, y inner), within a tile over units at uniform positions. Sizes are triangular or fixed;
/// every temporal parameter and subfield separation carries its own uniform jitter. Composite
/// units get a uniform axis; their spontaneous rate is that of both subunits together.
LgnMosaic make_lgn_units(const LgnRules& rules, std::uint64_t seed);

}  // namespace v1::network::generator
