#pragma once
#include <cstddef>
#include <span>
#include <vector>

/// Decoders: predict the stimulus from the activity of some neurons in one trial.
namespace v1::analyses {

/// Labelled observations: x holds one row of features per observation.
struct Observations {
  std::size_t features = 0;
  std::vector<double> x;           // [observation][feature]
  std::vector<std::size_t> label;  // below the number of classes

  std::size_t size() const { return label.size(); }
  std::span<const double> row(std::size_t i) const { return {x.data() + i * features, features}; }
  void add(std::span<const double> values, std::size_t of_class) {
    x.insert(x.end(), values.begin(), values.end());
    label.push_back(of_class);
  }
};

/// Predicts the class whose mean response correlates best with the observation; the first one of
/// equals; r counts as 0 where one side does not vary.
class TemplateDecoder {
 public:
  TemplateDecoder(const Observations& train, std::size_t classes);
  std::vector<double> scores(std::span<const double> x) const;
  std::size_t predict(std::span<const double> x) const;

 private:
  std::vector<std::vector<double>> templates_;
};

/// Multinomial logistic regression with an L2 penalty on the weights, |W|^2 / (2 C) + sum of
/// -log p, intercepts free; L-BFGS until no derivative exceeds the tolerance. Predicts the most
/// likely class, the first one of equals.
class LogisticDecoder {
 public:
  LogisticDecoder(const Observations& train, std::size_t classes, double c = 1.0,
                  double tolerance = 1e-3, std::size_t most_iterations = 1000);
  std::vector<double> probabilities(std::span<const double> x) const;
  std::size_t predict(std::span<const double> x) const;
  std::size_t iterations() const { return iterations_; }

 private:
  std::size_t classes_, features_;
  std::vector<double> weights_;  // [class][feature + 1]; last: intercept
  std::size_t iterations_ = 0;
};

/// Mutual information of true and predicted class in bits. counts: [true][predicted].
double mutual_information(const std::vector<std::vector<double>>& counts);

}  // namespace v1::analyses
