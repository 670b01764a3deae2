#include "engine/analysis/rheobase.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

namespace v1::analysis {
namespace {

bool spikes(double current_pa, double c_m_pf, double g_ns, double gap_mv) {
  double v = 0.0;
  for (int step = 0; step < 1000; ++step) {
    v += (current_pa - g_ns * v) / c_m_pf;
    if (v > gap_mv) return true;
  }
  return false;
}

double candidate(std::int64_t k) { return 10.0 + 0.01 * static_cast<double>(k); }

}  // namespace

double rheobase_pa(double c_m_pf, double g_ns, double e_l_mv, double v_th_mv) {
  constexpr std::int64_t most = 10'000'000;
  const double gap_mv = v_th_mv - e_l_mv;
  if (!(c_m_pf > 0.0) || !std::isfinite(gap_mv) || !spikes(candidate(most), c_m_pf, g_ns, gap_mv)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  std::int64_t below = -1, enough = most;  // the depolarisation grows with the current
  while (enough - below > 1) {
    const std::int64_t middle = below + (enough - below) / 2;
    (spikes(candidate(middle), c_m_pf, g_ns, gap_mv) ? enough : below) = middle;
  }
  return candidate(enough);
}

}  // namespace v1::analysis
