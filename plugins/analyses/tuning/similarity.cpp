#include <cmath>

#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/statistics/bootstrap.hpp"
#include "plugins/analyses/shared/statistics/similarity.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"
#include "plugins/analyses/tuning/neuropixels.hpp"
#include "plugins/analyses/tuning/tuning.hpp"

namespace v1::analyses {
namespace {

constexpr std::size_t least_cells = 15;  // smaller groups stay out of scores

const char* metric_label(std::size_t metric) {
  static constexpr const char* labels[] = {"Evoked rate", "Best rate", "Spontaneous rate", "OSI",
                                           "DSI"};
  return labels[metric];
}

/// A metric of the neurons of a cell type beside recorded units; NaN where nothing is compared.
struct MetricComparison {
  double median = undefined, recorded = undefined;
  double below = undefined;  // share of neurons below the recorded median
  double bound = undefined, similarity = undefined, distance = undefined;
  Interval interval{undefined, undefined};  // of the similarity
};

MetricComparison compare(const std::vector<double>& ours, const std::vector<double>& data,
                         double recorded) {
  MetricComparison out;
  out.median = quantile(ours, 0.5);
  out.recorded = recorded;
  if (!ours.empty()) {
    double share = 0.0;  // equal values count half
    for (const double value : ours) {
      share += value < recorded ? 1.0 : (value == recorded ? 0.5 : 0.0);
    }
    out.below = share / static_cast<double>(ours.size());
  }
  out.bound = similarity_bound(out.below);
  if (ours.empty() || data.empty()) return out;
  out.similarity = ks_similarity(ours, data);
  out.distance = wasserstein(ours, data);
  out.interval = bootstrap_interval(ours.size(), [&](std::span<const std::size_t> drawn) {
    std::vector<double> again;
    for (const std::size_t k : drawn) again.push_back(ours[k]);
    return ks_similarity(again, data);
  });
  return out;
}

}  // namespace

// Values of a metric over the neurons of a cell type; selectivity only where it is defined.
std::vector<double> Tuning::metric_values(const std::vector<std::size_t>& members,
                                          std::size_t metric) const {
  std::vector<double> out;
  for (const std::size_t i : members) {
    if (metric == 0) out.push_back(result_.evoked[i]);
    if (metric == 1) out.push_back(result_.best_rate[i]);
    if (metric == 2) out.push_back(result_.spontaneous[i]);
    if (metric < 3 || !selective()) continue;
    const double value = metric == 3 ? result_.selectivity[i].osi : result_.selectivity[i].dsi;
    if (!std::isnan(value)) out.push_back(value);
  }
  return out;
}

const char* Tuning::recorded_name() const {
  return units_.empty() ? "Neuropixels" : "recorded units";
}

// A misspelt type must not be dropped silently.
void Tuning::note_unused_units(v1e::Output& output, bool none) const {
  std::string unknown;
  for (const std::string& type : units_.unknown_types()) {
    unknown += (unknown.empty() ? "" : ", ") + type;
  }
  if (!unknown.empty()) {
    output.warn(units.str() + ": units of the types " + unknown +
                " are left out; types are called L2/3 Exc, L4 PV, L5 SST, L6 VIP, L1 Htr3a.");
  }
  if (none && !units_.empty()) {
    output.warn(units.str() + ": none of its cell types is among the neurons of this run.");
  }
}

// Excitatory types of a layer together, as units were recorded.
void Tuning::write_similarity(v1e::Output& output) const {
  RowTable<std::string, std::string, std::int64_t, std::int64_t, double, double, double, double>
      rows({{"cell_type", "1"},
            {"metric", "1"},
            {"n", "1"},
            {"recorded_n", "1"},
            {"median", "1"},
            {"recorded_median", "1"},
            {"share_below", "1"},
            {"similarity_at_most", "1"}});
  std::vector<double> similarity, low, high, distance;
  RowTable<std::string, std::string, std::string, double> medians(
      {{"cell_type", "1"}, {"metric", "1"}, {"source", "1"}, {"median", "1"}});
  std::array<std::vector<double>, similarity_metrics.size()> scores;
  for (const MedianRow& row : neuropixels_medians) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < neurons_.size(); ++i) {
      if (neuropixels_type(neurons_.groups[neurons_.group_of[i]]) == row.cell_type) {
        members.push_back(i);
      }
    }
    if (members.empty()) continue;
    for (std::size_t m = 0; m < similarity_metrics.size(); ++m) {
      if (m >= 3 && !selective()) continue;
      const std::vector<double> ours = metric_values(members, m);
      const std::vector<double> data = units_.values(std::string(row.cell_type), m, least_rate);
      if (data.empty() && !units_.empty()) continue;
      const double recorded = data.empty() ? row.values[m] : quantile(data, 0.5);
      const MetricComparison found = compare(ours, data, recorded);
      const std::size_t data_size = data.empty() ? row.units : data.size();
      rows.add(row.cell_type, similarity_metrics[m], ours.size(), data_size, found.median,
               found.recorded, found.below, found.bound);
      similarity.push_back(found.similarity);
      distance.push_back(found.distance);
      low.push_back(found.interval.low);
      high.push_back(found.interval.high);
      if (ours.size() >= least_cells && data_size >= least_cells) {
        scores[m].push_back(units_.empty() ? found.bound : found.similarity);
      }
      medians.add(row.cell_type, similarity_metrics[m], "this run", found.median);
      medians.add(row.cell_type, similarity_metrics[m], recorded_name(), recorded);
    }
  }
  note_unused_units(output, rows.empty());
  if (rows.empty()) return;
  v1e::Table table = rows;
  if (!units_.empty()) {
    table.column("similarity", "1", similarity);
    table.column("similarity_low", "1", low).column("similarity_high", "1", high);
    table.column("distance", "1", distance);
  }
  output.table("similarity",
               "Distributions of this run against recorded units (rates in Hz): share of neurons "
               "below the recorded median, and the most that one minus the Kolmogorov-Smirnov "
               "distance can be with it; similarity: that value itself with a 95 % bootstrap "
               "interval, distance: earth mover's, where `units` is given",
               table);
  output.table("medians", "Medians of this run and of recorded units, rates in Hz", medians);
  for (std::size_t m = 0; m < similarity_metrics.size(); ++m) {
    if (scores[m].empty()) continue;
    output.scalar(std::string("similarity_") + similarity_metrics[m], mean(scores[m]), "1",
                  std::string(units_.empty() ? "Upper bound of the" : "The") + " similarity of " +
                      similarity_metrics[m] + " to recorded units, mean over cell types with " +
                      std::to_string(least_cells) + " neurons or more in both");
  }
  draw_similarity(output);
}

