#include "engine/calibrate/weight_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace v1::calibrate {
namespace {

// Square root of the rate in Hz per unit of weight: where cortical point neurons near threshold
// lie, and the slopes a measurement may suggest.
constexpr double first_slope = 8.0;
constexpr double least_slope = 1.5;
constexpr double greatest_slope = 60.0;
constexpr double damping = 0.8;
constexpr double longest_step = 0.15;  // units of weight

// Below this, relative errors of a rate mean little.
constexpr double small_rate_hz = 0.5;

}  // namespace

WeightSearch::WeightSearch(std::vector<Goal> goals)
    : goals_(std::move(goals)), best_misfit_(std::numeric_limits<double>::infinity()) {
  for (const Goal& goal : goals_) {
    weights_.push_back(goal.weight);
    memory_.push_back({.slope = first_slope});
  }
  best_weights_ = weights_;
  best_rates_.assign(goals_.size(), 0.0);
}

double WeightSearch::misfit(const std::vector<double>& rates_hz) const {
  double sum = 0.0;
  for (std::size_t g = 0; g < goals_.size(); ++g) {
    const double error =
        (rates_hz[g] - goals_[g].target_hz) / std::max(goals_[g].target_hz, small_rate_hz);
    sum += error * error;
  }
  return sum;
}

// How far to move, in units of weight.
double WeightSearch::step(std::size_t goal, double rate_hz) {
  Memory& memory = memory_[goal];
  const double x = weights_[goal] / goals_[goal].unit;
  const double root = std::sqrt(rate_hz);
  const double moved = x - memory.x;
  if (memory.known && std::fabs(moved) > 1e-5) {
    const double found = (root - memory.root) / moved;
    // The other populations moved too: an implausible slope only makes the next step shorter.
    memory.slope = found > 0.0 ? std::clamp(found, least_slope, greatest_slope)
                               : std::min(1.5 * memory.slope, greatest_slope);
  }
  memory.x = x;
  memory.root = root;
  memory.known = true;
  const double wanted = (std::sqrt(goals_[goal].target_hz) - root) / memory.slope;
  return std::clamp(damping * wanted, -longest_step, longest_step);
}

void WeightSearch::tell(const std::vector<double>& rates_hz) {
  const double now = misfit(rates_hz);
  if (now < best_misfit_) {
    best_misfit_ = now;
    best_weights_ = weights_;
    best_rates_ = rates_hz;
  }
  bool all = true;
  for (std::size_t g = 0; g < goals_.size(); ++g) {
    const Goal& goal = goals_[g];
    const double over = rates_hz[g] - goal.target_hz;
    const bool fine = std::fabs(over) <= goal.tolerance_hz || (over > 0.0 && weights_[g] == 0.0);
    all = all && fine;
  }
  done_ = all;
  if (done_) {
    best_weights_ = weights_;
    best_rates_ = rates_hz;
    return;
  }
  for (std::size_t g = 0; g < goals_.size(); ++g) {
    const double moved = weights_[g] + step(g, rates_hz[g]) * goals_[g].unit;
    weights_[g] = std::max(0.0, moved);
  }
}

bool WeightSearch::at_zero(std::size_t goal) const {
  return best_weights_[goal] == 0.0 && best_rates_[goal] > goals_[goal].target_hz;
}

bool WeightSearch::reached(std::size_t goal) const {
  return std::fabs(best_rates_[goal] - goals_[goal].target_hz) <= goals_[goal].tolerance_hz;
}

}  // namespace v1::calibrate
