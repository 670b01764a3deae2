#include <algorithm>
#include <numeric>

#include "plugins/analyses/classification/report.hpp"
#include "plugins/analyses/shared/report/class_strip.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/signals/smoothing.hpp"

namespace v1::analyses {
namespace {

constexpr std::size_t most_heatmap_columns = 500;
constexpr std::size_t most_rate_rows = 200;

}  // namespace

// Trial means without baseline, averaged over the neurons of each class.
void Report::write_traces() {
  if (!classified() || a_.traces_.over_neurons[total][0].empty()) return;
  const std::size_t bins = a_.frame_.bins(), trials = a_.frame_.trials();
  std::vector<double> time;
  std::vector<std::string> classes;
  std::vector<std::int64_t> counts;
  std::array<std::vector<double>, variable_count> means, errors;
  for (const ResponseClass c : all_classes) {
    const std::size_t n = class_size(c);
    if (n == 0) continue;
    const auto index = static_cast<std::size_t>(c);
    for (std::size_t b = 0; b < bins; ++b) {
      time.push_back(a_.frame_.time_ms(b));
      classes.emplace_back(class_names[index]);
      counts.push_back(static_cast<std::int64_t>(n));
      for (std::size_t k = 0; k < variable_count; ++k) {
        const Moments& over_neurons = a_.traces_.over_neurons[k][index][b];
        means[k].push_back(over_neurons.mean(n));
        errors[k].push_back(a_.frame_.reference
                                ? pooled_error(a_.traces_.over_trials[k][index][b], trials, n)
                                : standard_error(over_neurons, n));
      }
    }
  }
  v1e::Table table;
  table.column("time", "ms", time).column("class", "1", classes).column("n", "1", counts);
  for (std::size_t k = 0; k < variable_count; ++k) {
    if (!a_.has_[k]) continue;
    const std::string name(variables[k].name), unit(variables[k].unit);
    table.column(name, unit, means[k]).column(name + "_error", unit, errors[k]);
  }
  out_.table("traces", "Change from baseline by class; " + band_definition(), table);
}

// Traces of the sampled neurons, top row first, thinned to a few hundred columns.
void Report::write_heatmap() {
  if (a_.samples_.empty()) return;
  const std::size_t bins = a_.frame_.bins();
  const std::size_t per_column = (bins + most_heatmap_columns - 1) / most_heatmap_columns;
  const std::size_t columns = bins / per_column;
  std::vector<double> time;
  std::vector<std::int64_t> rows, all_rows, position;
  std::vector<std::string> classes;
  std::array<std::vector<double>, variable_count> values;
  for (std::size_t row = 0; row < a_.sample_.size(); ++row) {
    const std::size_t i = a_.sample_[row];
    all_rows.push_back(static_cast<std::int64_t>(row));
    position.push_back(a_.neurons_[i]);
    classes.push_back(name_of(a_.table_.classes[i]));
    const auto& traces = a_.samples_.at(i);
    for (std::size_t c = 0; c < columns; ++c) {
      time.push_back((static_cast<double>(c) + 0.5) * static_cast<double>(per_column) *
                     a_.frame_.bin_ms());
      rows.push_back(static_cast<std::int64_t>(row));
      for (std::size_t k = 0; k < variable_count; ++k) {
        if (!a_.has_[k]) continue;
        const auto first = traces[k].begin() + static_cast<std::ptrdiff_t>(c * per_column);
        const auto last = first + static_cast<std::ptrdiff_t>(per_column);
        values[k].push_back(std::accumulate(first, last, 0.0) / static_cast<double>(per_column));
      }
    }
  }
  v1e::Table table;
  table.column("time", "ms", time).column("row", "1", rows);
  for (std::size_t k = 0; k < variable_count; ++k) {
    if (a_.has_[k]) {
      table.column(std::string(variables[k].name), std::string(variables[k].unit), values[k]);
    }
  }
  out_.table("heatmap", "Change from baseline of the sampled neurons, trial means", table);
  v1e::Table row_table;
  row_table.column("row", "1", all_rows).column("neuron", "1", position);
  row_table.column("class", "1", classes);
  add_class_strip(row_table, all_rows,
                  std::vector<double>(a_.sample_.size(), a_.frame_.trial_ms()));
  out_.table("heatmap_rows", "The sampled neurons, most negative response first", row_table);
}

// Smoothed rates of the classes: in Hz, and of spiking neurons relative to their own maximum.
void Report::write_rates() {
  if (!classified() || !a_.has_spikes_) return;
  const std::size_t blocks = rate_block_count(a_.frame_.trial_ms());
  RowTable<double, std::string, std::int64_t, std::int64_t, double, double, double, double> table(
      {{"time", "ms"},
       {"class", "1"},
       {"n", "1"},
       {"n_spiking", "1"},
       {"rate", "Hz"},
       {"rate_error", "Hz"},
       {"normalised", "1"},
       {"normalised_error", "1"}});
  for (const ResponseClass c : all_classes) {
    std::vector<std::size_t> members;
    std::vector<double> largest;
    for (std::size_t i = 0; i < a_.neurons_.size(); ++i) {
      if (a_.table_.classes[i] != c) continue;
      const auto first = a_.rates_.begin() + static_cast<std::ptrdiff_t>(i * blocks);
      members.push_back(i);
      largest.push_back(*std::max_element(first, first + static_cast<std::ptrdiff_t>(blocks)));
    }
    if (members.empty()) continue;
    const std::size_t active = static_cast<std::size_t>(
        std::count_if(largest.begin(), largest.end(), [](double m) { return m > 0.0; }));
    for (std::size_t b = 0; b < blocks; ++b) {
      Moments raw, relative;
      for (std::size_t k = 0; k < members.size(); ++k) {
        const double value = a_.rates_[members[k] * blocks + b];
        raw.add(value);
        if (largest[k] > 0.0) relative.add(value / largest[k]);
      }
      table.add(rate_block_center_ms(b, a_.frame_.trial_ms()), name_of(c),
                static_cast<std::int64_t>(members.size()), static_cast<std::int64_t>(active),
                raw.mean(members.size()), standard_error(raw, members.size()),
                relative.mean(active), standard_error(relative, active));
    }
  }
  out_.table("rates", "Smoothed firing rates by class, mean and standard error over neurons",
             table);
}

// All neurons by descending rate during the response; neighbouring rows are averaged when there
// are more than a figure can show. Silent neurons are left out.
void Report::write_rate_map() {
  if (!a_.has_spikes_) return;
  const std::size_t blocks = rate_block_count(a_.frame_.trial_ms());
  const auto from = static_cast<std::size_t>(a_.response.values()[0] / rate_block_ms);
  const auto to =
      std::max(static_cast<std::size_t>(a_.response.values()[1] / rate_block_ms), from + 1);
  std::vector<std::size_t> order;
  std::vector<double> driven(a_.neurons_.size(), 0.0);
  std::size_t silent = 0;
  for (std::size_t i = 0; i < a_.neurons_.size(); ++i) {
    const double* rates = a_.rates_.data() + i * blocks;
    for (std::size_t b = from; b < to; ++b) driven[i] += rates[b];
    if (std::all_of(rates, rates + blocks, [](double r) { return r == 0.0; })) {
      ++silent;
    } else {
      order.push_back(i);
    }
  }
  out_.scalar("silent_neurons", static_cast<double>(silent), "1",
              "Neurons without a spike in the trials used");
  if (order.empty()) {
    out_.warn("No neuron of the population fired; the firing-rate figures are left out.");
    return;
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return driven[a] > driven[b]; });
  const std::size_t per_row = (order.size() + most_rate_rows - 1) / most_rate_rows;
  RowTable<double, std::int64_t, double, double> table(
      {{"time", "ms"}, {"row", "1"}, {"rate", "Hz"}, {"normalised", "1"}});
  for (std::size_t first = 0; first < order.size(); first += per_row) {
    const std::size_t last = std::min(first + per_row, order.size());
    const auto members = static_cast<double>(last - first);
    for (std::size_t b = 0; b < blocks; ++b) {
      double sum = 0.0, relative = 0.0;
      for (std::size_t k = first; k < last; ++k) {
        const double* rates = a_.rates_.data() + order[k] * blocks;
        sum += rates[b];
        relative += rates[b] / *std::max_element(rates, rates + blocks);
      }
      table.add(rate_block_center_ms(b, a_.frame_.trial_ms()), static_cast<std::int64_t>(first),
                sum / members, relative / members);
    }
  }
  out_.table("rate_map",
             "Smoothed rates by neuron, highest response first; " + std::to_string(per_row) +
                 " neighbouring neurons are averaged in a row",
             table);
  if (classified()) write_rate_map_classes(order, per_row);
}

