#pragma once
#include <v1e/network.h>

#include <cmath>
#include <vector>

/// Cells of the worked vectors, and their propagators computed the plain way with libm.
namespace v1::test {

struct Cell {
  double c_m_pf, g_ns, e_l_mv, v_th_mv, v_reset_mv, t_ref_ms;
  double k_per_ms[2];
  double asc_pa[2];
  std::vector<double> tau_syn_ms;
  std::vector<double> tau_slow_ms = {};  // double alpha
  double amp_slow = 0.0;
};

inline Cell cell_p() {
  return {81.21058405283176,   9.195230009748064,
          -70.45950889587401,  -44.23152364988978,
          -70.45950889587401,  1.5,
          {0.003, 0.3},        {-4.08182729, -291.97668209},
          {5.5, 8.5, 2.8, 5.8}};
}

inline Cell cell_exc() {
  return {58.60769058316611,   5.875377136608159,  -69.4755859375, -46.40370561385434,
          -69.4755859375,      2.6000000000000005, {0.1, 0.3},     {-36.93387266, -65.30848816},
          {5.5, 8.5, 2.8, 5.8}};
}

/// Owner of a v1e_neuron_type. Inputs count in units of 1/1000 pA, so that weights with three
/// decimals are whole numbers.
class NeuronType {
 public:
  static constexpr double units_per_pa = 1000.0;

  NeuronType(const Cell& cell, double h, bool exact) {
    view_.struct_size = sizeof view_;
    view_.model = V1E_MODEL_GLIF_PSC;
    const double tau_m = cell.c_m_pf / cell.g_ns;
    view_.refractory_steps =
        static_cast<int>(std::ceil(std::floor(1000.0 * cell.t_ref_ms + 0.5) / (1000.0 * h)));
    view_.refractory_ms = cell.t_ref_ms;
    view_.e_l_mv = cell.e_l_mv;
    view_.threshold_mv = cell.v_th_mv - cell.e_l_mv;
    view_.reset_mv = view_.initial_mv = cell.v_reset_mv - cell.e_l_mv;
    view_.membrane_decay_m1 = std::expm1(-h / tau_m);
    view_.current_gain = -view_.membrane_decay_m1 / cell.g_ns;
    for (int j = 0; j < 2; ++j) {
      const double k = cell.k_per_ms[j];
      view_.asc_decay_m1[j] = std::expm1(-k * h);
      view_.asc_mean[j] = -std::expm1(-k * h) / (k * h);
      view_.asc_amplitude_pa[j] = cell.asc_pa[j];
      view_.asc_carry[j] = exact ? std::exp(-k * cell.t_ref_ms) : 1.0;
    }
    for (std::size_t r = 0; r < cell.tau_syn_ms.size(); ++r) {
      add_current(static_cast<std::uint32_t>(r), cell.tau_syn_ms[r], 1.0, h, tau_m, cell.c_m_pf);
    }
    for (std::size_t r = 0; r < cell.tau_slow_ms.size(); ++r) {
      add_current(static_cast<std::uint32_t>(r), cell.tau_slow_ms[r], cell.amp_slow, h, tau_m,
                  cell.c_m_pf);
    }
  }
  NeuronType(const NeuronType&) = delete;

  /// Pointers are set here, once all currents are known.
  const v1e_neuron_type& view() {
    view_.psc_count = static_cast<std::uint32_t>(receptor_.size());
    view_.psc_receptor = receptor_.data();
    view_.psc_decay_m1 = decay_m1_.data();
    view_.psc_step = step_.data();
    view_.psc_increment = increment_.data();
    view_.gain_y1 = gain_y1_.data();
    view_.gain_y2 = gain_y2_.data();
    return view_;
  }
  v1e_neuron_type& edit() { return view_; }

 private:
  void add_current(std::uint32_t receptor, double tau, double amplitude, double h, double tau_m,
                   double c_m) {
    const double decay = std::exp(-h / tau);
    const double beta = tau * tau_m / (tau_m - tau);
    const double growth = std::expm1(h * (tau_m - tau) / (tau * tau_m));
    receptor_.push_back(receptor);
    decay_m1_.push_back(std::expm1(-h / tau));
    step_.push_back(h * decay);
    increment_.push_back(amplitude * std::exp(1.0) / tau / units_per_pa);
    gain_y1_.push_back(beta / c_m * decay * (beta * growth - h));
    gain_y2_.push_back(beta / c_m * decay * growth);
  }

  v1e_neuron_type view_{};
  std::vector<std::uint32_t> receptor_;
  std::vector<double> decay_m1_, step_, increment_, gain_y1_, gain_y2_;
};

/// An event of `weight_pa` into a receptor in one step.
struct Event {
  int step;
  std::uint32_t receptor;
  double weight_pa;
};

inline std::vector<Event> events_a() {
  return {{10, 0, 100}, {60, 1, 100}, {110, 2, 100}, {160, 3, 100}};
}

inline std::vector<Event> events_b() {
  return {{5, 0, 800},    {40, 2, 1500},  {41, 2, 1500},  {80, 0, 2500},  {120, 3, 900},
          {121, 1, -400}, {150, 0, 1200}, {152, 2, 1200}, {154, 1, 1200}, {156, 3, 1200}};
}

/// Events of a test at h = 0.25 ms: in the last quarter step of their millisecond.
inline std::vector<Event> in_quarter_steps(std::vector<Event> events) {
  for (Event& event : events) event.step = 4 * event.step + 3;
  return events;
}

}  // namespace v1::test
