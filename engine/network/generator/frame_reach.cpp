#include "engine/network/generator/frame_reach.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/network/generator/reach_table.hpp"
#include "kernels/portable_math.hpp"

namespace v1::network::generator {
namespace {

std::vector<FrameReach::Visit> list_visits(const Model& model, const FrameKernel& kernel,
                                           double sigma_um, int sub_x, int sub_z,
                                           const TargetGrid& grid) {
  std::vector<FrameReach::Visit> visits;
  const double widest_um = sigma_um * std::max(kernel.elongation, 1.0 / kernel.elongation);
  const double shift_um = std::fabs(kernel.shift_um);
  const int far = grid.margin();
  for (int dz = -far; dz <= far; ++dz) {
    for (int dx = -far; dx <= far; ++dx) {
      const double gap_x = axis_gap_um(sub_x, dx), gap_z = axis_gap_um(sub_z, dz);
      const double gap =
          std::max(0.0, kernels::portable_sqrt(gap_x * gap_x + gap_z * gap_z) - shift_um);
      const double scaled = gap / widest_um;
      if (scaled >= model.reach_sigmas) continue;
      // Rounded up, so that the bound stays one.
      const double bound = kernels::portable_exp(-0.5 * scaled * scaled) * (1.0 + 1e-6);
      visits.push_back({dz * grid.side() + dx, static_cast<float>(bound)});
    }
  }
  return visits;
}

}  // namespace

FrameReach::FrameReach(const Model& model, const TargetGrid& grid)
    : classes_(model.class_names.size()), kernel_of_pair_(classes_ * classes_, -1) {
  std::vector<std::size_t> kind_of_class(classes_, 0);
  for (const Population& population : model.populations) {
    kind_of_class[population.class_index] = kind_of(population);
  }
  std::vector<std::pair<std::size_t, double>> kernels;
  for (std::size_t pair = 0; pair < kernel_of_pair_.size(); ++pair) {
    const ConnectionRule& rule = model.connections[pair];
    if (!(rule.peak > 0.0)) continue;
    const std::pair<std::size_t, double> kernel{kind_of_class[pair / classes_], rule.sigma_um};
    auto found = std::find(kernels.begin(), kernels.end(), kernel);
    if (found == kernels.end()) {
      found = kernels.insert(kernels.end(), kernel);
      for (int sub = 0; sub < static_cast<int>(parts_); ++sub) {
        lists_.push_back(list_visits(model, model.frame_kernel[kernel.first], kernel.second,
                                     sub % TargetGrid::subdivisions, sub / TargetGrid::subdivisions,
                                     grid));
      }
    }
    kernel_of_pair_[pair] = static_cast<std::int32_t>(found - kernels.begin());
  }
}

}  // namespace v1::network::generator
