#pragma once
#include <span>
#include <vector>

/// Current source density of potentials along a line of contacts.
namespace v1::analyses {

/// -sigma (phi[i+1] - 2 phi[i] + phi[i-1]) / h^2 for the inner contacts; mV, mm and S/m give
/// uA/mm^3. Positive: a source, negative: a sink. Empty for fewer than three contacts.
/// Nicholson C, Freeman JA (1975) J Neurophysiol 38:356.
inline std::vector<double> current_source_density(std::span<const double> potential_mv,
                                                  double spacing_mm, double sigma_s_per_m) {
  std::vector<double> out;
  for (std::size_t i = 1; i + 1 < potential_mv.size(); ++i) {
    out.push_back(-sigma_s_per_m *
                  (potential_mv[i + 1] - 2.0 * potential_mv[i] + potential_mv[i - 1]) /
                  (spacing_mm * spacing_mm));
  }
  return out;
}

}  // namespace v1::analyses