void Tuning::draw_similarity(v1e::Output& output) const {
  v1e::Figure figure("Medians beside recorded units");
  figure.caption("Medians over neurons by cell type, and over " +
                 (units_.empty() ? std::string("units of the Allen Neuropixels survey of mouse V1")
                                 : "the recorded units of " + units.str()) +
                 ". " + sample_text());
  std::vector<std::size_t> shown = {0, 1, 2};
  if (selective()) shown.insert(shown.end(), {3, 4});
  figure.grid(static_cast<int>(shown.size() + 1) / 2, 2).legend("top").letters();
  figure.size_mm(180.0, 20.0 + 62.0 * static_cast<double>((shown.size() + 1) / 2));
  for (const std::size_t m : shown) {
    v1e::Panel& panel = figure.panel();
    panel.title(metric_label(m));
    panel.x_axis().label("").angle(90.0);
    panel.y_axis().label(std::string("Median ") + (m < 3 ? "rate" : metric_label(m)));
    panel.y_axis().unit(m < 3 ? "Hz" : "").min(0.0);
    panel.scatter("medians", "cell_type", "median")
        .where("metric", similarity_metrics[m])
        .group("source")
        .group_order({recorded_name(), "this run"})
        .palette({"#7F7F7F", "#D55E00"})
        .size(1.4);
  }
  output.figure("similarity", figure.toml());
}

}  // namespace v1::analyses
