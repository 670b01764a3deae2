#include <algorithm>
#include <span>

#include "engine/network/generator/connection_rules.hpp"
#include "engine/network/generator/connector.hpp"
#include "engine/network/generator/quick_bounds.hpp"
#include "engine/network/generator/reach_table.hpp"
#include "engine/network/generator/skip_draws.hpp"

namespace v1::network::generator {
namespace {

class GaussianConnector final : public Connector {
 public:
  GaussianConnector(const EdgeInputs& inputs, const TargetGrid& grid, ThreadPool& pool)
      : Connector(inputs, grid), reach_(inputs.model, grid, pool) {}

  void connect(const ConnectionSource& source, std::uint32_t t, RowSink& sink) const override {
    const std::uint32_t cls = in_.model.populations[source.population].class_index;
    const auto visits = reach_.visits(cls, t, source.place.subdivision);
    if (!visits.empty()) walk(source, in_.model.connection(cls, t), t, visits, sink);
  }

 private:
  /// Skips along the targets of class t; see connect_recurrent().
  void walk(const ConnectionSource& source, const ConnectionRule& rule, std::uint32_t t,
            std::span<const ReachTable::Visit> visits, RowSink& sink) const {
    SkipDraws draws(in_.seed, source.id, t);
    double budget = draws.skip();
    for (const ReachTable::Visit& visit : visits) {
      const TargetGrid::Range targets = grid_.cells(t, source.place.square + visit.square_offset);
      std::uint32_t next = 0;
      while (next < targets.count) {
        const double cost = (targets.count - next) * visit.rate;
        if (budget >= cost) {
          budget -= cost;
          break;
        }
        const auto skip = static_cast<std::uint32_t>(budget / visit.rate);
        const std::uint32_t candidate = std::min(next + skip, targets.count - 1);
        consider(source, targets.begin[candidate], rule, visit.bound, draws, sink);
        next = candidate + 1;
        draws.next();
        budget = draws.skip();
      }
    }
  }

  /// Thins a candidate to its true probability and stores the connection if it stays.
  void consider(const ConnectionSource& source, const TargetGrid::Cell& target,
                const ConnectionRule& rule, double bound, const SkipDraws& draws,
                RowSink& sink) const {
    if (target.position == not_a_member || target.position == source.position) return;
    const double dx = target.x_um - source.x_um;
    const double dz = target.z_um - source.z_um;
    const double distance2 = dx * dx + dz * dz;
    const double reach = in_.model.reach_sigmas * rule.sigma_um;
    if (distance2 > reach * reach) return;
    const double difference = direction_difference_deg(target.direction_deg, source.direction_deg);
    const double uniform = kernels::uniform_open(draws.word2());
    const double sigma2 = rule.sigma_um * rule.sigma_um;
    if (uniform * bound * exp_at_least(distance2 / sigma2) >=
        rule.peak * orientation_factor(rule, difference)) {
      return;
    }
    const double probability = connection_probability(rule, distance2, difference);
    if (uniform * bound >= probability) return;
    const TunedPair pair{difference,          dx, dz, target.direction_deg, target.direction_cos,
                         target.direction_sin};
    store(source, target, pair, 1.0, draws.word3(), sink);
  }

  ReachTable reach_;
};

}  // namespace

std::unique_ptr<Connector> make_gaussian_connector(const EdgeInputs& inputs, const TargetGrid& grid,
                                                   ThreadPool& pool) {
  return std::make_unique<GaussianConnector>(inputs, grid, pool);
}

}  // namespace v1::network::generator
