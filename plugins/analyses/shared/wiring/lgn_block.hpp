#pragma once
#include <cstdint>
#include <v1e_sdk/dataset.hpp>

namespace v1::analyses {

/// Is input block number `block` of the network an LGN? Its units are driven by rates, or bring
/// filters, or the population is called "lgn" ("LGN", "lgn_left") and plays spike files. Any other
/// is an input of its own.
bool is_lgn(const v1e::Dataset& dataset, std::uint32_t block);

/// Number among the inputs with recorded spikes of the LGN, or -1.
int lgn_input(const v1e::Dataset& dataset);

}  // namespace v1::analyses
