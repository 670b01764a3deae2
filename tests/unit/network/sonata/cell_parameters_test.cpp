#include "engine/network/sonata/cell_parameters.hpp"

#include "tests/unit/network/sonata/circuit_files.hpp"

namespace v1::network::sonata::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class CellParameters : public ::testing::Test {
 protected:
  void SetUp() override {
    log::set_quiet(true);
    log::clear_warnings();
  }
  static NodeType make(const std::string& model, const Json& parameters) {
    NodeType type;
    set_cell_parameters(type, model, parameters, "cell.json");
    return type;
  }
  static Json glif() { return Json::parse(glif_cell); }
};

TEST_F(CellParameters, OfGlif3AreTakenOver) {
  const NodeType type = make("nest:glif_psc", glif());
  EXPECT_EQ(type.model, NeuronModel::glif_psc);
  EXPECT_EQ(type.v_init_mv, -70.0);
  EXPECT_EQ(type.v_th_mv, -45.0);
  EXPECT_EQ(type.v_reset_mv, -71.0);
  EXPECT_EQ(type.e_l_mv, -72.0);
  EXPECT_EQ(type.g_ns, 5.0);
  EXPECT_EQ(type.c_m_pf, 60.0);
  EXPECT_EQ(type.t_ref_ms, 2.5);
  EXPECT_THAT(type.asc_decay_per_ms, ElementsAre(0.1, 0.3));
  EXPECT_THAT(type.asc_amplitude_pa, ElementsAre(-30.0, -60.0));
  EXPECT_THAT(type.asc_carry, ElementsAre(1.0, 1.0));
  EXPECT_THAT(type.tau_syn_ms, ElementsAre(5.5, 8.5, 2.8, 5.8));
}

TEST_F(CellParameters, OfGlif1HaveNoAfterSpikeCurrents) {
  Json cell = glif();
  cell["after_spike_currents"] = false;
  EXPECT_THAT(make("nest:glif_psc", cell).asc_amplitude_pa, ElementsAre(0.0, 0.0));
  EXPECT_TRUE(log::warnings().empty());
  cell.erase("after_spike_currents");
  EXPECT_THAT(make("glif_psc", cell).asc_amplitude_pa, ElementsAre(0.0, 0.0));
  EXPECT_THAT(log::warnings(), ElementsAre(HasSubstr("after_spike_currents is not set")));
}

TEST_F(CellParameters, StartAtTheModelsOwnPotentialWithoutVm) {
  Json cell = glif();
  cell.erase("V_m");
  EXPECT_EQ(make("nest:glif_psc", cell).v_init_mv, -78.85);
  EXPECT_EQ(make("nest:iaf_psc_alpha", {{"E_L", -75.0}}).v_init_mv, -70.0);
}

TEST_F(CellParameters, OfGlif2To5HaveAMovingThreshold) {
  Json cell = glif();
  cell["spike_dependent_threshold"] = true;
  cell.update({{"th_spike_add", 0.4},
               {"th_spike_decay", 0.01},
               {"voltage_reset_fraction", 0.2},
               {"voltage_reset_add", 18.5},
               {"th_voltage_index", 0.005},
               {"th_voltage_decay", 0.09}});
  const NodeType glif4 = make("nest:glif_psc", cell);
  EXPECT_EQ(glif4.moving_threshold, (MovingThreshold{0.4, 0.01, 0.2, 18.5, false, 0.0, 0.0}));
  EXPECT_THAT(glif4.asc_amplitude_pa, ElementsAre(-30.0, -60.0));
  cell["adapting_threshold"] = true;
  const NodeType glif5 = make("nest:glif_psc", cell);
  EXPECT_EQ(glif5.moving_threshold, (MovingThreshold{0.4, 0.01, 0.2, 18.5, true, 0.005, 0.09}));
  cell["adapting_threshold"] = cell["after_spike_currents"] = false;
  cell.erase("V_reset");  // not used: the reset follows the potential before the spike
  const NodeType glif2 = make("nest:glif_psc", cell);
  EXPECT_EQ(glif2.moving_threshold, glif4.moving_threshold);
  EXPECT_THAT(glif2.asc_amplitude_pa, ElementsAre(0.0, 0.0));
  EXPECT_FALSE(make("nest:glif_psc", glif()).moving_threshold);
  EXPECT_TRUE(log::warnings().empty());
}

