#include "kernels/moving_threshold.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "engine/base/error.hpp"
#include "engine/simulate/propagators.hpp"

/// One neuron against NEST 3.10.0 (glif_psc, h = 0.25 ms): alpha currents of 260 pA every 2 ms from
/// 1 ms on (delay 1 ms, tau 5.5 ms), of -300 pA at 30, 60 and 90 ms (delay 0.5 ms, tau 2.8 ms), and
/// 40 pA that act from 20.5 to 100.25 ms.
namespace v1::simulate {
namespace {

using network::MovingThreshold;
using network::NodeType;

constexpr double h_ms = 0.25;

struct Sample {
  double time_ms, v_mv, threshold_mv;
};

struct Trace {
  std::vector<double> spikes_ms;
  std::vector<Sample> samples;  // one per step
  const Sample& at(double time_ms) const {
    return samples.at(static_cast<std::size_t>(time_ms / h_ms) - 1);
  }
};

NodeType glif(bool after_spike_currents, bool follows_voltage) {
  NodeType type;
  type.c_m_pf = 60.0;
  type.g_ns = 5.0;
  type.e_l_mv = type.v_init_mv = -72.0;
  type.v_th_mv = -45.0;
  type.v_reset_mv = -71.0;
  type.t_ref_ms = 2.5;
  type.tau_syn_ms = {5.5, 2.8};
  if (after_spike_currents) {
    type.asc_decay_per_ms = {0.1, 0.3};
    type.asc_amplitude_pa = {-30.0, -60.0};
    type.asc_carry = {0.8, 1.0};
  }
  MovingThreshold moving;
  moving.spike_jump_mv = 6.0;
  moving.spike_decay_per_ms = 0.02;
  moving.reset_fraction = 0.3;
  moving.reset_add_mv = 4.0;
  moving.follows_voltage = follows_voltage;
  if (follows_voltage) {
    moving.voltage_index_per_ms = 0.01;
    moving.voltage_decay_per_ms = 0.05;
  }
  type.moving_threshold = moving;
  return type;
}

// Weights that arrive on a receptor in the step that ends at time_ms.
double input_pa(std::uint32_t receptor, double time_ms) {
  if (receptor == 1) {
    return time_ms == 30.5 || time_ms == 60.5 || time_ms == 90.5 ? -300.0 : 0.0;
  }
  const double since_first = time_ms - 2.0;
  const bool arrives = since_first >= 0.0 && since_first < 120.0 &&
                       since_first / 2.0 == static_cast<int>(since_first / 2.0);
  return arrives ? 260.0 : 0.0;
}

template <class Real>
Trace simulate(const NodeType& type, double duration_ms) {
  const Propagators propagators(type, h_ms, config::Scheme::exact);
  const v1e_neuron_type& view = propagators.view();
  const std::int32_t exponent[2] = {0, 0};
  const auto constants = kernels::gather_constants<Real>(view, exponent, h_ms, false);
  const auto moving = kernels::gather_threshold<Real>(view);
  Real u = constants.initial_mv, asc0 = 0, asc1 = 0, spike_part = 0, voltage_part = 0;
  Real y1[2] = {0, 0}, y2[2] = {0, 0};
  std::int32_t refractory = 0;
  Trace trace;
  for (int k = 0; (k + 1) * h_ms <= duration_ms; ++k) {
    const double time_ms = (k + 1) * h_ms;
    Real drive = 0;
    for (int p = 0; p < 2; ++p) {
      drive = kernels::exact_drive(drive, constants.gain_y1[p], constants.gain_y2[p], y1[p], y2[p]);
    }
    const Real external = time_ms >= 20.5 && time_ms <= 100.25 ? Real(40) : Real(0);
    const std::int32_t spike = kernels::exact_step_moving_threshold<Real>(
        constants, moving, drive, external, u, asc0, asc1, spike_part, voltage_part, refractory);
    for (int p = 0; p < 2; ++p) {
      kernels::psc_step<Real>(
          constants.psc_decay_m1[p], constants.psc_step[p], constants.psc_increment[p],
          static_cast<Real>(input_pa(static_cast<std::uint32_t>(p), time_ms)), y1[p], y2[p]);
    }
    if (spike) trace.spikes_ms.push_back(time_ms);
    const double threshold = static_cast<double>(spike_part + voltage_part) + type.v_th_mv;
    trace.samples.push_back({time_ms, static_cast<double>(u) + type.e_l_mv, threshold});
  }
  return trace;
}

void expect_samples(const Trace& trace, const std::vector<Sample>& expected) {
  for (const Sample& sample : expected) {
    EXPECT_NEAR(trace.at(sample.time_ms).v_mv, sample.v_mv, 1e-9) << sample.time_ms << " ms";
    EXPECT_NEAR(trace.at(sample.time_ms).threshold_mv, sample.threshold_mv, 1e-9)
        << sample.time_ms << " ms";
  }
}

const std::vector<double> glif2_ms = {
    8.0,  12.0,  15.75, 19.5,  23.25, 27.0,  31.0,  35.25, 39.5, 43.75,  48.0,  52.25,  56.5,
    61.0, 65.75, 70.25, 74.75, 79.25, 83.75, 88.25, 93.25, 98.0, 102.75, 107.5, 112.25, 117.0};
const std::vector<double> glif4_ms = {
    8.0,   12.0, 16.0,  19.75, 23.75, 27.75, 31.75, 36.0,  40.25,  44.5,  48.75,  53.25, 57.75,
    62.25, 67.0, 71.75, 76.25, 81.0,  85.5,  90.25, 95.25, 100.25, 105.0, 109.75, 114.5, 119.25};
const std::vector<double> glif5_ms = {
    8.0,  12.0, 16.0,  20.0, 24.0,  28.0,  32.25, 36.75, 41.0,   45.5,   50.0,   54.5,  59.0,
    64.0, 69.0, 73.75, 78.5, 83.25, 88.25, 93.5,  98.75, 103.75, 108.75, 113.75, 118.75};

TEST(MovingThreshold, OfGlif2FollowsNest) {
  const Trace trace = simulate<double>(glif(false, false), 120.0);
  EXPECT_EQ(trace.spikes_ms, glif2_ms);
  expect_samples(trace, {{5.0, -64.89816285821416, -45.0},
                         {25.0, -55.030204987800374, -19.055453664572312},
                         {40.0, -49.49809026262935, -5.008488290403832},
                         {75.0, -45.38703920049414, 10.545421134056511},
                         {110.0, -43.043165086124, 16.006881094089294},
                         {119.75, -35.29256890842696, 16.597675527490992}});
}

TEST(MovingThreshold, OfGlif4FollowsNest) {
  const Trace trace = simulate<double>(glif(true, false), 120.0);
  EXPECT_EQ(trace.spikes_ms, glif4_ms);
  expect_samples(trace, {{5.0, -64.89816285821416, -45.0},
                         {25.0, -53.837635306233736, -19.200652513391745},
                         {40.0, -13.454858776350854, -9.295656838710059},
                         {75.0, -24.505424358352336, 7.760245759833495},
                         {110.0, -44.1310217197352, 15.157677258528935},
                         {119.75, -44.049386501593865, 16.20417829256678}});
}

TEST(MovingThreshold, OfGlif5FollowsNest) {
  const Trace trace = simulate<double>(glif(true, true), 120.0);
  EXPECT_EQ(trace.spikes_ms, glif5_ms);
  expect_samples(trace, {{5.0, -64.89816285821416, -44.93910764222149},
                         {25.0, -53.33765912391059, -17.482091238886525},
                         {40.0, -30.010291231706063, -5.834491364900543},
                         {75.0, -44.02919653837891, 14.731274701208463},
                         {110.0, -41.841199263169194, 22.527349046689153},
                         {119.75, -41.63355205464508, 23.957767260289216}});
}

TEST(MovingThreshold, SpikesAlikeInSinglePrecision) {
  EXPECT_EQ(simulate<float>(glif(false, false), 120.0).spikes_ms, glif2_ms);
  EXPECT_EQ(simulate<float>(glif(true, false), 120.0).spikes_ms, glif4_ms);
  EXPECT_EQ(simulate<float>(glif(true, true), 120.0).spikes_ms, glif5_ms);
}

TEST(MovingThreshold, HasALimitWhereItsRateIsTheMembranes) {
  NodeType type = glif(true, true);
  const double rate = type.g_ns / type.c_m_pf;
  const auto gain = [&](double decay) {
    type.moving_threshold->voltage_decay_per_ms = decay;
    return Propagators(type, h_ms, config::Scheme::exact).view().theta_voltage_gain_u;
  };
  EXPECT_NEAR(gain(rate), gain(rate * (1.0 + 1e-7)), 1e-11);  // itself falls by 2.6e-12
  EXPECT_NEAR(gain(rate), 0.01 * h_ms * std::exp(-rate * h_ms), 1e-12);
}

TEST(MovingThreshold, IsRefusedByTheSchemeOfThePublishedModel) {
  EXPECT_THROW(Propagators(glif(true, false), 1.0, config::Scheme::billeh_tf), Error);
}

}  // namespace
}  // namespace v1::simulate
