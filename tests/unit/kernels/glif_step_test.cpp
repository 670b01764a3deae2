#include "kernels/glif_step.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "tests/unit/kernels/cells.hpp"
#include "tests/unit/kernels/oracle.hpp"

namespace v1::test {
namespace {

using kernels::TypeConstants;
using testing::ElementsAre;

enum class Scheme { exact, tf_hard, tf_soft };

/// One neuron, stepped by the shared functions and nothing else.
template <class Real>
class Neuron {
 public:
  Neuron(const Cell& cell, double h, Scheme scheme) : scheme_(scheme) {
    NeuronType type(cell, h, scheme == Scheme::exact);
    const std::vector<std::int32_t> exponent(cell.tau_syn_ms.size(), 0);
    constants_ = kernels::gather_constants<Real>(type.view(), exponent.data(), h, false);
    u_ = constants_.initial_mv;
  }

  void step(const std::vector<Event>& events, int step, double external_pa = 0.0) {
    Real input[kernels::max_psc_count] = {};
    for (const Event& event : events) {
      if (event.step != step) continue;
      input[event.receptor] += static_cast<Real>(event.weight_pa * NeuronType::units_per_pa);
    }
    Real drive = 0;
    for (std::uint32_t p = 0; p < constants_.psc_count; ++p) {
      drive = scheme_ == Scheme::exact ? kernels::exact_drive(drive, constants_.gain_y1[p],
                                                              constants_.gain_y2[p], y1_[p], y2_[p])
                                       : drive + y2_[p];
    }
    const Real external = static_cast<Real>(external_pa);
    if (scheme_ == Scheme::exact) {
      spiked = kernels::exact_step(constants_, drive, external, u_, asc0, asc1, refractory_);
    } else if (scheme_ == Scheme::tf_hard) {
      spiked = kernels::billeh_tf_step<Real, false>(constants_, drive, external, u_, asc0, asc1,
                                                    refractory_ms_, spiked);
    } else {
      spiked = kernels::billeh_tf_step<Real, true>(constants_, drive, external, u_, asc0, asc1,
                                                   refractory_ms_, spiked);
    }
    for (std::uint32_t p = 0; p < constants_.psc_count; ++p) {
      kernels::psc_step(constants_.psc_decay_m1[p], constants_.psc_step[p],
                        constants_.psc_increment[p], input[constants_.psc_receptor[p]], y1_[p],
                        y2_[p]);
    }
  }
  double v_mv() const { return constants_.e_l_mv + static_cast<double>(u_); }
  double synaptic_pa() const {
    Real sum = 0;
    for (std::uint32_t p = 0; p < constants_.psc_count; ++p) sum += y2_[p];
    return sum;
  }
  const TypeConstants<Real>& constants() const { return constants_; }

  std::int32_t spiked = 0;
  Real asc0 = 0, asc1 = 0;

 private:
  Scheme scheme_;
  TypeConstants<Real> constants_;
  Real u_ = 0, y1_[kernels::max_psc_count] = {}, y2_[kernels::max_psc_count] = {};
  std::int32_t refractory_ = 0;
  float refractory_ms_ = 0;
};

template <class Real>
class WorkedVectors : public testing::Test {
 protected:
  static constexpr bool narrow = sizeof(Real) == 4;
  static constexpr double v_tolerance_mv = narrow ? 1e-3 : 1e-9;
  static constexpr double current_tolerance_pa = narrow ? 1e-2 : 1e-8;

