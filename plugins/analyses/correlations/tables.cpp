#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "plugins/analyses/correlations/correlations.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/wiring/wiring.hpp"

namespace v1::analyses {

std::vector<std::pair<const char*, Correlations::Field>> Correlations::measures() const {
  std::vector<std::pair<const char*, Field>> out;
  if (conditions_.size() > 1) out.emplace_back("signal", &Pair::signal);
  if (enough_trials()) out.emplace_back("noise", &Pair::noise);
  if (!shown_once()) out.emplace_back("response", &Pair::response);
  return out;
}

void Correlations::finish(v1e::Output& output) {
  if (const std::string text = conditions_.warning(); !text.empty()) output.warn(text);
  window.report(output);
  for (const std::string& text : chosen_.notes) output.note(text);
  for (const std::string& text : notes_) output.note(text);
  write_pairs(output);
  write_groups(output);
  draw_matrices(output);
  draw_distributions(output);
  if (has_positions_) {
    write_binned(output, "by_distance", "distance", "um", &Pair::distance_um, distance_bin,
                 std::numeric_limits<std::int64_t>::max());
    draw_binned(output, "by_distance", "distance", "Distance", "um");
  }
  const bool any_angle = std::any_of(pairs_.begin(), pairs_.end(),
                                     [](const Pair& p) { return !std::isnan(p.angle_deg); });
  if (any_angle) {
    // The last bin is closed: opposite directions get no bin of their own.
    const auto last = static_cast<std::int64_t>(std::ceil(180.0 / angle_bin - 1e-9)) - 1;
    write_binned(output, "by_preference", "difference", "deg", &Pair::angle_deg, angle_bin, last);
    draw_binned(output, "by_preference", "difference", "Difference of preferred directions", "deg");
  }
}

void Correlations::write_pairs(v1e::Output& output) const {
  RowTable<std::int64_t, std::int64_t, std::string, std::string, std::string, double, double> rows(
      {{"id_a", "1"},
       {"id_b", "1"},
       {"group_a", "1"},
       {"group_b", "1"},
       {"kind", "1"},
       {"distance", "um"},
       {"difference", "deg"}});
  for (const Pair& pair : pairs_) {
    const auto& [a, b] = group_pairs_[pair.groups];
    rows.add(chosen_.ids[pair.a], chosen_.ids[pair.b], chosen_.groups[a], chosen_.groups[b],
             kind_of(pair), pair.distance_um, pair.angle_deg);
  }
  v1e::Table table = rows;
  for (const auto& [title, field] : measures()) {
    std::vector<double> values;
    for (const Pair& pair : pairs_) values.push_back(pair.*field);
    table.column(title, "1", values);
  }
  output.table("pairs",
               "The pairs that were drawn; difference: of their preferred directions. A silent "
               "neuron has no correlations",
               table);
}

void Correlations::write_groups(v1e::Output& output) const {
  std::vector<std::string> group_a, group_b;
  std::vector<std::int64_t> drawn;
  for (const auto& [a, b] : group_pairs_) {
    group_a.push_back(chosen_.groups[a]);
    group_b.push_back(chosen_.groups[b]);
  }
  v1e::Table table;
  std::vector<std::vector<const Pair*>> of_group(group_pairs_.size());
  for (const Pair& pair : pairs_) of_group[pair.groups].push_back(&pair);
  for (const auto& one : of_group) drawn.push_back(static_cast<std::int64_t>(one.size()));
  table.column("group_a", "1", group_a).column("group_b", "1", group_b).column("n", "1", drawn);
  RowTable<std::string, std::string, std::string, double> matrix(
      {{"group_a", "1"}, {"group_b", "1"}, {"measure", "1"}, {"correlation", "1"}});
  std::string told;
  for (const auto& [title, field] : measures()) {
    std::vector<double> means, errors;
    for (const auto& one : of_group) {
      std::vector<double> values;
      for (const Pair* pair : one) values.push_back(pair->*field);
      values = without_nan(values);
      means.push_back(mean(values));
      errors.push_back(sem(values));
    }
    for (std::size_t g = 0; g < group_pairs_.size(); ++g) {  // the matrix is symmetric
      for (int side = 0; side < (group_a[g] == group_b[g] ? 1 : 2); ++side) {
        matrix.add(side == 0 ? group_a[g] : group_b[g], side == 0 ? group_b[g] : group_a[g], title,
                   means[g]);
      }
    }
    std::vector<double> all;
    for (const Pair& pair : pairs_) all.push_back(pair.*field);
    all = without_nan(all);
    told += (told.empty() ? "" : ", ") + std::string(title) + " " +
            (all.empty() ? "none" : fixed_text(mean(all), 3));
    output.scalar(std::string("mean_") + title, mean(all), "1",
                  std::string("Mean ") + title + " correlation of the drawn pairs");
    table.column(title, "1", means).column(std::string(title) + "_sem", "1", errors);
  }
  output.table(
      "groups",
      "Mean correlations of the pairs of two groups; sem: standard error over pairs (pairs "
      "share neurons, so it is too small)",
      table);
  output.note("Mean correlations of the drawn pairs: " + told + ".");
  output.table("matrix", "Both halves of `groups`, one measure after the other", matrix);
}

void Correlations::write_binned(v1e::Output& output, const char* table_name, const char* axis,
                                const char* unit, Field at, double width, std::int64_t last) const {
  std::map<std::pair<std::string, std::int64_t>, std::vector<const Pair*>> bins;
  for (const Pair& pair : pairs_) {
    if (std::isnan(pair.*at)) continue;
    const auto bin = std::min(static_cast<std::int64_t>(pair.*at / width + 1e-9), last);
    bins[{kind_of(pair), bin}].push_back(&pair);
  }
  RowTable<std::string, std::string, double, std::int64_t, double, double> table(
      {{"kind", "1"},
       {"measure", "1"},
       {axis, unit},
       {"n", "1"},
       {"correlation", "1"},
       {"sem", "1"}});
  for (const auto& [title, field] : measures()) {
    for (const auto& [key, members] : bins) {
      std::vector<double> values;
      for (const Pair* pair : members) values.push_back(pair->*field);
      values = without_nan(values);
      table.add(key.first, title, (static_cast<double>(key.second) + 0.5) * width,
                static_cast<std::int64_t>(values.size()), mean(values), sem(values));
    }
  }
  output.table(table_name, std::string("Mean correlations in bins of the ") + axis, table);
}

}  // namespace v1::analyses
