#pragma once
#include <cstddef>
#include <vector>

/// Finds one input weight per population so that every population fires at its target rate.
namespace v1::calibrate {

/// One population of the search.
struct Goal {
  double weight = 0.0;        // where the search begins, not negative
  double unit = 1.0;          // weight that alone would bring the neurons to threshold
  double target_hz = 0.0;     // >= 0
  double tolerance_hz = 0.0;  // a rate this near to the target is good
};

/// A damped secant search on the square root of the rates, all populations at once: rates grow
/// with the weights, but populations also move each other, so no bracket stays valid and every
/// step is short. Deterministic. Use: simulate with weights(), tell(rates), until done().
class WeightSearch {
 public:
  explicit WeightSearch(std::vector<Goal> goals);

  /// Weights to try next, one per goal.
  const std::vector<double>& weights() const { return weights_; }
  /// Rates [Hz] found with weights(); moves weights() on.
  void tell(const std::vector<double>& rates_hz);
  /// Every population was within its tolerance, or could not come nearer, at the last tell().
  bool done() const { return done_; }

  /// The best weights so far and the rates they gave.
  const std::vector<double>& best_weights() const { return best_weights_; }
  const std::vector<double>& best_rates_hz() const { return best_rates_; }
  /// True where the rate is above the target although the weight is zero.
  bool at_zero(std::size_t goal) const;
  bool reached(std::size_t goal) const;

 private:
  struct Memory {
    double slope;  // of sqrt(rate) over weight / unit
    double x = 0.0;
    double root = 0.0;
    bool known = false;
  };
  double misfit(const std::vector<double>& rates_hz) const;
  double step(std::size_t goal, double rate_hz);

  std::vector<Goal> goals_;
  std::vector<Memory> memory_;
  std::vector<double> weights_, best_weights_, best_rates_;
  double best_misfit_ = 0.0;
  bool done_ = false;
};

}  // namespace v1::calibrate