  /// Runs `steps` steps and compares with the stored trace; current_pa acts from step 1 on, as
  /// one that begins in step 0 does in the exact scheme.
  void compare(const std::string& name, const Cell& cell, double h, Scheme scheme,
               const std::vector<Event>& events, int steps, double current_pa = 0.0) {
    const Table oracle = read_oracle(name);
    Neuron<Real> neuron(cell, h, scheme);
    std::vector<int> spikes;
    std::size_t row = 0;
    for (int s = 0; s < steps; ++s) {
      neuron.step(events, s, s > 0 ? current_pa : 0.0);
      if (neuron.spiked) spikes.push_back(s);
      if (row == oracle.rows || oracle["step"][row] != s) continue;
      ASSERT_NEAR(neuron.v_mv(), oracle["v_mv"][row], v_tolerance_mv) << name << " step " << s;
      ASSERT_NEAR(neuron.asc0, oracle["asc0_pa"][row], current_tolerance_pa) << name << " " << s;
      ASSERT_NEAR(neuron.asc1, oracle["asc1_pa"][row], current_tolerance_pa) << name << " " << s;
      ASSERT_NEAR(neuron.synaptic_pa(), oracle["synaptic_pa"][row], current_tolerance_pa)
          << name << " step " << s;
      ++row;
    }
    EXPECT_EQ(row, oracle.rows);
    EXPECT_EQ(spikes, spike_steps(oracle)) << name;
  }
};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(WorkedVectors, Precisions);

TYPED_TEST(WorkedVectors, SubthresholdResponse) {
  this->compare("a_subthreshold_exact", cell_p(), 1.0, Scheme::exact, events_a(), 220);
  this->compare("a_subthreshold_tf", cell_p(), 1.0, Scheme::tf_hard, events_a(), 220);
}

TYPED_TEST(WorkedVectors, SpikingResponse) {
  this->compare("b_spiking_exact", cell_p(), 1.0, Scheme::exact, events_b(), 220);
  this->compare("b_spiking_exact_quarter_ms", cell_p(), 0.25, Scheme::exact,
                in_quarter_steps(events_b()), 880);
  this->compare("b_spiking_tf_hard", cell_p(), 1.0, Scheme::tf_hard, events_b(), 220);
  this->compare("b_spiking_tf_soft", cell_p(), 1.0, Scheme::tf_soft, events_b(), 220);
}

TYPED_TEST(WorkedVectors, RefractoryCensus) {
  const Table oracle = read_oracle("c_refractory");
  for (std::size_t row = 0; row < oracle.rows; ++row) {
    Cell cell = cell_p();
    cell.t_ref_ms = oracle["t_ref_ms"][row];
    cell.asc_pa[0] = cell.asc_pa[1] = 0.0;
    for (const Scheme scheme : {Scheme::exact, Scheme::tf_hard}) {
      const bool exact = scheme == Scheme::exact;
      Neuron<TypeParam> neuron(cell, 1.0, scheme);
      int last = -1, shortest = 1000, clamped = 0, most_clamped = 0;
      for (int s = 0; s < 60; ++s) {
        neuron.step({{s, 0, 1e5}}, s);
        const double above_reset_mv = neuron.v_mv() - cell.v_reset_mv;
        clamped = std::fabs(above_reset_mv) < 1e-6 && last >= 0 && !neuron.spiked ? clamped + 1 : 0;
        most_clamped = std::max(most_clamped, clamped);
        if (!neuron.spiked) continue;
        if (last >= 0) shortest = std::min(shortest, s - last);
        last = s;
      }
      EXPECT_EQ(shortest, oracle[exact ? "nest_min_isi_steps" : "tf_min_isi_steps"][row])
          << cell.t_ref_ms;
      EXPECT_EQ(most_clamped, oracle[exact ? "nest_R" : "tf_clamped_steps"][row]) << cell.t_ref_ms;
    }
  }
}

TYPED_TEST(WorkedVectors, DoubleAlphaCurrents) {
  Cell cell = cell_p();
  cell.tau_syn_ms = {2.0, 2.0, 2.0, 2.0};
  cell.tau_slow_ms = {6.0, 6.0, 6.0, 6.0};
  cell.amp_slow = 0.3;
  this->compare("e_double_alpha_exact", cell, 1.0, Scheme::exact, {{10, 0, 100}}, 80);
}

TYPED_TEST(WorkedVectors, ConstantCurrent) {
  this->compare("f_constant_current_exact", cell_p(), 1.0, Scheme::exact, {}, 200, 300.0);
}

TYPED_TEST(WorkedVectors, BackgroundDrive) {
  const std::vector<double> counts = read_oracle("g_counts")["count"];
  std::vector<Event> events;
  for (std::size_t s = 0; s < counts.size(); ++s) {
    events.push_back({static_cast<int>(s), 0, 45.0 * counts[s]});
  }
  this->compare("g_background_tf", cell_p(), 1.0, Scheme::tf_hard, events, 300);
}

TYPED_TEST(WorkedVectors, TypesThatSpikeAtThresholdDoSo) {
  NeuronType type(cell_p(), 1.0, true);
  const std::int32_t exponent[4] = {0, 0, 0, 0};
  for (const bool at_threshold : {false, true}) {
    const auto c = kernels::gather_constants<TypeParam>(type.view(), exponent, 1.0, at_threshold);
    const TypeParam threshold = static_cast<TypeParam>(type.view().threshold_mv);
    TypeParam u = 0, asc0 = 0, asc1 = 0;
    std::int32_t refractory = 0;
    // From rest and without currents the new potential is the drive.
    EXPECT_EQ(kernels::exact_step(c, threshold, TypeParam(0), u, asc0, asc1, refractory),
              at_threshold ? 1 : 0);
  }
}

TYPED_TEST(WorkedVectors, QuietNeuronsReachExactRest) {
  Neuron<TypeParam> neuron(cell_p(), 1.0, Scheme::exact);
  for (int s = 0; s < 60000; ++s) neuron.step({{0, 1, 100.0}, {100, 0, 3000.0}}, s);
  EXPECT_EQ(neuron.synaptic_pa(), 0.0);
  EXPECT_EQ(neuron.v_mv(), cell_p().e_l_mv);
  EXPECT_EQ(neuron.asc0, 0.0);
  EXPECT_EQ(neuron.asc1, 0.0);
}

}  // namespace
}  // namespace v1::test
