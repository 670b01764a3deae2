#pragma once
#include <span>
#include <vector>

/// Correlations of responses.
namespace v1::analyses {

/// Pearson's r; NaN for fewer than two values or when one side does not vary.
double pearson(std::span<const double> a, std::span<const double> b);

/// Responses of a neuron to a set of stimuli: [stimulus][trial].
using Responses = std::vector<std::vector<double>>;

/// Means over the trials of every stimulus.
std::vector<double> stimulus_means(const Responses& responses);
/// Deviations from the mean of the stimulus over its standard deviation (ddof 0), all trials one
/// after another; 0 where a stimulus has no variance.
std::vector<double> standard_residuals(const Responses& responses);

/// r of the trial means of two neurons over stimuli.
double signal_correlation(const Responses& a, const Responses& b);
/// r of what is left of single trials without the mean of their stimulus, standardised by
/// stimulus; stimuli without variance in either neuron are left out.
double noise_correlation(const Responses& a, const Responses& b);
/// r over all trials of all stimuli.
double total_correlation(const Responses& a, const Responses& b);

/// r over stimuli between the mean of the first and of the second half of the trials (the first is
/// the shorter one where they are odd). NaN with one trial or a constant half.
double split_half_reliability(const Responses& responses);
/// What r of two halves means for all trials: 2 r / (1 + r); NaN for -1.
double spearman_brown(double r);

/// Lifetime sparsity (1 - <r>^2 / <r^2>) / (1 - 1/n): 0 for equal responses, 1 for a single one.
/// NaN for a silent neuron or fewer than two stimuli. Vinje WE, Gallant JL (2000) Science 287:1273.
double sparsity(std::span<const double> rates);

}  // namespace v1::analyses
