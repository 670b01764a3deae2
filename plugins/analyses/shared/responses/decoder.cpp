#include "plugins/analyses/shared/responses/decoder.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <deque>

#include "plugins/analyses/shared/responses/correlation.hpp"

namespace v1::analyses {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

constexpr double rounding = 1e-12;        // correlations that differ by less are equal
constexpr double rounding_of_fit = 1e-9;  // and so are probabilities: the fit adds up roundings

// The first of those that are the largest but for rounding.
std::size_t first_largest(const std::vector<double>& values, double tolerance) {
  const double best = *std::max_element(values.begin(), values.end());
  const auto equal = [&](double value) { return value >= best - tolerance; };
  return static_cast<std::size_t>(std::find_if(values.begin(), values.end(), equal) -
                                  values.begin());
}

/// Penalised loss of a multinomial model and its gradient.
class LogisticLoss {
 public:
  LogisticLoss(const Observations& train, std::size_t classes, double c)
      : classes_(static_cast<Eigen::Index>(classes)), c_(c) {
    const auto n = static_cast<Eigen::Index>(train.size());
    const auto features = static_cast<Eigen::Index>(train.features);
    x_.resize(n, features + 1);
    x_.leftCols(features) = Eigen::Map<const Matrix>(train.x.data(), n, features);
    x_.col(features).setOnes();
    target_ = Matrix::Zero(n, classes_);
    for (Eigen::Index i = 0; i < n; ++i) {
      target_(i, static_cast<Eigen::Index>(train.label[static_cast<std::size_t>(i)])) = 1.0;
    }
  }
  Eigen::Index size() const { return classes_ * x_.cols(); }

  double operator()(const Vector& weights, Vector& gradient) const {
    const Eigen::Map<const Matrix> w(weights.data(), classes_, x_.cols());
    Matrix p = x_ * w.transpose();
    const Vector top = p.rowwise().maxCoeff();
    p.colwise() -= top;
    double loss = -(p.array() * target_.array()).sum();
    p = p.array().exp();
    const Vector total = p.rowwise().sum();
    loss += total.array().log().sum();
    p.array().colwise() /= total.array();
    gradient.resize(size());
    Eigen::Map<Matrix> g(gradient.data(), classes_, x_.cols());
    g.noalias() = (p - target_).transpose() * x_;
    const auto penalised = w.leftCols(x_.cols() - 1);
    g.leftCols(x_.cols() - 1) += penalised / c_;
    return loss + 0.5 * penalised.squaredNorm() / c_;
  }

 private:
  Eigen::Index classes_;
  double c_;
  Matrix x_, target_;
};

/// L-BFGS (Nocedal and Wright 2006, algorithm 7.4) with backtracking; the loss is convex.
template <class Loss>
std::size_t minimise(const Loss& loss, Vector& at, double tolerance, std::size_t most) {
  constexpr std::size_t memory = 10;
  std::deque<std::pair<Vector, Vector>> history;  // steps and changes of the gradient
  Vector gradient, next_gradient;
  double value = loss(at, gradient);
  std::size_t iteration = 0;
  for (; iteration < most && gradient.cwiseAbs().maxCoeff() > tolerance; ++iteration) {
    Vector direction = -gradient;
    std::vector<double> alpha(history.size());
    for (std::size_t k = history.size(); k-- > 0;) {
      const auto& [s, y] = history[k];
      alpha[k] = s.dot(direction) / s.dot(y);
      direction -= alpha[k] * y;
    }
    if (!history.empty()) {
      const auto& [s, y] = history.back();
      direction *= s.dot(y) / y.squaredNorm();
    } else {
      direction /= std::max(1.0, gradient.norm());
    }
    for (std::size_t k = 0; k < history.size(); ++k) {
      const auto& [s, y] = history[k];
      direction += (alpha[k] - y.dot(direction) / s.dot(y)) * s;
    }
    const double slope = gradient.dot(direction);
    double length = 1.0, next_value = value;
    Vector next;
    bool better = false;
    for (int halving = 0; halving < 40 && !better; ++halving, length *= 0.5) {
      next = at + length * direction;
      next_value = loss(next, next_gradient);
      better = next_value <= value + 1e-4 * length * slope;
    }
    if (!better) break;
    Vector s = next - at, y = next_gradient - gradient;
    if (s.dot(y) > 1e-12 * y.squaredNorm()) {
      history.emplace_back(std::move(s), std::move(y));
      if (history.size() > memory) history.pop_front();
    }
    at = std::move(next);
    gradient = next_gradient;
    value = next_value;
  }
  return iteration;
}

}  // namespace

TemplateDecoder::TemplateDecoder(const Observations& train, std::size_t classes)
    : templates_(classes, std::vector<double>(train.features, 0.0)) {
  std::vector<double> size(classes, 0.0);
  for (std::size_t i = 0; i < train.size(); ++i) {
    const auto row = train.row(i);
    for (std::size_t f = 0; f < train.features; ++f) templates_[train.label[i]][f] += row[f];
    size[train.label[i]] += 1.0;
  }
  for (std::size_t c = 0; c < classes; ++c) {
    for (double& value : templates_[c]) value /= std::max(size[c], 1.0);
  }
}

std::vector<double> TemplateDecoder::scores(std::span<const double> x) const {
  std::vector<double> out;
  for (const std::vector<double>& one : templates_) {
    const double r = pearson(x, one);
    out.push_back(std::isnan(r) ? 0.0 : r);
  }
  return out;
}

std::size_t TemplateDecoder::predict(std::span<const double> x) const {
  return first_largest(scores(x), rounding);
}

LogisticDecoder::LogisticDecoder(const Observations& train, std::size_t classes, double c,
                                 double tolerance, std::size_t most_iterations)
    : classes_(classes), features_(train.features) {
  const LogisticLoss loss(train, classes, c);
  Vector weights = Vector::Zero(loss.size());
  iterations_ = minimise(loss, weights, tolerance, most_iterations);
  weights_.assign(weights.data(), weights.data() + weights.size());
}

std::vector<double> LogisticDecoder::probabilities(std::span<const double> x) const {
  std::vector<double> out;
  for (std::size_t k = 0; k < classes_; ++k) {
    const double* w = weights_.data() + k * (features_ + 1);
    double score = w[features_];
    for (std::size_t f = 0; f < features_; ++f) score += w[f] * x[f];
    out.push_back(score);
  }
  const double top = *std::max_element(out.begin(), out.end());
  double total = 0.0;
  for (double& score : out) total += score = std::exp(score - top);
  for (double& score : out) score /= total;
  return out;
}

std::size_t LogisticDecoder::predict(std::span<const double> x) const {
  return first_largest(probabilities(x), rounding_of_fit);
}

double mutual_information(const std::vector<std::vector<double>>& counts) {
  double total = 0.0;
  std::vector<double> row(counts.size(), 0.0), column;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    column.resize(std::max(column.size(), counts[i].size()), 0.0);
    for (std::size_t j = 0; j < counts[i].size(); ++j) {
      total += counts[i][j];
      row[i] += counts[i][j];
      column[j] += counts[i][j];
    }
  }
  double bits = 0.0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    for (std::size_t j = 0; j < counts[i].size(); ++j) {
      if (counts[i][j] <= 0.0) continue;
      bits += counts[i][j] / total * std::log2(counts[i][j] * total / (row[i] * column[j]));
    }
  }
  return bits;
}

}  // namespace v1::analyses
