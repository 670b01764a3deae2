#include "engine/simulate/propagators.hpp"

#include <cfenv>
#include <cmath>
#include <limits>

#include "engine/base/error.hpp"
#include "kernels/portable_math.hpp"

namespace v1::simulate {
namespace {

using config::Scheme;
using kernels::portable_exp;
using kernels::portable_expm1;
using network::NeuronModel;
using network::NodeType;

constexpr double euler = 2.71828182845904523536;

// The response of the potential to (y1, y2) of an alpha current over one step, exact for a
// leaky membrane. Close to tau_syn = tau_m the closed form loses its digits and the limit is used.
struct AlphaGains {
  double y1, y2;
};

AlphaGains alpha_gains(double h, double tau_syn, double tau_m, double c_m) {
  const double decay_m = portable_exp(-h / tau_m);
  const double limit_y2 = h / c_m * decay_m;
  const double limit_y1 = h * h / (2.0 * c_m) * decay_m;
  if (tau_m == tau_syn) return {limit_y1, limit_y2};
  const double beta = tau_syn * tau_m / (tau_m - tau_syn);
  const double gamma = beta / c_m;
  const double decay_syn = portable_exp(-h / tau_syn);
  const double growth = portable_expm1(h * (tau_m - tau_syn) / (tau_syn * tau_m));
  AlphaGains gains{limit_y1, gamma * decay_syn * growth};
  if (!std::isnormal(gains.y2) || gains.y2 <= 0.0) gains.y2 = limit_y2;
  if (h > 1e-7 * tau_m * tau_m / std::fabs(tau_m - tau_syn)) {
    gains.y1 = gamma * decay_syn * (beta * growth - h);
  }
  return gains;
}

// Exact solution over one step of the part of the threshold that follows the potential,
// W' = a U - b W, with U relaxing to current / g: names as in NEST's glif_psc. The difference of
// the two decays over their rates has the limit h exp(-b h) where the rates are equal.
void set_voltage_part(v1e_neuron_type& view, const NodeType& type, double h) {
  const double a = type.moving_threshold->voltage_index_per_ms;
  const double b = type.moving_threshold->voltage_decay_per_ms;
  const double rate_difference = b - type.g_ns / type.c_m_pf;
  const double decay = portable_exp(-b * h);
  const double ratio = std::fabs(rate_difference * h) > 1e-12
                           ? portable_expm1(rate_difference * h) / rate_difference
                           : h;
  view.theta_voltage_decay_m1 = portable_expm1(-b * h);
  view.theta_voltage_gain_u = a * decay * ratio;
  view.theta_voltage_gain_current =
      (-a / b * view.theta_voltage_decay_m1 - view.theta_voltage_gain_u) / type.g_ns;
}

void set_moving_threshold(v1e_neuron_type& view, const NodeType& type, double h) {
  const network::MovingThreshold& moving = *type.moving_threshold;
  view.flags |= V1E_TYPE_MOVING_THRESHOLD;
  view.theta_spike_decay_m1 = portable_expm1(-moving.spike_decay_per_ms * h);
  view.theta_spike_carry = portable_exp(-moving.spike_decay_per_ms * type.t_ref_ms);
  view.theta_spike_jump_mv = moving.spike_jump_mv;
  view.reset_fraction = moving.reset_fraction;
  view.reset_add_mv = moving.reset_add_mv;
  if (moving.follows_voltage) set_voltage_part(view, type, h);
}

constexpr double longest_delay_steps = 65535.0;

double round_half_even(double value) { return std::nearbyint(value); }

}  // namespace

std::int32_t refractory_steps(double t_ref_ms, double dt_ms) {
  const double ticks = std::floor(1000.0 * t_ref_ms + 0.5);
  const double ticks_per_step = std::floor(1000.0 * dt_ms + 0.5);
  const double steps = std::ceil(ticks / ticks_per_step);
  constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
  if (!(steps <= most)) {
    throw error(
        ExitCode::config,
        "a refractory period (t_ref) of {} ms is {} steps of {} ms; the longest is {} steps",
        t_ref_ms, steps, dt_ms, most);
  }
  return static_cast<std::int32_t>(steps);
}

double longest_kept_delay(double longest_delay_ms) {
  return std::max(1.0, round_half_even(std::min(longest_delay_ms, 5.0)));
}

std::uint32_t delay_steps(double delay_ms, double dt_ms, Scheme scheme, bool from_neurons,
                          double max_delay_ms) {
  if (scheme == Scheme::billeh_tf) {
    if (!from_neurons) return 0;
    const double clipped = std::min(std::max(delay_ms, dt_ms), max_delay_ms);
    return static_cast<std::uint32_t>(round_half_even(clipped / dt_ms));
  }
  const double steps = std::floor(delay_ms / dt_ms + 0.5);
  if (!(delay_ms > 0.0)) {
    throw error(ExitCode::config,
                "a synaptic delay of {} ms; delays must be at least one step ({} ms), correct them "
                "in the network",
                delay_ms, dt_ms);
  }
  if (steps < 1.0) {
    throw error(
        ExitCode::config,
        "a synaptic delay of {} ms is shorter than one step of {} ms; use simulation.dt <= {}",
        delay_ms, dt_ms, delay_ms);
  }
  if (steps > longest_delay_steps) {
    throw error(ExitCode::config,
                "a synaptic delay of {} ms is {} steps of {} ms; the longest is {} steps, use a "
                "larger simulation.dt",
                delay_ms, steps, dt_ms, longest_delay_steps);
  }
  return static_cast<std::uint32_t>(steps);
}

Propagators::Propagators(const NodeType& type, double dt_ms, Scheme scheme) {
  const bool exact = scheme == Scheme::exact;
  if (!exact && (type.model != NeuronModel::glif_psc || type.moving_threshold)) {
    throw error(ExitCode::config,
                "simulation.scheme = \"billeh-tf\" serves glif_psc neurons with a fixed threshold "
                "only, but node type {} ({}) {}; use scheme = \"exact\"",
                type.id, type.population,
                type.moving_threshold ? "has a moving one" : "is of another model");
  }
  const double tau_m = type.c_m_pf / type.g_ns;
  view_.struct_size = sizeof view_;
  view_.model = static_cast<std::uint32_t>(type.model);
  const bool iaf =
      type.model == NeuronModel::iaf_psc_alpha || type.model == NeuronModel::iaf_psc_delta;
  if (iaf) view_.flags |= V1E_TYPE_SPIKES_AT_THRESHOLD;
  view_.refractory_steps = refractory_steps(type.t_ref_ms, dt_ms);
  view_.refractory_ms = type.t_ref_ms;
  view_.e_l_mv = type.e_l_mv;
  view_.threshold_mv = type.v_th_mv - type.e_l_mv;
  view_.reset_mv = type.v_reset_mv - type.e_l_mv;
  view_.initial_mv = (exact ? type.v_init_mv : type.v_reset_mv) - type.e_l_mv;
  view_.membrane_decay_m1 = portable_expm1(-dt_ms / tau_m);
  view_.current_gain = -view_.membrane_decay_m1 / type.g_ns;
  view_.constant_current_pa = type.constant_current_pa;
  view_.delta_gain = type.model == NeuronModel::iaf_psc_delta ? 1.0 : 0.0;
  for (int j = 0; j < 2; ++j) {
    const double k = type.asc_decay_per_ms[j];
    view_.asc_decay_m1[j] = portable_expm1(-k * dt_ms);
    view_.asc_mean[j] = k > 0.0 ? -view_.asc_decay_m1[j] / (k * dt_ms) : 1.0;
    view_.asc_amplitude_pa[j] = type.asc_amplitude_pa[j];
    view_.asc_carry[j] = exact ? type.asc_carry[j] * portable_exp(-k * type.t_ref_ms) : 1.0;
  }
  if (type.moving_threshold) set_moving_threshold(view_, type, dt_ms);
  if (type.model != NeuronModel::iaf_psc_delta) {
    for (std::uint32_t r = 0; r < type.tau_syn_ms.size(); ++r) {
      add_alpha_current(type, dt_ms, scheme, r, type.tau_syn_ms[r], 1.0);
    }
    for (std::uint32_t r = 0; r < type.tau_syn_slow_ms.size(); ++r) {
      add_alpha_current(type, dt_ms, scheme, r, type.tau_syn_slow_ms[r], type.amp_slow[r]);
    }
  }
  finish_views();
}

void Propagators::add_alpha_current(const NodeType& type, double dt_ms, Scheme scheme,
                                    std::uint32_t receptor, double tau_syn_ms, double amplitude) {
  psc_receptor_.push_back(receptor);
  psc_decay_m1_.push_back(portable_expm1(-dt_ms / tau_syn_ms));
  psc_step_.push_back(dt_ms * portable_exp(-dt_ms / tau_syn_ms));
  psc_increment_.push_back(amplitude * euler / tau_syn_ms);
  if (scheme == Scheme::billeh_tf) {
    gain_y1_.push_back(0.0);
    gain_y2_.push_back(view_.current_gain);
    return;
  }
  const AlphaGains gains = alpha_gains(dt_ms, tau_syn_ms, type.c_m_pf / type.g_ns, type.c_m_pf);
  gain_y1_.push_back(gains.y1);
  gain_y2_.push_back(gains.y2);
}

void Propagators::finish_views() {
  view_.psc_count = static_cast<std::uint32_t>(psc_receptor_.size());
  view_.psc_receptor = psc_receptor_.data();
  view_.psc_decay_m1 = psc_decay_m1_.data();
  view_.psc_step = psc_step_.data();
  view_.psc_increment = psc_increment_.data();
  view_.gain_y1 = gain_y1_.data();
  view_.gain_y2 = gain_y2_.data();
}

}  // namespace v1::simulate
