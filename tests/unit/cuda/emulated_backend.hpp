#pragma once
#include <v1e/backend.h>
#include <v1e/ext/lgn_rates.h>

#include <vector>

#include "plugins/backends/cuda/step_way.hpp"

namespace v1::test {

/// The backend cuda on an emulated device: one table for each way in which a device may go about
/// its work and of the ways of a step. An instance works as its table says, one at a time.
std::vector<const v1e_backend_api*> emulated_apis();
/// As the backend takes them.
std::vector<v1e_value> way_settings(cuda::Way way);

std::vector<const v1e_lgn_rates*> emulated_lgn_extensions();

}  // namespace v1::test
