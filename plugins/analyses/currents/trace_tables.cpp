#include "plugins/analyses/currents/currents.hpp"
#include "plugins/analyses/math/report/row_table.hpp"

namespace v1::analyses {

void Currents::write_traces(v1e::Output& output) const {
  RowTable<std::string, std::string, double, double, double> table(
      {{"group", "1"}, {"current", "1"}, {"time", "ms"}, {"change", "pA"}, {"change_sem", "pA"}});
  for (std::size_t c = 0; c < components_.size(); ++c) {
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      for (std::size_t b = 0; b < bins(); ++b) {
        const Moments& moments = recorded_.traces[c][g][b];
        table.add(groups_[g], components_[c].name, bin_time_ms(b), moments.mean(group_size_[g]),
                  standard_error(moments, group_size_[g]));
      }
    }
  }
  output.table("traces",
               "Recorded currents minus each neuron's baseline: mean over trials, then mean and "
               "standard error over the neurons of a group",
               table);
}

void Currents::write_source_traces(v1e::Output& output) const {
  std::vector<std::string> group, source, part_group, part_name;
  std::vector<double> time, current, change, part_time, part_current, part_change;
  const auto append = [&](const std::vector<double>& trace, double level, auto& times, auto& values,
                          auto& changes) {
    for (std::size_t b = 0; b < trace.size(); ++b) {
      times.push_back(bin_time_ms(b));
      values.push_back(trace[b]);
      changes.push_back(trace[b] - level);
    }
  };
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    for (std::size_t k = 0; k < kinds_.size(); ++k) {
      const double level = level_before(g, [&](std::size_t n) { return by_source(n, k, 0); });
      append(source_traces_[k][g], level, time, current, change);
      group.resize(time.size(), groups_[g]);
      source.resize(time.size(), kinds_[k]);
    }
    for (std::size_t p = 0; p < part_names.size(); ++p) {
      if (!has_part(p)) continue;
      const double level = level_before(g, [&](std::size_t n) { return part(p, n, 0); });
      append(part_trace(p, g), level, part_time, part_current, part_change);
      part_group.resize(part_time.size(), groups_[g]);
      part_name.resize(part_time.size(), std::string(part_names[p]));
    }
  }
  v1e::Table table;
  table.column("group", "1", group).column("source", "1", source).column("time", "ms", time);
  table.column("current", "pA", current).column("change", "pA", change);
  output.table("source_traces",
               "Mean current of the groups by kind of source; change: minus baseline", table);
  v1e::Table parts;
  parts.column("group", "1", part_group).column("part", "1", part_name);
  parts.column("time", "ms", part_time).column("current", "pA", part_current);
  parts.column("change", "pA", part_change);
  output.table("part_traces",
               "Mean current of the groups by part of the input; change: minus baseline", parts);
}

}  // namespace v1::analyses
