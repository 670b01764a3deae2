#pragma once
#include <algorithm>
#include <cmath>
#include <vector>

/// Bin edges of degree distributions.
namespace v1::analyses {

/// Width: a hundredth of max + |min|, rounded down, at least 1; edges from floor(low) on, the last
/// one below floor(high) + width.
inline std::vector<double> degree_edges(double low, double high) {
  const double width = std::max(1.0, std::floor((high + std::fabs(low)) / 100.0));
  std::vector<double> edges;
  for (double at = std::floor(low); at < std::floor(high) + width; at += width) {
    edges.push_back(at);
  }
  if (edges.size() == 1) edges.push_back(edges.front() + width);
  return edges;
}

}  // namespace v1::analyses
