#pragma once
#include <cstddef>

/// Means with error bands out of running sums.
namespace v1::analyses {

struct Moments {
  double sum = 0.0, squares = 0.0;
  void add(double value) {
    sum += value;
    squares += value * value;
  }
  void add(const Moments& other) {
    sum += other.sum;
    squares += other.squares;
  }
  /// NaN without values.
  double mean(std::size_t n) const;
  /// ddof 1; NaN for fewer than two values.
  double deviation(std::size_t n) const;
};

/// SE1 and SE3: standard error of n values (trials of a neuron; trial means of neurons).
double standard_error(const Moments& moments, std::size_t n);

/// SE2 of the published scripts: deviation pooled over trials and neurons over sqrt(neurons).
double pooled_error(const Moments& moments, std::size_t trials, std::size_t neurons);

}  // namespace v1::analyses
