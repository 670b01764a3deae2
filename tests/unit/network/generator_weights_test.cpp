#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "engine/network/generator/data_dir.hpp"
#include "engine/network/generator/generate.hpp"
#include "engine/network/generator/model.hpp"

namespace v1::network {
namespace {

struct Built {
  generator::Model model = generator::load_model(generator::find_model_directory("billeh2020"));
  Network network;

  Built() {
    ThreadPool pool(2);
    GenerateOptions options;
    options.neurons = 1000;
    options.drop_below_pa = 0.0;
    network = generate(options, pool);
  }
};

const Built& built() {
  static const Built instance;
  return instance;
}

double folded_180(double a, double b) {
  const double d = std::fabs(a - b);
  return d > 180.0 ? 360.0 - d : d;
}

/// Weight of one synapse of a pair by the published formulas.
double weight_per_synapse(const Built& b, std::size_t s, std::size_t t) {
  const Neurons& n = b.network.neurons;
  const auto& source = b.model.types[n.type[s]];
  const auto& target = b.model.types[n.type[t]];
  const double base =
      b.model.synapse(source.population, target.population).kappa_mv_per_ms * target.node.c_m_pf;
  const double d180 = folded_180(n.tuning_angle_deg[s], n.tuning_angle_deg[t]);
  const bool from_e = source.node.ei == "e", to_e = target.node.ei == "e";
  if (!from_e && !to_e) return base * std::exp(-std::pow(d180 / 50.0, 2));
  if (!from_e || !to_e) return base * std::exp(-std::pow(d180 / 90.0, 2));
  const double angle = n.tuning_angle_deg[t];
  const double theta = angle * M_PI / 180.0;
  const double phase = 0.07 * (double{n.x_um[t]} - n.x_um[s]) * std::cos(theta) +
                       0.04 * (double{n.z_um[t]} - n.z_um[s]) * std::sin(theta);
  const double theta90 =
      std::fabs(std::fabs(std::fabs(180.0 - std::fmod(angle, 360.0)) - 90.0) - 90.0);
  return base * std::exp(-std::pow(d180 / 30.0, 2)) * std::exp(-phase * phase / 2.0) *
         (5.5 / 4.0 - 11.0 / 1680.0 * theta90);
}

TEST(GeneratorWeights, AreThreeToSevenSynapsesOfTheFormula) {
  const Built& b = built();
  const EdgeBlock& block = b.network.blocks[0];
  std::array<int, 5> multiplicity{};
  int pairs = 0;
  for (std::size_t s = 0; s < b.network.neurons.size(); ++s) {
    for (auto e = static_cast<std::size_t>(block.row_ptr[s]);
         e < static_cast<std::size_t>(block.row_ptr[s + 1]); ++e) {
      const double unit = weight_per_synapse(b, s, block.address.target(e));
      if (std::fabs(unit) < 1e-30) continue;
      const double synapses = block.weight_pa[e] / unit;
      const double rounded = std::round(synapses);
      ASSERT_NEAR(synapses, rounded, 1e-4) << s << " -> " << block.address.target(e);
      ASSERT_GE(rounded, 3.0);
      ASSERT_LE(rounded, 7.0);
      ++multiplicity[static_cast<std::size_t>(rounded) - 3];
      ++pairs;
    }
  }
  ASSERT_GT(pairs, 10000);
  for (const int count : multiplicity)
    EXPECT_NEAR(count, pairs / 5.0, 5.0 * std::sqrt(pairs / 5.0));
}

TEST(GeneratorWeights, SignReceptorAndDelayFollowThePopulations) {
  const Built& b = built();
  const EdgeBlock& block = b.network.blocks[0];
  for (std::size_t s = 0; s < b.network.neurons.size(); ++s) {
    const auto& source = b.model.types[b.network.neurons.type[s]];
    const bool from_e = source.node.ei == "e";
    for (auto e = static_cast<std::size_t>(block.row_ptr[s]);
         e < static_cast<std::size_t>(block.row_ptr[s + 1]); ++e) {
      const auto& target = b.model.types[b.network.neurons.type[block.address.target(e)]];
      const SynapseKind& kind = b.network.synapse_kinds[block.address.kind(e)];
      const bool to_e = target.node.ei == "e";
      const std::uint32_t receptor = to_e ? (from_e ? 0u : 1u) : (from_e ? 2u : 3u);
      ASSERT_EQ(kind.receptor, receptor);
      ASSERT_EQ(kind.delay_ms, b.model.synapse(source.population, target.population).delay_ms);
      ASSERT_TRUE(from_e ? block.weight_pa[e] >= 0.0f : block.weight_pa[e] <= 0.0f);
    }
  }
}

TEST(GeneratorWeights, TypesHaveOneTimeConstantPerReceptor) {
  for (const NodeType& type : built().network.types) {
    EXPECT_EQ(type.tau_syn_ms, (std::vector<double>{5.5, 8.5, 2.8, 5.8}));
    EXPECT_EQ(type.v_init_mv, type.e_l_mv);
    EXPECT_GT(type.v_th_mv, type.v_reset_mv);
  }
}

TEST(GeneratorWeights, RowsAscendByTarget) {
  for (const EdgeBlock& block : built().network.blocks) {
    for (std::size_t s = 0; s < block.source_count(); ++s) {
      for (auto e = block.row_ptr[s] + 1; e < block.row_ptr[s + 1]; ++e) {
        const auto at = static_cast<std::size_t>(e);
        ASSERT_LT(block.address.target(at - 1), block.address.target(at))
            << block.name << ", row " << s;
      }
    }
  }
}

TEST(GeneratorWeights, LgnAndBackgroundWeightsFollowTheTables) {
  const Built& b = built();
  const Neurons& n = b.network.neurons;
  const EdgeBlock& lgn = b.network.blocks[1];
  const EdgeBlock& background = b.network.blocks[2];
  for (std::size_t e = 0; e < lgn.edge_count(); ++e) {
    const auto& target = b.model.types[n.type[lgn.address.target(e)]];
    const SynapseKind& kind = b.network.synapse_kinds[lgn.address.kind(e)];
    ASSERT_EQ(lgn.weight_pa[e], static_cast<float>(target.lgn_weight_pa *
                                                   b.model.lgn_fields[target.population].synapses));
    ASSERT_EQ(kind, (SynapseKind{1.7, target.node.ei == "e" ? 0u : 2u}));
  }
  for (std::size_t e = 0; e < background.edge_count(); ++e) {
    const auto& target = b.model.types[n.type[background.address.target(e)]];
    const auto& input = b.model.background_inputs[target.population];
    // All of the 1,000 nearest neurons are core cells.
    ASSERT_EQ(background.weight_pa[e], static_cast<float>(input.weight_pa * input.synapses_core));
    ASSERT_EQ(b.network.synapse_kinds[background.address.kind(e)],
              (SynapseKind{1.0, target.node.ei == "e" ? 0u : 2u}));
  }
}

}  // namespace
}  // namespace v1::network
