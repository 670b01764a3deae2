#include "engine/network/generator/pair_weight.hpp"

#include <algorithm>

#include "kernels/philox.hpp"
#include "kernels/portable_math.hpp"

namespace v1::network::generator {
namespace {

// A log-normal of size and one of weight make that of the PSP, so its squared shapes are their
// sum; where a target's sizes vary more than the PSPs, the weights hardly vary.
constexpr double least_shape = 1e-3;

}  // namespace

PairWeight::PairWeight(const Model& model) : model_(model) {
  if (model.weight_law != WeightLaw::unitary_psp) return;
  of_pair_.resize(model.synapses.size());
  for (std::size_t pair = 0; pair < of_pair_.size(); ++pair) {
    const SynapseRule& rule = model.synapses[pair];
    const Population& target = model.populations[pair % model.populations.size()];
    const double squared = rule.psp_shape * rule.psp_shape - target.size_shape * target.size_shape;
    of_pair_[pair].shape = squared > 0.0 ? kernels::portable_sqrt(squared) : least_shape;
    of_pair_[pair].scale_mv = rule.psp_scale_mv * target.size_scale / target.mean_size;
  }
}

double PairWeight::operator()(std::uint32_t source_population, const TargetGrid::Cell& target,
                              const TunedPair& pair, double size, std::uint32_t word) const {
  return model_.weight_law == WeightLaw::capacitance
             ? by_capacitance(source_population, target, pair, word)
             : by_psp(source_population, target, size, word);
}

double PairWeight::by_capacitance(std::uint32_t s, const TargetGrid::Cell& target,
                                  const TunedPair& pair, std::uint32_t word) const {
  const std::uint32_t t = target.population;
  const WeightRule& rule =
      model_.weights[kind_of(model_.populations[s])][kind_of(model_.populations[t])];
  const double per_synapse =
      model_.synapse(s, t).kappa_mv_per_ms * model_.types[target.type].node.c_m_pf;
  const std::uint32_t choices = model_.synapses_max - model_.synapses_min + 1;
  const double synapses =
      model_.synapses_min + static_cast<std::uint32_t>(std::uint64_t{word} * choices >> 32);
  return per_synapse * synapses * weight_factor(rule, model_.retinotopy, pair);
}

double PairWeight::by_psp(std::uint32_t s, const TargetGrid::Cell& target, double size,
                          std::uint32_t word) const {
  const LogNormal& law = of_pair_[s * model_.populations.size() + target.population];
  const Population& source = model_.populations[s];
  const double quantile =
      std::clamp(kernels::uniform_open(word), model_.quantile_clip, 1.0 - model_.quantile_clip);
  const double psp_mv =
      law.scale_mv * kernels::portable_exp(law.shape * kernels::portable_normal(quantile));
  const double weight =
      psp_mv / (model_.types[target.type].psp_mv_per_pa[source.synapse_class] * size);
  return source.excitatory() ? weight : -weight;
}

}  // namespace v1::network::generator