TEST_F(CellParameters, OfAMovingThresholdAreChecked) {
  Json cell = glif();
  cell["spike_dependent_threshold"] = true;
  EXPECT_THAT(data_error([&] { make("nest:glif_psc", cell); }), HasSubstr("'th_spike_add'"));
  cell["spike_dependent_threshold"] = false;
  cell["adapting_threshold"] = true;
  EXPECT_THAT(data_error([&] { make("nest:glif_psc", cell); }),
              AllOf(HasSubstr("mean no GLIF model"), HasSubstr("cell.json")));
  cell["spike_dependent_threshold"] = true;
  cell.update({{"th_spike_add", 0.4},
               {"th_spike_decay", 0.01},
               {"voltage_reset_fraction", 1.2},
               {"voltage_reset_add", 18.5},
               {"th_voltage_index", 0.005},
               {"th_voltage_decay", 0.09}});
  EXPECT_THAT(data_error([&] { make("nest:glif_psc", cell); }),
              HasSubstr("voltage_reset_fraction must lie in [0, 1], found 1.2"));
  cell["voltage_reset_fraction"] = 0.2;
  cell["th_voltage_decay"] = 0.0;
  EXPECT_THAT(data_error([&] { make("nest:glif_psc", cell); }), HasSubstr("must be positive"));
}

TEST_F(CellParameters, OfDoubleAlphaHaveAFastAndASlowPart) {
  Json cell = glif();
  cell.erase("tau_syn");
  cell["tau_syn_fast"] = {1.0, 2.0};
  cell["tau_syn_slow"] = {5.0, 6.0};
  cell["amp_slow"] = {0.2, 0.3};
  const NodeType type = make("nest:glif_psc_double_alpha", cell);
  EXPECT_EQ(type.model, NeuronModel::glif_psc_double_alpha);
  EXPECT_THAT(type.tau_syn_ms, ElementsAre(1.0, 2.0));
  EXPECT_THAT(type.tau_syn_slow_ms, ElementsAre(5.0, 6.0));
  EXPECT_THAT(type.amp_slow, ElementsAre(0.2, 0.3));
  cell["amp_slow"] = {0.2};
  EXPECT_THAT(data_error([&] { make("nest:glif_psc_double_alpha", cell); }), HasSubstr("amp_slow"));
}

TEST_F(CellParameters, OfIntegrateAndFireModelsDefaultToNests) {
  const NodeType delta = make("nest:iaf_psc_delta", Json::object());
  EXPECT_EQ(delta.model, NeuronModel::iaf_psc_delta);
  EXPECT_EQ(delta.c_m_pf, 250.0);
  EXPECT_EQ(delta.g_ns, 25.0);  // tau_m = 10 ms
  EXPECT_EQ(delta.t_ref_ms, 2.0);
  EXPECT_EQ(delta.e_l_mv, -70.0);
  EXPECT_EQ(delta.v_th_mv, -55.0);
  EXPECT_EQ(delta.v_reset_mv, -70.0);
  EXPECT_EQ(delta.constant_current_pa, 0.0);
  const NodeType alpha = make(
      "nest:iaf_psc_alpha", {{"tau_m", 24.0}, {"C_m", 120.0}, {"tau_syn_in", 3.5}, {"I_e", 12.0}});
  EXPECT_EQ(alpha.g_ns, 5.0);
  EXPECT_EQ(alpha.constant_current_pa, 12.0);
  EXPECT_THAT(alpha.tau_syn_ms, ElementsAre(2.0, 3.5));
}

TEST_F(CellParameters, OfRawAllenFilesAreConvertedFromSiUnits) {
  const Json raw = Json::parse(R"({"type": "GLIF", "El_reference": -0.070, "El": 0.001,
    "th_inf": 0.025, "R_input": 2e8, "C": 6e-11, "dt": 5e-5, "spike_cut_length": 60,
    "init_AScurrents": [0.0, 0.0], "asc_tau_array": [0.1, 0.01],
    "asc_amp_array": [-1e-11, -2e-10],
    "coeffs": {"th_inf": 1.2, "G": 1.0, "C": 1.5, "asc_amp_array": [1.0, 0.5]},
    "AScurrent_dynamics_method": {"name": "exp"},
    "threshold_dynamics_method": {"name": "inf"}, "voltage_reset_method": {"name": "zero"}})");
  const NodeType type = make("nest:glif_psc", raw);
  EXPECT_DOUBLE_EQ(type.v_th_mv, -40.0);
  EXPECT_DOUBLE_EQ(type.g_ns, 5.0);
  EXPECT_DOUBLE_EQ(type.e_l_mv, -69.0);
  EXPECT_DOUBLE_EQ(type.c_m_pf, 90.0);
  EXPECT_DOUBLE_EQ(type.t_ref_ms, 3.0);
  EXPECT_DOUBLE_EQ(type.v_reset_mv, -70.0);
  EXPECT_DOUBLE_EQ(type.asc_decay_per_ms[0], 0.01);
  EXPECT_DOUBLE_EQ(type.asc_decay_per_ms[1], 0.1);
  EXPECT_DOUBLE_EQ(type.asc_amplitude_pa[0], -10.0);
  EXPECT_DOUBLE_EQ(type.asc_amplitude_pa[1], -100.0);
  EXPECT_THAT(type.tau_syn_ms, ElementsAre(5.5, 8.5, 2.8, 5.8));
  EXPECT_DOUBLE_EQ(type.v_init_mv, -69.0);  // the tools start these cells at E_L
  Json glif5 = raw;
  glif5["threshold_dynamics_method"]["name"] = "three_components_exact";
  EXPECT_THAT(data_error([&] { make("nest:glif_psc", glif5); }),
              HasSubstr("'three_components_exact'"));
}

