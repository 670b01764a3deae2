#pragma once
#include "engine/base/parallel.hpp"
#include "engine/network/generator/recurrent.hpp"
#include "engine/network/lgn_mosaic.hpp"

namespace v1::network::generator {

/// Connections from LGN units; one row per unit of the mosaic, also where nothing is connected, so
/// that row = unit.
EdgeBlock connect_lgn(const EdgeInputs& inputs, const LgnMosaic& mosaic, ThreadPool& pool,
                      EdgeCounts& counts);

/// One background unit with a connection to every member; none is dropped.
EdgeBlock connect_background(const EdgeInputs& inputs, EdgeCounts& counts);

}  // namespace v1::network::generator
