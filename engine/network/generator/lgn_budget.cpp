#include "engine/network/generator/lgn_budget.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/network/generator/quick_bounds.hpp"
#include "kernels/angles.hpp"
#include "kernels/portable_math.hpp"

namespace v1::network::generator {
namespace {

/// One word for each place of an item, four per call where places follow each other.
class PlaceDraws {
 public:
  PlaceDraws(std::uint64_t seed, std::uint32_t stream_id, std::uint32_t item, std::uint32_t trial)
      : seed_(seed), stream_(stream_id), item_(item), trial_(trial) {}

  std::uint32_t word(std::uint32_t place) {
    const std::uint32_t block = place / 4;
    if (block != block_) words_ = kernels::philox4(seed_, stream_, item_, trial_, block_ = block);
    return words_.word[place % 4];
  }
  double uniform(std::uint32_t place) { return kernels::uniform_open(word(place)); }

 private:
  std::uint64_t seed_;
  std::uint32_t stream_, item_, trial_;
  std::uint32_t block_ = std::numeric_limits<std::uint32_t>::max();
  kernels::PhiloxWords words_{};
};

/// log(-log(u)) of a uniform u, for the Gumbel race of give(), and a lower bound of it by the first
/// bits of u's word, since the function falls with u.
class LogOfWait {
 public:
  LogOfWait() {
    for (std::uint32_t part = 0; part < parts; ++part) {
      const std::uint32_t last_word = part << shift | ((1u << shift) - 1u);
      least_[part] = of_word(last_word) - 1e-9;  // rounding need not be monotonic
    }
  }
  static double of_word(std::uint32_t word) {
    return kernels::portable_log(-kernels::portable_log(kernels::uniform_open(word)));
  }
  double at_least(std::uint32_t word) const { return least_[word >> shift]; }

