#pragma once
#include <v1e/ext/lgn_rates.h>

#include <cstdint>
#include <vector>

#include "plugins/backends/cuda/lgn/lgn_view.hpp"

namespace v1::cuda {

/// The filters of a bank in the order in which the device works: arrays of LgnView.
struct LgnPlan {
  std::vector<LgnGroup> groups;
  std::vector<LgnQuad> quads;
  std::vector<double> weights;
  std::vector<LgnKernel> kernels;
  std::vector<double> kernel_weights;
  std::vector<std::uint32_t> unit_begin;
  std::uint64_t history_length = 0;  // of all subunits
  std::uint32_t most_frames_back = 1;
};

/// Throws v1e::Error(V1E_E_INVALID) for windows outside the frame or ranges that do not fit.
LgnPlan make_lgn_plan(const v1e_lgn_bank& bank);

}  // namespace v1::cuda
