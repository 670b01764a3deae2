#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "plugins/analyses/shared/classes/classes.hpp"
#include "plugins/analyses/shared/signals/trace_bins.hpp"
#include "plugins/analyses/shared/statistics/bands.hpp"

/// The quantities a classification works with and their running sums.
namespace v1::analyses {

/// Recorded variables in the order they are read, and the derived one.
enum Variable : std::size_t { potential, recurrent, bottom_up, total, after_spike_background };
inline constexpr std::size_t recorded_count = 4;
inline constexpr std::size_t variable_count = 5;

struct VariableInfo {
  std::string_view name;  // in recordings and tables
  std::string_view unit;
  std::string_view label;  // in figures
  double heatmap_range;    // +- in figures
};
inline constexpr std::array<VariableInfo, variable_count> variables = {{
    {"v", "mV", "Membrane potential", 10.0},
    {"recurrent_current", "pA", "Recurrent current", 50.0},
    {"bottom_up_current", "pA", "Bottom-up current", 50.0},
    {"input_current", "pA", "Total current", 50.0},
    {"asc_bkg", "pA", "After-spike and background", 50.0},
}};

/// Windows and sizes in steps, shared by all neurons.
struct Frame : TraceBins {
  std::int64_t baseline_begin = 0, baseline_end = 0;
  std::int64_t response_begin = 0, response_end = 0;
  bool reference = false;  // the published scripts' arithmetic
  bool correct_voltage = true;

  bool odd(std::uint32_t trial) const { return (trial - trial_begin) % 2 == 1; }
  double baseline_ms() const { return dt_ms * static_cast<double>(baseline_end - baseline_begin); }
  double response_ms() const { return dt_ms * static_cast<double>(response_end - response_begin); }
  double trial_ms() const { return dt_ms * static_cast<double>(steps); }
};

/// Sums of a list of neurons over trials (first pass); index = position in the list.
struct WindowSums {
  std::array<std::vector<double>, recorded_count> baseline, response;  // of the variables
  std::vector<double> input_first, input_shift, input_squares;         // for the sd of the input
  bool input_begun = false;
  std::vector<double> baseline_spikes, response_spikes;
  std::vector<double> odd_baseline, odd_response;  // of the criterion; every second trial
  std::vector<double> rates;                       // [neuron][block], summed smoothed rates

  void resize(std::size_t neurons, std::size_t blocks);
  /// Copies `from`, which covers the neurons from `begin` on.
  void place(const WindowSums& from, std::size_t begin);
};

/// Sums over the neurons of each class (second pass), of trial means without baseline.
struct ClassTraces {
  /// [variable][class][bin]
  std::array<std::array<std::vector<Moments>, class_count>, variable_count> over_neurons;
  /// Single trials, for the pooled band of the reference.
  std::array<std::array<std::vector<Moments>, class_count>, variable_count> over_trials;

  void resize(std::size_t bins);
  void add(const ClassTraces& other);
};

}  // namespace v1::analyses
