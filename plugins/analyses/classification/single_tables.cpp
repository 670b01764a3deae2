#include <algorithm>

#include "plugins/analyses/classification/report.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {

void Report::write_singles() {
  if (a_.singles_.empty()) return;
  const std::vector<std::string> population = v1e::texts(a_.dataset_.neuron_column("population"));
  RowTable<std::int64_t, std::int64_t, std::string, std::string, std::string, double, double> table(
      {{"neuron", "1"},
       {"id", "1"},
       {"population", "1"},
       {"reason", "1"},
       {"class", "1"},
       {"criterion_value", criterion_unit()},
       {"threshold", criterion_unit()}});
  for (const SingleNeuron& one : a_.single_) {
    const bool member = one.index >= 0;
    const auto i = static_cast<std::size_t>(std::max(one.index, 0));
    const std::vector<double>& values = a_.criterion_values();
    table.add(one.position, a_.dataset_.raw().network->neuron_id[one.position],
              population.empty() ? "" : population[one.position], one.reason,
              member && classified() ? class_labels()[i] : "",
              member && !values.empty() ? values[i] : undefined,
              member && classified() ? a_.table_.threshold[i] : undefined);
  }
  out_.table("single_neurons", "Neurons that are drawn one by one, and why", table);
  write_single_traces();
  write_single_spikes();
  write_spike_removal();
}

// Mean and standard error over trials; neurons of the population without their baseline.
void Report::write_single_traces() {
  RowTable<std::int64_t, double, double, double> rates(
      {{"neuron", "1"}, {"time", "ms"}, {"rate", "Hz"}, {"error", "Hz"}});
  std::vector<std::int64_t> neuron;
  std::vector<double> time;
  std::array<std::vector<double>, variable_count> means, errors;
  const std::size_t trials = a_.frame_.trials();
  for (std::size_t k = 0; k < a_.single_.size(); ++k) {
    const SingleNeurons::Neuron& one = a_.singles_[k];
    const int index = a_.single_[k].index;
    for (std::size_t b = 0; b < a_.frame_.bins(); ++b) {
      neuron.push_back(a_.single_[k].position);
      time.push_back(a_.frame_.time_ms(b));
      for (std::size_t v = 0; v < variable_count; ++v) {
        if (!a_.has_[v]) continue;
        const double zero =
            index < 0 ? 0.0 : a_.table_.baseline[v][static_cast<std::size_t>(index)];
        means[v].push_back(one.traces[v][b].mean(trials) - zero);
        errors[v].push_back(standard_error(one.traces[v][b], trials));
      }
    }
    for (std::size_t b = 0; b < one.rate.size(); ++b) {
      rates.add(a_.single_[k].position, rate_block_center_ms(b, a_.frame_.trial_ms()),
                one.rate[b].mean(trials), standard_error(one.rate[b], trials));
    }
  }
  v1e::Table table;
  table.column("neuron", "1", neuron).column("time", "ms", time);
  for (std::size_t v = 0; v < variable_count; ++v) {
    if (!a_.has_[v]) continue;
    const std::string name(variables[v].name), unit(variables[v].unit);
    table.column(name, unit, means[v]).column(name + "_error", unit, errors[v]);
  }
  out_.table("single_traces",
             "Single neurons: mean and standard error over trials; change from baseline for those "
             "of the population, absolute for others",
             table);
  out_.table("single_rates", "Smoothed rates of the single neurons", rates);
}

void Report::write_single_spikes() {
  RowTable<std::int64_t, std::int64_t, double> table(
      {{"neuron", "1"}, {"trial", "1"}, {"time", "ms"}});
  for (std::size_t k = 0; k < a_.single_.size(); ++k) {
    for (const auto& [of_trial, step] : a_.singles_[k].spikes) {
      table.add(a_.single_[k].position, of_trial, static_cast<double>(step) * a_.frame_.dt_ms);
    }
  }
  out_.table("single_spikes", "Spikes of the single neurons in every trial", table);
}

// The potential of the first trial as recorded and with its spikes replaced by lines.
void Report::write_spike_removal() {
  RowTable<std::int64_t, double, double, double> table(
      {{"neuron", "1"}, {"time", "ms"}, {"v", "mV"}, {"corrected", "mV"}});
  for (std::size_t k = 0; k < a_.single_.size(); ++k) {
    const SingleNeurons::Neuron& one = a_.singles_[k];
    if (!a_.single_[k].spikes_shown) continue;
    for (std::size_t t = 0; t < one.first_raw.size(); ++t) {
      table.add(a_.single_[k].position, static_cast<double>(t) * a_.frame_.dt_ms,
                static_cast<double>(one.first_raw[t]), one.first_corrected[t]);
    }
  }
  if (table.empty()) return;
  out_.table("spike_removal",
             "Membrane potential of the first trial used, as recorded and without spikes", table);
}

// Rates of the classes dVf and hVf beside those of other populations.
void Report::write_other_rates() {
  if (!a_.others_.has_sums() || !classified()) return;
  RowTable<std::string, double, std::int64_t, double, double, double, double> table(
      {{"population", "1"},
       {"time", "ms"},
       {"n", "1"},
       {"rate", "Hz"},
       {"rate_error", "Hz"},
       {"normalised", "1"},
       {"normalised_error", "1"}});
  const std::size_t blocks = rate_block_count(a_.frame_.trial_ms());
  for (std::size_t p = 0; p < a_.others_.names().size(); ++p) {
    for (std::size_t b = 0; b < blocks; ++b) {
      const Moments raw = a_.others_.raw(p, b), normalised = a_.others_.relative(p, b);
      table.add(a_.others_.names()[p], rate_block_center_ms(b, a_.frame_.trial_ms()),
                static_cast<std::int64_t>(a_.others_.size(p)), raw.mean(a_.others_.size(p)),
                standard_error(raw, a_.others_.size(p)), normalised.mean(a_.others_.spiking(p)),
                standard_error(normalised, a_.others_.spiking(p)));
    }
  }
  out_.table("other_rates",
             "Smoothed firing rates of other populations, mean and standard error over neurons; "
             "normalised: spiking neurons, each relative to its own maximum",
             table);
  has_other_rates_ = true;
}

}  // namespace v1::analyses
