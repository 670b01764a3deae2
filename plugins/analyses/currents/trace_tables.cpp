#include "plugins/analyses/currents/currents.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"

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
  using TraceTable = RowTable<std::string, std::string, double, double, double>;
  TraceTable table(
      {{"group", "1"}, {"source", "1"}, {"time", "ms"}, {"current", "pA"}, {"change", "pA"}});
  TraceTable parts(
      {{"group", "1"}, {"part", "1"}, {"time", "ms"}, {"current", "pA"}, {"change", "pA"}});
  const auto append = [&](TraceTable& to, std::size_t g, const auto& part_or_kind,
                          const std::vector<double>& trace, double level) {
    for (std::size_t b = 0; b < trace.size(); ++b) {
      to.add(groups_[g], part_or_kind, bin_time_ms(b), trace[b], trace[b] - level);
    }
  };
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    for (std::size_t k = 0; k < kinds_.size(); ++k) {
      append(table, g, kinds_[k], source_traces_[k][g],
             level_before(g, [&](std::size_t n) { return by_source(n, k, 0); }));
    }
    for (std::size_t p = 0; p < part_names.size(); ++p) {
      if (!has_part(p)) continue;
      append(parts, g, part_names[p], part_trace(p, g),
             level_before(g, [&](std::size_t n) { return part(p, n, 0); }));
    }
  }
  output.table("source_traces",
               "Mean current of the groups by kind of source; change: minus baseline", table);
  output.table("part_traces",
               "Mean current of the groups by part of the input; change: minus baseline", parts);
}

}  // namespace v1::analyses
