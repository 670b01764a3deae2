#include <algorithm>

#include "plugins/analyses/overview/overview.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/report/time_context.hpp"
#include "plugins/analyses/shared/statistics/bands.hpp"

namespace v1::analyses {
namespace {

constexpr double psth_bin_ms = 20.0;

}  // namespace

void Overview::finish(v1e::Output& output) {
  for (const std::string& text : notes_) output.note(text);
  write_stimulus(output, dataset_);
  write_raster_tables(output);
  if (!neurons_.empty()) {
    write_activity(output, "population_activity", groups);
    if (!divisions_[interneurons].names.empty()) {
      write_activity(output, "interneuron_activity", interneurons);
    }
    write_rates(output);
  }
  write_lgn_units(output);
  draw_raster(output);
  draw_activity(output);
  draw_interneurons(output);
  draw_rates(output);
  draw_lgn_units(output);
}

void Overview::write_raster_tables(v1e::Output& output) const {
  if (has_lgn_) {
    RowTable<double, std::int64_t> table({{"time", "ms"}, {"unit", "1"}});
    for (std::size_t e = 0; e < result_.lgn.neuron.size(); ++e) {
      table.add(result_.lgn.time_ms[e], result_.lgn.neuron[e]);
    }
    output.table("lgn_raster", "Spikes of the LGN units in trial " + std::to_string(trial_), table);
  }
  if (neurons_.empty()) return;
  RowTable<double, double, std::string, std::int64_t> table(
      {{"time", "ms"}, {"height", "1"}, {"type", "1"}, {"neuron", "1"}});
  for (std::size_t k = 0; k < result_.v1.neuron.size(); ++k) {
    const std::uint32_t neuron = result_.v1.neuron[k];
    const auto at = std::lower_bound(neurons_.begin(), neurons_.end(), neuron);
    const auto i = static_cast<std::size_t>(at - neurons_.begin());
    table.add(result_.v1.time_ms[k], raster_.height[i], type_name(labels_[i]), neuron);
  }
  output.table("v1_raster", "Spikes in laminar order in trial " + std::to_string(trial_), table);

  RowTable<double, double, std::string> layers({{"low", "1"}, {"high", "1"}, {"label", "1"}});
  for (const Band& band : raster_.layers) layers.add(band.low, band.high, band.label);
  output.table("layers", "Heights of the layers in the raster", layers);
  write_rate_profile(output);
}

// Mean rate of the runs of one population in the raster, for the bars at its side.
void Overview::write_rate_profile(v1e::Output& output) const {
  const Grouping& grouping = divisions_[populations];
  const double seconds =
      dataset_.duration_ms() / 1000.0 * static_cast<double>(result_.trials.size());
  RowTable<double, double, double, std::string> table(
      {{"low", "1"}, {"high", "1"}, {"rate", "Hz"}, {"population", "1"}});
  for (const Band& band : raster_.types) {
    const auto g = static_cast<std::size_t>(
        std::find(grouping.names.begin(), grouping.names.end(), band.label) -
        grouping.names.begin());
    double spikes = 0.0;
    for (const auto& [index, sums] : result_.trials) spikes += sums.populations[g];
    table.add(band.low, band.high, spikes / (static_cast<double>(grouping.sizes[g]) * seconds),
              band.label);
  }
  output.table("rate_profile", "Mean rates by height in the raster", table);
}

// Rates of the groups in bins: of the shown trial, and mean and standard error over trials.
void Overview::write_activity(v1e::Output& output, const std::string& table_name,
                              Division division) const {
  const Grouping& grouping = divisions_[division];
  const std::size_t n = bins(), trials = result_.trials.size();
  RowTable<double, std::string, std::string, std::string, std::int64_t, double, double, double>
      table({{"time", "ms"},
             {"group", "1"},
             {"layer", "1"},
             {"type", "1"},
             {"n", "1"},
             {"rate", "Hz"},
             {"mean_rate", "Hz"},
             {"rate_error", "Hz"}});
  for (std::size_t g = 0; g < grouping.names.size(); ++g) {
    const double scale = 1000.0 / (static_cast<double>(grouping.sizes[g]) * bin_ms());
    const auto member =
        std::find(grouping.group_of.begin(), grouping.group_of.end(), static_cast<int>(g));
    const NeuronLabels& label =
        labels_[static_cast<std::size_t>(member - grouping.group_of.begin())];
    for (std::size_t b = 0; b < n; ++b) {
      Moments over_trials;
      double of_trial = 0.0;
      for (const auto& [index, sums] : result_.trials) {
        const double rate = scale * sums.binned[division][g * n + b];
        over_trials.add(rate);
        if (index == trial_) of_trial = rate;
      }
      table.add((static_cast<double>(b) + 0.5) * bin_ms(), grouping.names[g], label.layer,
                type_name(label), grouping.sizes[g], of_trial, over_trials.mean(trials),
                standard_error(over_trials, trials));
    }
  }
  output.table(table_name,
               "Population rates in bins, whose middle is time; rate: trial " +
                   std::to_string(trial_) +
                   ", mean_rate and rate_error: mean and standard error over trials",
               table);
}

void Overview::write_rates(v1e::Output& output) const {
  const Grouping& grouping = divisions_[populations];
  const double seconds = dataset_.duration_ms() / 1000.0;
  const std::size_t trials = result_.trials.size();
  RowTable<std::string, std::string, std::int64_t, double, double, std::int64_t> table(
      {{"population", "1"},
       {"type", "1"},
       {"n", "1"},
       {"rate", "Hz"},
       {"rate_sd", "Hz"},
       {"trials", "1"}});
  double spikes = 0.0;
  for (std::size_t g = 0; g < grouping.names.size(); ++g) {
    Moments over_trials;
    for (const auto& [index, sums] : result_.trials) {
      spikes += sums.populations[g];
      over_trials.add(sums.populations[g] / (static_cast<double>(grouping.sizes[g]) * seconds));
    }
    const auto member =
        std::find(grouping.group_of.begin(), grouping.group_of.end(), static_cast<int>(g));
    table.add(grouping.names[g],
              type_name(labels_[static_cast<std::size_t>(member - grouping.group_of.begin())]),
              grouping.sizes[g], over_trials.mean(trials), over_trials.deviation(trials), trials);
  }
  output.table("mean_rates", "Mean rate per population and its standard deviation over trials",
               table);
  if (spikes == 0.0) output.note("None of these neurons fired in any trial.");
  output.scalar("mean_rate", spikes / (static_cast<double>(neurons_.size() * trials) * seconds),
                "Hz", "Mean rate of the selected neurons over all trials");
  output.scalar("trials", static_cast<double>(trials), "1", "Trials of the run");
}

// Rate that drove the unit, rate estimated from its spikes, and the spikes themselves.
void Overview::write_lgn_units(v1e::Output& output) const {
  if (units_.empty()) return;
  const auto per_bin = static_cast<std::size_t>(dataset_.duration_ms() / psth_bin_ms);
  RowTable<double, double, double, std::string, double> psth(
      {{"time", "ms"}, {"low", "ms"}, {"high", "ms"}, {"unit", "1"}, {"psth", "Hz"}});
  RowTable<double, std::string, double> rates({{"time", "ms"}, {"unit", "1"}, {"rate", "Hz"}});
  for (std::size_t k = 0; k < units_.size(); ++k) {
    const std::string unit_name = "unit " + std::to_string(units_[k]);
    for (std::size_t f = 0; k < result_.rates.size() && f < result_.rates[k].size(); ++f) {
      rates.add(static_cast<double>(f) * dataset_.duration_ms() /
                    static_cast<double>(result_.rates[k].size()),
                unit_name, result_.rates[k][f]);
    }
    std::vector<double> counts(per_bin, 0.0);
    for (std::size_t e = 0; e < result_.lgn_units.neuron.size(); ++e) {
      const auto b = static_cast<std::size_t>(result_.lgn_units.time_ms[e] / psth_bin_ms);
      if (result_.lgn_units.neuron[e] == units_[k] && b < per_bin) counts[b] += 1.0;
    }
    for (std::size_t b = 0; has_lgn_ && b < per_bin; ++b) {
      const double low = static_cast<double>(b) * psth_bin_ms;
      psth.add(low + 0.5 * psth_bin_ms, low, low + psth_bin_ms, unit_name,
               1000.0 * counts[b] / (psth_bin_ms * static_cast<double>(dataset_.trials())));
    }
  }
  if (!rates.empty()) {
    output.table("lgn_unit_rates", "Rates that the spikes were drawn from", rates);
  }
  if (!has_lgn_) return;
  output.table(
      "lgn_unit_psth",
      "Spikes per bin of 20 ms, mean over trials; time: middle of the bin, low and high: its edges",
      psth);
  RowTable<double, std::string, std::int64_t> raster(
      {{"time", "ms"}, {"unit", "1"}, {"trial", "1"}});
  for (std::size_t e = 0; e < result_.lgn_units.neuron.size(); ++e) {
    raster.add(result_.lgn_units.time_ms[e], "unit " + std::to_string(result_.lgn_units.neuron[e]),
               result_.lgn_units.trial[e]);
  }
  output.table("lgn_unit_raster", "Spikes of single LGN units in all trials", raster);
}

}  // namespace v1::analyses
