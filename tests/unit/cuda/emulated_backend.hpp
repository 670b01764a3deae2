#pragma once
#include <v1e/backend.h>
#include <v1e/ext/lgn_rates.h>

#include <vector>

namespace v1::test {

/// The backend cuda on an emulated device: one table for each way in which a device may go about
/// its work and of the ways of a step. An instance works as its table says, one at a time.
std::vector<const v1e_backend_api*> emulated_apis();
std::vector<const v1e_lgn_rates*> emulated_lgn_extensions();

}  // namespace v1::test