 private:
  static constexpr std::uint32_t parts = 1024, shift = 22;
  double least_[parts];
};

/// Number of synapses of a connection: P(K > k) = product over j = 1..k of j / (j + yule).
std::uint32_t yule_simon(double yule, double uniform) {
  constexpr std::uint32_t most = 10000;
  double longer = 1.0;
  for (std::uint32_t k = 1; k < most; ++k) {
    longer *= k / (k + yule);
    if (uniform >= longer) return k;
  }
  return most;
}

}  // namespace

LgnBudget::LgnBudget(const Model& model, const LgnMosaic& mosaic, const LgnMap& map,
                     std::uint64_t seed)
    : model_(model), mosaic_(mosaic), map_(map), seed_(seed) {}

std::vector<LgnInput> LgnBudget::inputs(const LgnField& rule, const LgnTarget& target) {
  const double synapses = target.size * model_.lgn.budget.fraction * rule.synapse_ratio;
  const auto wanted =
      static_cast<std::size_t>(std::floor(synapses * (rule.yule - 1.0) / rule.yule + 0.5));
  taken_.clear();
  if (wanted > 0) race(draw_field(rule, target), target.id, wanted);
  give_synapses(rule, target.id);
  std::vector<LgnInput> inputs;
  inputs.reserve(taken_.size());
  for (const Candidate& one : taken_) inputs.push_back({map_.unit(one.place).index, one.synapses});
  std::sort(inputs.begin(), inputs.end(),
            [](const LgnInput& a, const LgnInput& b) { return a.unit < b.unit; });
  return inputs;
}

LgnBudget::Field LgnBudget::draw_field(const LgnField& rule, const LgnTarget& target) const {
  DrawSequence draws(seed_, stream::lgn_fields, target.id);
  Field field;
  field.centre = retinotopic_centre(model_, target.x_um, target.z_um);
  field.direction_deg = target.direction_deg;
  const bool on = draws.uniform() < rule.on_fraction;
  const double frequency_hz = positive_poisson(rule.mean_frequency_hz, draws);
  const double sign = on ? 1.0 : -1.0;
  const double direction = target.direction_deg * kernels::radians_per_degree;
  field.along_x = sign * kernels::portable_cos(direction);
  field.along_y = sign * kernels::portable_sin(direction);
  const LgnFamily excluded = on ? LgnFamily::sustained_off : LgnFamily::sustained_on;
  for (const LgnUnitClass& unit : model_.lgn.classes) {
    const bool composite = unit.family == LgnFamily::composite;
    field.weight_of_class.push_back(unit.family == excluded ? 0.0
                                    : composite             ? 1.0
                                                : frequency_match(model_.lgn, unit, frequency_hz));
  }
  return field;
}

// Weighted drawing without replacement: every unit runs an exponential race with its weight as
// rate; the first `wanted` win (Efraimidis & Spirakis 2006). Bins come nearest first, so that far
// units mostly lose before their weight is known.
void LgnBudget::race(const Field& field, std::uint32_t id, std::size_t wanted) {
  const SynapseBudget& budget = model_.lgn.budget;
  PlaceDraws draws(seed_, stream::lgn_budget, id, 0);
  limit_ = std::numeric_limits<double>::infinity();
  const double stretch = std::max(budget.aspect, 1.0 / budget.aspect);
  for (const LgnMap::Bin& bin :
       map_.bins_near(field.centre.x_deg, field.centre.y_deg, budget.reach_deg)) {
    const double nearest =
        std::max(0.0, bin.distance_deg - std::fabs(budget.shift_deg)) / budget.sigma_deg;
    const double most = kernels::portable_exp(-0.5 * nearest * nearest / stretch) * (1.0 + 1e-9);
    for (std::uint32_t place = bin.first; place < bin.last; ++place) {
      const double uniform = draws.uniform(place);
      if (1.0 - uniform >= limit_ * most) continue;  // -log(u) >= 1 - u
      consider(field, place, uniform);
      if (taken_.size() >= 2 * wanted + 64) keep_best(wanted);
    }
  }
  keep_best(wanted);
}

void LgnBudget::consider(const Field& field, std::uint32_t place, double uniform) {
  const SynapseBudget& budget = model_.lgn.budget;
  const LgnMap::Unit& unit = map_.unit(place);
  const double fit = field.weight_of_class[mosaic_.unit_class[unit.index]];
  if (!(fit > 0.0)) return;
  if (unit.family == LgnFamily::composite &&
      !aligned(mosaic_.tuning_angle_deg[unit.index], field.direction_deg,
               model_.lgn.axis_tolerance_deg)) {
    return;
  }
  const double x = unit.x_deg - field.centre.x_deg, y = unit.y_deg - field.centre.y_deg;
  if (x * x + y * y > budget.reach_deg * budget.reach_deg) return;
  const double shift = unit.family == LgnFamily::composite       ? 0.0
                       : unit.family == LgnFamily::transient_off ? budget.shift_deg
                                                                 : -budget.shift_deg;
  const double along = x * field.along_x + y * field.along_y + shift;
  const double across = y * field.along_x - x * field.along_y;
  const double distance2 = (along * along * budget.aspect + across * across / budget.aspect) /
                           (budget.sigma_deg * budget.sigma_deg);
  // -log(u) / weight is above the limit, most often.
  if (minus_log_at_least(uniform) * exp_at_least(0.5 * distance2) * (1.0 - 1e-9) >= limit_ * fit) {
    return;
  }
  const double weight = fit * kernels::portable_exp(-0.5 * distance2);
  const double key = -kernels::portable_log(uniform) / weight;
  if (key < limit_) taken_.push_back({key, distance2, place, 1});
}

void LgnBudget::keep_best(std::size_t wanted) {
  if (taken_.size() <= wanted) return;
  const auto last = taken_.begin() + static_cast<std::ptrdiff_t>(wanted);
  std::nth_element(taken_.begin(), last - 1, taken_.end(),
                   [](const Candidate& a, const Candidate& b) {
                     return a.key != b.key ? a.key < b.key : a.place < b.place;
                   });
  limit_ = (last - 1)->key;
  taken_.erase(last, taken_.end());
}

void LgnBudget::give_synapses(const LgnField& rule, std::uint32_t id) {
  count_of_.clear();
  DrawSequence draws(seed_, stream::lgn_synapses, id);
  kernels::PhiloxWords words{};
  for (std::size_t i = 0; i < taken_.size(); ++i) {
    if (i % 4 == 0) words = draws.next();
    const std::uint32_t synapses = yule_simon(rule.yule, kernels::uniform_open(words.word[i % 4]));
    if (synapses >= count_of_.size()) count_of_.resize(synapses + std::size_t{1}, 0);
    ++count_of_[synapses];
  }
  std::size_t first = 0;
  for (std::size_t synapses = count_of_.size(); synapses-- > 2;) {
    if (count_of_[synapses] == 0) continue;
    give(id, static_cast<std::uint32_t>(synapses), count_of_[synapses], first);
    first += count_of_[synapses];
  }
}

void LgnBudget::give(std::uint32_t id, std::uint32_t synapses, std::size_t count,
                     std::size_t first) {
  static const LogOfWait log_of_wait;
  // Trial 0 of the stream are the numbers of synapses.
  PlaceDraws draws(seed_, stream::lgn_synapses, id, synapses);
  winners_.clear();
  double limit = std::numeric_limits<double>::infinity();
  for (std::size_t i = first; i < taken_.size(); ++i) {
    const Candidate& one = taken_[i];
    const double handicap = 0.5 * one.distance2 * synapses;
    const std::uint32_t word = draws.word(one.place);
    if (log_of_wait.at_least(word) + handicap > limit) continue;
    const double key = LogOfWait::of_word(word) + handicap;
    if (key > limit) continue;
    winners_.push_back({key, one.place, static_cast<std::uint32_t>(i)});
    if (winners_.size() >= 2 * count + 16) limit = keep_winners(count);
  }
  keep_winners(count);
  // To the front, in the order of their places there, so that none is moved twice.
  std::sort(winners_.begin(), winners_.end(),
            [](const Winner& a, const Winner& b) { return a.index < b.index; });
  for (const Winner& winner : winners_) {
    std::swap(taken_[first], taken_[winner.index]);
    taken_[first++].synapses = synapses;
  }
}

double LgnBudget::keep_winners(std::size_t count) {
  const auto last = winners_.begin() + static_cast<std::ptrdiff_t>(count);
  std::nth_element(winners_.begin(), last - 1, winners_.end(),
                   [](const Winner& a, const Winner& b) {
                     return a.key != b.key ? a.key < b.key : a.place < b.place;
                   });
  winners_.erase(last, winners_.end());
  return winners_.back().key;
}

}  // namespace v1::network::generator
