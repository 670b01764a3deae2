#include "engine/simulate/propagators.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "engine/base/error.hpp"

namespace v1::simulate {
namespace {

using config::Scheme;

// A parvalbumin cell of the 2020 column (Teeter et al. 2018), for which NEST's propagators were
// computed independently.
network::NodeType pvalb_cell() {
  network::NodeType type;
  type.model = network::NeuronModel::glif_psc;
  type.c_m_pf = 81.21058405283176;
  type.g_ns = 9.195230009748064;
  type.e_l_mv = type.v_reset_mv = type.v_init_mv = -70.45950889587401;
  type.v_th_mv = -44.23152364988978;
  type.t_ref_ms = 1.5;
  type.asc_decay_per_ms = {0.003, 0.3};
  type.asc_amplitude_pa = {-4.08182729, -291.97668209};
  type.tau_syn_ms = {5.5, 8.5, 2.8, 5.8};
  return type;
}

TEST(Propagators, ExactSchemeAgreesWithNest) {
  const Propagators propagators(pvalb_cell(), 1.0, Scheme::exact);
  const v1e_neuron_type& p = propagators.view();
  EXPECT_NEAR(p.membrane_decay_m1 + 1.0, 0.892947946621241, 1e-14);
  EXPECT_NEAR(p.current_gain, 0.0116421289369891, 1e-15);
  EXPECT_NEAR(p.threshold_mv, 26.2279852459842, 1e-12);
  EXPECT_EQ(p.refractory_steps, 2);
  EXPECT_NEAR(p.asc_decay_m1[0] + 1.0, 0.997004495503373, 1e-14);
  EXPECT_NEAR(p.asc_mean[0], 0.998501498875629, 1e-13);
  EXPECT_NEAR(p.asc_mean[1], 0.863939264394274, 1e-14);
  EXPECT_NEAR(p.asc_carry[0], 0.99551010982957, 1e-13);
  EXPECT_NEAR(p.asc_carry[1], 0.637628151621773, 1e-13);
  const double decay[] = {0.83375291807518, 0.88900976540278, 0.69967253737513, 0.84163084006728};
  const double increment[] = {0.49423305971983, 0.31979786217165, 0.97081493873537,
                              0.46866928076880};
  const double p31[] = {0.00525268380629993, 0.00548155793045803, 0.00468045446690594,
                        0.00528554226273965};
  const double p32[] = {0.0106268427218782, 0.0109711980995844, 0.00975717097703372,
                        0.0106763953279898};
  ASSERT_EQ(p.psc_count, 4u);
  for (int r = 0; r < 4; ++r) {
    EXPECT_NEAR(p.psc_decay_m1[r] + 1.0, decay[r], 1e-13);
    EXPECT_NEAR(p.psc_increment[r], increment[r], 1e-13);
    EXPECT_NEAR(p.gain_y1[r], p31[r], 1e-15);
    EXPECT_NEAR(p.gain_y2[r], p32[r], 1e-15);
    EXPECT_EQ(p.psc_receptor[r], static_cast<std::uint32_t>(r));
  }
}

TEST(Propagators, DoubleAlphaCurrentsAgreeWithNest) {
  network::NodeType type = pvalb_cell();
  type.model = network::NeuronModel::glif_psc_double_alpha;
  type.tau_syn_ms = {2.0, 4.0};
  type.tau_syn_slow_ms = {6.0, 9.0};
  type.amp_slow = {0.3, 0.7};
  const Propagators propagators(type, 1.0, Scheme::exact);
  const v1e_neuron_type& p = propagators.view();
  ASSERT_EQ(p.psc_count, 4u);
  const std::uint32_t receptor[] = {0, 1, 0, 1};
  const double tau[] = {2.0, 4.0, 6.0, 9.0}, amplitude[] = {1.0, 1.0, 0.3, 0.7};
  for (std::uint32_t k = 0; k < 4; ++k) {
    EXPECT_EQ(p.psc_receptor[k], receptor[k]);
    EXPECT_NEAR(p.psc_decay_m1[k] + 1.0, std::exp(-1.0 / tau[k]), 1e-14);
    EXPECT_NEAR(p.psc_increment[k], amplitude[k] * std::exp(1.0) / tau[k], 1e-13);
  }
  // NEST's response to 100 pA on receptor 0 in step 10, from step 11 on.
  const double synaptic_pa[] = {93.940942989,  119.477340411, 115.710418017,
                                101.488136736, 85.316550359,  70.600584971};
  double y1[4] = {}, y2[4] = {}, v = 0.0, current_pa = 0.0;
  for (std::uint32_t k = 0; k < 4; ++k) {
    if (p.psc_receptor[k] == 0) y1[k] = 100.0 * p.psc_increment[k];
  }
  for (int step = 11; step <= 30; ++step) {
    v += p.membrane_decay_m1 * v;
    current_pa = 0.0;
    for (std::uint32_t k = 0; k < 4; ++k) {
      v += p.gain_y1[k] * y1[k] + p.gain_y2[k] * y2[k];
      y2[k] += p.psc_decay_m1[k] * y2[k] + p.psc_step[k] * y1[k];
      y1[k] += p.psc_decay_m1[k] * y1[k];
      current_pa += y2[k];
    }
    if (step <= 16) {
      EXPECT_NEAR(current_pa, synaptic_pa[step - 11], 1e-8) << step;
    }
    if (step == 11) {
      EXPECT_NEAR(p.e_l_mv + v, -69.807566550, 1e-8);
    }
    if (step == 12) {
      EXPECT_NEAR(p.e_l_mv + v, -68.589745637, 1e-8);
    }
    if (step == 18) {
      EXPECT_NEAR(p.e_l_mv + v, -65.139901268, 1e-8);
    }
    if (step == 30) {
      EXPECT_NEAR(p.e_l_mv + v, -67.539251240, 1e-8);
    }
  }
}

TEST(Propagators, QuarterStep) {
  const Propagators propagators(pvalb_cell(), 0.25, Scheme::exact);
  const v1e_neuron_type& p = propagators.view();
  EXPECT_EQ(p.refractory_steps, 6);
  EXPECT_NEAR(p.membrane_decay_m1 + 1.0, 0.972090134780242, 1e-14);
  EXPECT_NEAR(p.current_gain, 0.00303525471251621, 1e-15);
  EXPECT_NEAR(p.gain_y1[0], 0.000369813428948305, 1e-16);
  EXPECT_NEAR(p.gain_y2[0], 0.00296698693875784, 1e-16);
}

TEST(Propagators, EqualTimeConstantsTakeTheLimit) {
  network::NodeType type = pvalb_cell();
  type.g_ns = type.c_m_pf / 5.5;  // tau_m = tau_syn of receptor 0
  const Propagators near_limit(type, 1.0, Scheme::exact);
  const double decay = std::exp(-1.0 / 5.5);
  EXPECT_NEAR(near_limit.view().gain_y2[0], decay / type.c_m_pf, 1e-12);
  EXPECT_NEAR(near_limit.view().gain_y1[0], 0.5 * decay / type.c_m_pf, 1e-12);
}

TEST(Propagators, TensorFlowSchemeHoldsCurrentsOverTheStep) {
  const Propagators propagators(pvalb_cell(), 1.0, Scheme::billeh_tf);
  const v1e_neuron_type& p = propagators.view();
  EXPECT_NEAR(p.gain_y2[2], p.current_gain, 0.0);
  EXPECT_EQ(p.gain_y1[2], 0.0);
  EXPECT_EQ(p.asc_carry[1], 1.0);
}

TEST(Propagators, TensorFlowSchemeRefusesOtherModels) {
  network::NodeType type = pvalb_cell();
  type.model = network::NeuronModel::iaf_psc_delta;
  EXPECT_THROW(Propagators(type, 1.0, Scheme::billeh_tf), Error);
}

TEST(RefractorySteps, RoundUpOnTheTickGrid) {
  EXPECT_EQ(refractory_steps(1.0, 1.0), 1);
  EXPECT_EQ(refractory_steps(1.4, 1.0), 2);
  EXPECT_EQ(refractory_steps(2.4000000000000004, 1.0), 3);
  EXPECT_EQ(refractory_steps(3.0000000000000004, 1.0), 3);
  EXPECT_EQ(refractory_steps(3.2, 1.0), 4);
  EXPECT_EQ(refractory_steps(5.0, 1.0), 5);
}

TEST(RefractorySteps, RefuseATimeOfMoreStepsThanCanBeCounted) {
  try {
    refractory_steps(1e12, 0.1);
    ADD_FAILURE();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::config);
    EXPECT_NE(std::string(e.what()).find("t_ref"), std::string::npos) << e.what();
  }
  EXPECT_EQ(refractory_steps(2e6, 0.001), 2'000'000'000);
}

// Delay, steps in scheme billeh-tf, steps in scheme exact: the census of the published model
// and of NEST.
TEST(DelaySteps, RoundLikeTheTwoReferences) {
  const double kept = longest_kept_delay(8.0);
  EXPECT_EQ(kept, 5.0);
  const struct {
    double delay_ms;
    std::uint32_t tf, exact;
  } census[] = {{1.0, 1, 1}, {1.5, 2, 2}, {2.5, 2, 3}, {3.5, 4, 4},
                {4.5, 4, 5}, {5.0, 5, 5}, {8.0, 5, 8}};
  for (const auto& row : census) {
    EXPECT_EQ(delay_steps(row.delay_ms, 1.0, Scheme::billeh_tf, true, kept), row.tf);
    EXPECT_EQ(delay_steps(row.delay_ms, 1.0, Scheme::exact, true, kept), row.exact);
  }
}

TEST(DelaySteps, InputsActAtOnceInTheTensorFlowScheme) {
  EXPECT_EQ(delay_steps(1.7, 1.0, Scheme::billeh_tf, false, 5.0), 0u);
  EXPECT_EQ(delay_steps(1.7, 1.0, Scheme::exact, false, 5.0), 2u);
}

TEST(DelaySteps, RefuseADelayShorterThanAStep) {
  EXPECT_THROW(delay_steps(0.3, 1.0, Scheme::exact, true, 5.0), Error);
  try {
    delay_steps(0.0, 1.0, Scheme::exact, true, 5.0);
    ADD_FAILURE();
  } catch (const Error& e) {  // no step is short enough
    EXPECT_EQ(std::string(e.what()).find("simulation.dt"), std::string::npos) << e.what();
  }
}

}  // namespace
}  // namespace v1::simulate
