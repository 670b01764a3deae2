#include "plugins/analyses/classification/quantities.hpp"

#include <algorithm>

namespace v1::analyses {
namespace {

void copy_to(std::vector<double>& into, const std::vector<double>& from, std::size_t begin) {
  std::copy(from.begin(), from.end(), into.begin() + static_cast<std::ptrdiff_t>(begin));
}

}  // namespace

void WindowSums::resize(std::size_t neurons, std::size_t blocks) {
  for (auto& values : baseline) values.assign(neurons, 0.0);
  for (auto& values : response) values.assign(neurons, 0.0);
  for (auto* values : {&input_first, &input_shift, &input_squares, &baseline_spikes,
                       &response_spikes, &odd_baseline, &odd_response}) {
    values->assign(neurons, 0.0);
  }
  rates.assign(neurons * blocks, 0.0);
}

void WindowSums::place(const WindowSums& from, std::size_t begin) {
  for (std::size_t k = 0; k < recorded_count; ++k) {
    copy_to(baseline[k], from.baseline[k], begin);
    copy_to(response[k], from.response[k], begin);
  }
  copy_to(input_first, from.input_first, begin);
  copy_to(input_shift, from.input_shift, begin);
  copy_to(input_squares, from.input_squares, begin);
  copy_to(baseline_spikes, from.baseline_spikes, begin);
  copy_to(response_spikes, from.response_spikes, begin);
  copy_to(odd_baseline, from.odd_baseline, begin);
  copy_to(odd_response, from.odd_response, begin);
  if (!from.baseline_spikes.empty()) {
    copy_to(rates, from.rates, begin * (from.rates.size() / from.baseline_spikes.size()));
  }
}

void ClassTraces::resize(std::size_t bins) {
  for (std::size_t k = 0; k < variable_count; ++k) {
    for (std::size_t c = 0; c < class_count; ++c) {
      over_neurons[k][c].assign(bins, {});
      over_trials[k][c].assign(bins, {});
    }
  }
}

void ClassTraces::add(const ClassTraces& other) {
  for (std::size_t k = 0; k < variable_count; ++k) {
    for (std::size_t c = 0; c < class_count; ++c) {
      for (std::size_t b = 0; b < over_neurons[k][c].size(); ++b) {
        over_neurons[k][c][b].add(other.over_neurons[k][c][b]);
        over_trials[k][c][b].add(other.over_trials[k][c][b]);
      }
    }
  }
}

}  // namespace v1::analyses
