#pragma once
#include <span>

/// Does a neuron respond, and how does its rate depend on contrast?
namespace v1::analyses {

/// One-sided p of "evoked counts are larger than spontaneous ones": Poisson regression with
/// log link on the group and dispersion = Pearson's chi^2 / df (quasi-Poisson), t with df = n - 2.
/// exposure: length of the window of each count (any unit, the same for both). Where a group has no
/// spike at all, the exact conditional test of two Poisson rates. NaN for a silent neuron or fewer
/// than two counts in a group.
double response_p(std::span<const double> evoked, double evoked_exposure,
                  std::span<const double> spontaneous, double spontaneous_exposure);

/// (evoked - spontaneous) / (evoked + spontaneous); NaN for 0 / 0.
double response_index(double evoked, double spontaneous);

/// rate = r_max c^n / (c^n + c50^n) + base. Naka KI, Rushton WAH (1966) J Physiol 185:587.
struct ContrastCurve {
  double r_max = 0.0, c50 = 0.0, exponent = 0.0, base = 0.0;
  double r_squared = 0.0;  // share of the variance of the rates
  double at(double contrast) const;
};
/// Least squares from several starts (Levenberg-Marquardt), with c50 in (0, 2] and exponent in
/// [0.3, 8]. NaN with fewer than 4 contrasts or constant rates.
ContrastCurve fit_contrast_curve(std::span<const double> contrast, std::span<const double> rate);

}  // namespace v1::analyses
