#include "engine/lgn/thresholds.hpp"

#include <algorithm>
#include <cmath>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "kernels/count_table.hpp"
#include "kernels/portable_math.hpp"

namespace v1::lgn {

namespace {

constexpr double bmtk_mean_per_bin = 0.1;

// Sub-bins fire independently with probability mean / bins; one draw per step can tell whether
// any did, not how many.
double any_sub_bin_fires(double mean) {
  const double bins = mean <= bmtk_mean_per_bin ? 1.0 : std::ceil(mean / bmtk_mean_per_bin);
  if (bins == 1.0) return mean;
  return -kernels::portable_expm1(bins * kernels::portable_log1p(-mean / bins));
}

template <SpikeRule rule>
double probability(double rate_hz, double dt_ms) {
  const double mean = rate_hz * dt_ms / 1000.0;
  if (!(mean > 0.0)) return 0.0;
  double p = mean;
  if (rule == SpikeRule::exponential) p = -kernels::portable_expm1(-mean);
  if (rule == SpikeRule::bmtk) p = any_sub_bin_fires(mean);
  return std::min(p, 1.0);
}

// Calls body.operator()<rule>().
template <class Body>
auto with_rule(SpikeRule rule, const Body& body) {
  switch (rule) {
    case SpikeRule::exponential:
      return body.template operator()<SpikeRule::exponential>();
    case SpikeRule::bmtk:
      return body.template operator()<SpikeRule::bmtk>();
    default:
      return body.template operator()<SpikeRule::bernoulli>();
  }
}

}  // namespace

SpikeRule spike_rule(const std::string& word) {
  if (word == "bernoulli") return SpikeRule::bernoulli;
  if (word == "exponential") return SpikeRule::exponential;
  if (word == "bmtk") return SpikeRule::bmtk;
  throw error(ExitCode::config, "lgn.spikes: expected bernoulli, exponential or bmtk, found '{}'{}",
              word, did_you_mean(word, {"bernoulli", "exponential", "bmtk"}));
}

double spike_probability(double rate_hz, double dt_ms, SpikeRule rule) {
  return with_rule(rule, [&]<SpikeRule chosen>() { return probability<chosen>(rate_hz, dt_ms); });
}

void spike_thresholds(std::span<const float> hz, double dt_ms, SpikeRule rule, ThreadPool& pool,
                      std::uint32_t* out) {
  constexpr std::size_t per_task = 16384;
  with_rule(rule, [&]<SpikeRule chosen>() {
    pool.for_each((hz.size() + per_task - 1) / per_task, [&](std::size_t task) {
      const std::size_t end = std::min(hz.size(), (task + 1) * per_task);
      for (std::size_t i = task * per_task; i < end; ++i) {
        out[i] = kernels::rate_threshold(probability<chosen>(static_cast<double>(hz[i]), dt_ms));
      }
    });
  });
}

}  // namespace v1::lgn
