#pragma once
#include <v1e/backend.h>
#include <v1e/ext/lanes.h>
#include <v1e/ext/lgn_rates.h>
#include <v1e/plugin.h>

namespace v1::cuda {

/// The function table of the backend, and its descriptor with the parameter lanes.
const v1e_backend_api& api();
const v1e_plugin& plugin();
/// As many lanes as the parameter says, or as half of the device's second-level cache holds.
const v1e_lanes& lanes_extension();
/// Rates of LGN units on the device.
const v1e_lgn_rates& lgn_extension();

}  // namespace v1::cuda