TEST_F(CellParameters, OfRawAllenFilesComeInAllFiveModes) {
  const Json raw = Json::parse(R"({"type": "GLIF", "El_reference": -0.070, "El": 0.0,
    "th_inf": 0.025, "R_input": 2e8, "C": 6e-11, "dt": 5e-5, "spike_cut_length": 60,
    "asc_tau_array": [0.1, 0.01], "asc_amp_array": [-1e-11, -2e-10],
    "coeffs": {"th_inf": 1.0, "G": 1.0, "C": 1.0, "asc_amp_array": [1.0, 0.5], "a": 2.0, "b": 3.0},
    "AScurrent_dynamics_method": {"name": "exp"},
    "threshold_dynamics_method": {"name": "three_components_exact", "params":
      {"a_spike": 0.002, "b_spike": 9.0, "a_voltage": 4.0, "b_voltage": 30.0}},
    "voltage_reset_method": {"name": "v_before", "params": {"a": 0.25, "b": 0.0185}}})");
  const MovingThreshold five{2.0, 0.009, 0.25, 18.5, true, 0.008, 0.09};
  const auto near = [](const MovingThreshold& a, const MovingThreshold& b) {
    EXPECT_DOUBLE_EQ(a.spike_jump_mv, b.spike_jump_mv);
    EXPECT_DOUBLE_EQ(a.spike_decay_per_ms, b.spike_decay_per_ms);
    EXPECT_DOUBLE_EQ(a.reset_fraction, b.reset_fraction);
    EXPECT_DOUBLE_EQ(a.reset_add_mv, b.reset_add_mv);
    EXPECT_EQ(a.follows_voltage, b.follows_voltage);
    EXPECT_DOUBLE_EQ(a.voltage_index_per_ms, b.voltage_index_per_ms);
    EXPECT_DOUBLE_EQ(a.voltage_decay_per_ms, b.voltage_decay_per_ms);
  };
  near(make("nest:glif_psc", raw).moving_threshold.value(), five);
  near(make("nest:glif_lif_r_asc_a_psc", raw).moving_threshold.value(), five);
  // An older template names the mechanisms, whatever the file could do.
  const NodeType four = make("nest:glif_lif_r_asc_psc", raw);
  EXPECT_FALSE(four.moving_threshold.value().follows_voltage);
  EXPECT_DOUBLE_EQ(four.asc_amplitude_pa[1], -100.0);
  const NodeType two = make("nest:glif_lif_r_psc", raw);
  EXPECT_TRUE(two.moving_threshold);
  EXPECT_EQ(two.asc_amplitude_pa[0], 0.0);
  const NodeType three = make("nest:glif_lif_asc_psc", raw);
  EXPECT_FALSE(three.moving_threshold);
  EXPECT_DOUBLE_EQ(three.asc_amplitude_pa[0], -10.0);
  const NodeType one = make("nest:glif_lif_psc", raw);
  EXPECT_FALSE(one.moving_threshold);
  EXPECT_EQ(one.asc_amplitude_pa[0], 0.0);
}

TEST_F(CellParameters, NameWhatIsMissingWrongOrUnknown) {
  Json cell = glif();
  cell["C_m"] = nullptr;
  EXPECT_THAT(data_error([&] { make("nest:glif_psc", cell); }),
              AllOf(HasSubstr("'C_m' is missing"), Not(HasSubstr("did you mean 'C_m'"))));
  cell = glif();
  cell.erase("C_m");
  cell["Cm"] = 60.0;
  EXPECT_THAT(data_error([&] { make("nest:glif_psc", cell); }),
              AllOf(HasSubstr("'C_m' is missing"), HasSubstr("did you mean 'Cm'")));
  cell = glif();
  cell["asc_amps"] = {1.0};
  EXPECT_THAT(data_error([&] { make("nest:glif_psc", cell); }), HasSubstr("'asc_amps' has 1"));
  cell = glif();
  cell["g"] = -1.0;
  EXPECT_THAT(data_error([&] { make("nest:glif_psc", cell); }), HasSubstr("g (nS)"));
  cell["g"] = "5";
  EXPECT_THAT(data_error([&] { make("nest:glif_psc", cell); }), HasSubstr("'g' must be a number"));
  cell = glif();
  cell["V_reset"] = -40.0;
  EXPECT_THAT(data_error([&] { make("nest:glif_psc", cell); }), HasSubstr("below V_th"));
  EXPECT_THAT(data_error([&] { make("nest:glif_cond", glif()); }),
              AllOf(HasSubstr("'nest:glif_cond'"), HasSubstr("nest:iaf_psc_alpha")));
  make("nest:iaf_psc_alpha", {{"tau_mm", 3.0}});
  EXPECT_THAT(log::warnings(), ElementsAre(HasSubstr("'tau_mm' is not known")));
}

}  // namespace
}  // namespace v1::network::sonata::testing
