#include "engine/network/generator/reach_table.hpp"

#include <algorithm>

#include "kernels/portable_math.hpp"

namespace v1::network::generator {

double axis_gap_um(int sub, int offset) {
  const double sub_um = TargetGrid::square_um / TargetGrid::subdivisions;
  const double source_low = sub * sub_um, source_high = source_low + sub_um;
  const double target_low = offset * TargetGrid::square_um;
  const double target_high = target_low + TargetGrid::square_um;
  return std::max({0.0, target_low - source_high, source_low - target_high});
}

namespace {

std::vector<ReachTable::Visit> list_visits(const ConnectionRule& rule, double reach_um, int sub_x,
                                           int sub_z, const TargetGrid& grid) {
  std::vector<ReachTable::Visit> visits;
  const double factor = std::max(rule.factor_at_0, rule.factor_at_90);
  const int far = grid.margin();
  for (int dz = -far; dz <= far; ++dz) {
    for (int dx = -far; dx <= far; ++dx) {
      const double gap_x = axis_gap_um(sub_x, dx), gap_z = axis_gap_um(sub_z, dz);
      const double gap2 = gap_x * gap_x + gap_z * gap_z;
      if (gap2 >= reach_um * reach_um) continue;
      const double bound = std::min(
          1.0, rule.peak * factor * kernels::portable_exp(-gap2 / (rule.sigma_um * rule.sigma_um)));
      const double rate =
          bound < 1.0 ? -kernels::portable_log1p(-bound) : ReachTable::rate_of_certainty;
      visits.push_back({dz * grid.side() + dx, bound, rate});
    }
  }
  return visits;
}

}  // namespace

ReachTable::ReachTable(const Model& model, const TargetGrid& grid, ThreadPool& pool)
    : classes_(model.class_names.size()), lists_(classes_ * classes_ * parts_) {
  pool.for_each(classes_ * classes_, [&](std::size_t pair) {
    const ConnectionRule& rule = model.connections[pair];
    if (!(rule.peak > 0.0)) return;
    for (int sub = 0; sub < static_cast<int>(parts_); ++sub) {
      lists_[pair * parts_ + static_cast<std::size_t>(sub)] =
          list_visits(rule, model.reach_sigmas * rule.sigma_um, sub % TargetGrid::subdivisions,
                      sub / TargetGrid::subdivisions, grid);
    }
  });
}

}  // namespace v1::network::generator