// The classes of the neurons in every row of the map, as a strip at its left: the neurons of a row
// share the width of the strip.
void Report::write_rate_map_classes(const std::vector<std::size_t>& order, std::size_t per_row) {
  RowTable<double, double, std::string, double, double> table(
      {{"low", "1"}, {"high", "1"}, {"class", "1"}, {"share", "1"}, {"strip", "ms"}});
  for (std::size_t first = 0; first < order.size(); first += per_row) {
    const std::size_t last = std::min(first + per_row, order.size());
    for (const ResponseClass c : all_classes) {
      const auto members = std::count_if(order.begin() + static_cast<std::ptrdiff_t>(first),
                                         order.begin() + static_cast<std::ptrdiff_t>(last),
                                         [&](std::size_t i) { return a_.table_.classes[i] == c; });
      const double half = 0.5 * static_cast<double>(per_row);
      const double share = static_cast<double>(members) / static_cast<double>(last - first);
      table.add(static_cast<double>(first) - half, static_cast<double>(first) + half, name_of(c),
                share,
                members > 0 ? share * left_of_heatmap_ms() : 0.0);  // not -0
    }
  }
  out_.table("rate_map_classes",
             "Classes of the neurons in a row of rate_map, which reaches from low to high; strip: "
             "where the figure draws them",
             table);
}

}  // namespace v1::analyses
