#include <algorithm>
#include <span>

#include "engine/network/generator/connection_rules.hpp"
#include "engine/network/generator/connector.hpp"
#include "engine/network/generator/frame_reach.hpp"
#include "engine/network/generator/quick_bounds.hpp"
#include "engine/network/generator/skip_draws.hpp"
#include "kernels/portable_math.hpp"

namespace v1::network::generator {
namespace {

/// Candidates come as the points of a Poisson process of this density along the running sum of
/// sizes: a cell of size s is one with probability 1 - exp(-density * s), which is at least
/// min(1, bound * s) for every s up to the largest.
double candidate_density(double bound, double largest) {
  constexpr double of_certainty = 24.0;  // misses a certain connection once in 10^10 draws
  const double most_likely = bound * largest;
  if (most_likely <= 0.5) return bound * (1.0 + most_likely);  // >= -log(1 - x) / x * bound
  if (most_likely >= 1.0) return of_certainty * bound;
  return std::min(of_certainty * bound, -kernels::portable_log1p(-most_likely) / largest);
}

class FrameConnector final : public Connector {
 public:
  FrameConnector(const EdgeInputs& inputs, const TargetGrid& grid)
      : Connector(inputs, grid), reach_(inputs.model, grid) {}

  void connect(const ConnectionSource& source, std::uint32_t t, RowSink& sink) const override {
    const std::uint32_t cls = in_.model.populations[source.population].class_index;
    const auto visits = reach_.visits(cls, t, source.place.subdivision);
    if (!visits.empty()) walk(source, in_.model.connection(cls, t), t, visits, sink);
  }

 private:
  /// Skips along the sizes of the targets of class t; see connect_recurrent().
  void walk(const ConnectionSource& source, const ConnectionRule& rule, std::uint32_t t,
            std::span<const FrameReach::Visit> visits, RowSink& sink) const {
    SkipDraws draws(in_.seed, source.id, t);
    double budget = draws.skip();
    const double highest = rule.peak * std::max(rule.factor_at_0, rule.factor_at_90);
    for (const FrameReach::Visit& visit : visits) {
      const auto& cells = grid_.sized(t, source.place.square + visit.square_offset);
      if (cells.first == cells.last) continue;
      const double density = candidate_density(highest * visit.bound, cells.largest);
      double at = cells.before;
      std::uint32_t first = cells.first;
      while (first < cells.last) {
        const double cost = (cells.after - at) * density;
        if (budget >= cost) {
          budget -= cost;
          break;
        }
        const std::uint32_t candidate = grid_.at_size(at + budget / density, first, cells.last);
        consider(source, candidate, rule, density, draws, sink);
        first = candidate + 1;
        at = grid_.size_before(first);
        draws.next();
        budget = draws.skip();
      }
    }
  }

  /// Thins a candidate to its true probability and stores the connection if it stays.
  void consider(const ConnectionSource& source, std::uint32_t candidate, const ConnectionRule& rule,
                double density, const SkipDraws& draws, RowSink& sink) const {
    const TargetGrid::Cell& target = grid_.cell(candidate);
    if (target.position == not_a_member || target.position == source.position) return;
    const FrameOffset offset{
        target.x_um - source.x_um, target.z_um - source.z_um, target.direction_cos,
        target.direction_sin,
        frame_shift_um(in_.model, source.population, target.x_um, target.z_um)};
    const FrameKernel& kernel =
        in_.model.frame_kernel[kind_of(in_.model.populations[source.population])];
    const double scaled2 = frame_distance_squared(kernel, rule.sigma_um, offset);
    if (scaled2 >= in_.model.reach_sigmas * in_.model.reach_sigmas) return;
    const double difference = direction_difference_deg(target.direction_deg, source.direction_deg);
    const double size = grid_.size(candidate);
    const double at_centre = rule.peak * orientation_factor(rule, difference);
    const double uniform = kernels::uniform_open(draws.word2());
    if (uniform * one_minus_exp_at_least(density * size) * exp_at_least(0.5 * scaled2) >=
        at_centre * size) {
      return;
    }
    const double probability =
        std::min(1.0, at_centre * kernels::portable_exp(-0.5 * scaled2) * size);
    const double candidate_probability = -kernels::portable_expm1(-density * size);
    if (uniform * candidate_probability >= probability) return;
    const TunedPair pair{difference,           offset.dx_um,         offset.dz_um,
                         target.direction_deg, target.direction_cos, target.direction_sin};
    store(source, target, pair, size, draws.word3(), sink);
  }

  FrameReach reach_;
};

}  // namespace

std::unique_ptr<Connector> make_frame_connector(const EdgeInputs& inputs, const TargetGrid& grid) {
  return std::make_unique<FrameConnector>(inputs, grid);
}

}  // namespace v1::network::generator
