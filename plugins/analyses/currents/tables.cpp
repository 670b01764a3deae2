#include <algorithm>
#include <cmath>

#include "plugins/analyses/currents/currents.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/responses/correlation.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {
namespace {

/// Columns of means and standard errors over the neurons of a group.
struct WindowColumns {
  std::vector<double> before, before_sem, during, during_sem, change, change_sem;
  void add(const std::vector<double>& base, const std::vector<double>& driven) {
    std::vector<double> difference(base.size());
    for (std::size_t i = 0; i < base.size(); ++i) difference[i] = driven[i] - base[i];
    before.push_back(mean(base));
    before_sem.push_back(sem(base));
    during.push_back(mean(driven));
    during_sem.push_back(sem(driven));
    change.push_back(mean(difference));
    change_sem.push_back(sem(difference));
  }
  void write(v1e::Table& table) const {
    table.column("baseline", "pA", before).column("baseline_sem", "pA", before_sem);
    table.column("stimulus", "pA", during).column("stimulus_sem", "pA", during_sem);
    table.column("change", "pA", change).column("change_sem", "pA", change_sem);
  }
};

}  // namespace

std::vector<double> Currents::of_group(std::size_t group, const std::vector<double>& values) const {
  std::vector<double> out;
  for (std::size_t n = 0; n < values.size(); ++n) {
    if (group_of_[n] == group) out.push_back(values[n]);
  }
  return out;
}

void Currents::write_neurons(v1e::Output& output) const {
  std::vector<std::int64_t> position, id;
  std::vector<std::string> group;
  for (std::size_t n = 0; n < neurons_.size(); ++n) {
    position.push_back(neurons_[n]);
    id.push_back(dataset_.raw().network->neuron_id[neurons_[n]]);
    group.push_back(groups_[group_of_[n]]);
  }
  v1e::Table table;
  table.column("neuron", "1", position).column("id", "1", id).column("group", "1", group);
  const auto add = [&](std::string title, auto value) {
    std::replace(title.begin(), title.end(), ' ', '_');
    std::replace(title.begin(), title.end(), '-', '_');
    std::vector<double> before, during;
    for (std::size_t n = 0; n < neurons_.size(); ++n) {
      before.push_back(value(n, 0));
      during.push_back(value(n, 1));
    }
    table.column(title + "_baseline", "pA", before).column(title + "_stimulus", "pA", during);
  };
  if (any_recorded()) {
    for (std::size_t c = 0; c < components_.size(); ++c) {
      add(components_[c].name, [&](std::size_t n, std::size_t w) { return recorded(c, n, w); });
    }
  }
  for (std::size_t p = 0; p < 4 && rebuilt(); ++p) {
    if (!has_part(p)) continue;
    add("from_" + std::string(part_names[p]),
        [&](std::size_t n, std::size_t w) { return part(p, n, w); });
  }
  output.table(
      "neurons",
      "Mean currents of every neuron in both windows: as recorded, and (from_...) computed "
      "from spikes and synapses",
      table);
  if (!rebuilt()) return;
  const std::vector<std::int64_t> shape = {static_cast<std::int64_t>(neurons_.size()),
                                           static_cast<std::int64_t>(kinds_.size())};
  for (std::size_t w = 0; w < window_count; ++w) {
    const std::vector<double>& values = parts_.by_source[w];
    v1e_const_array block{};
    block.data = values.data();
    block.dtype = V1E_F64;
    block.ndim = 2;
    block.shape[0] = shape[0];
    block.shape[1] = shape[1];
    block.stride[1] = sizeof(double);
    block.stride[0] = shape[1] * block.stride[1];
    output.array(w == 0 ? "by_source_baseline" : "by_source_stimulus", "pA", shape, {0, 0}, block);
  }
  std::string order;
  for (const std::string& kind : kinds_) order += (order.empty() ? "" : ", ") + kind;
  output.note("Currents of every neuron by source are in `arrays.h5` (rows: `neurons`; columns: " +
              order + ").");
}

// Excitation, inhibition and what follows from them.
void Currents::write_budget(v1e::Output& output) const {
  std::vector<std::string> group, name_of_part;
  std::vector<std::int64_t> size;
  WindowColumns columns;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    for (std::size_t p = 0; p < part_names.size(); ++p) {
      if (!has_part(p)) continue;
      std::vector<double> before, during;
      for (std::size_t n = 0; n < neurons_.size(); ++n) {
        if (group_of_[n] != g) continue;
        before.push_back(part(p, n, 0));
        during.push_back(part(p, n, 1));
      }
      group.push_back(groups_[g]);
      name_of_part.emplace_back(part_names[p]);
      size.push_back(static_cast<std::int64_t>(before.size()));
      columns.add(before, during);
    }
  }
  v1e::Table table;
  table.column("group", "1", group).column("part", "1", name_of_part).column("n", "1", size);
  columns.write(table);
  output.table("budget", "Mean currents of the groups; sem: standard error over neurons", table);
  if (!rebuilt()) return;

  RowTable<std::string, double, double, double> balance(
      {{"group", "1"},
       {"inhibition_over_excitation", "1"},
       {"amplification", "1"},
       {"excitation_inhibition_correlation", "1"}});
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    double lgn = 0.0, excitation = 0.0, inhibition = 0.0, background = 0.0;
    for (std::size_t n = 0; n < neurons_.size(); ++n) {
      if (group_of_[n] != g) continue;
      if (has_part(0)) lgn += part(0, n, 1);
      if (has_part(1)) excitation += part(1, n, 1);
      if (has_part(2)) inhibition += part(2, n, 1);
      if (has_part(3)) background += part(3, n, 1);
    }
    const double all = lgn + excitation + background;
    const std::vector<double> plus = part_trace(1, g), minus = part_trace(2, g);
    balance.add(groups_[g], all > 0.0 ? std::fabs(inhibition) / all : undefined,
                lgn > 0.0 ? (lgn + excitation) / lgn : undefined,
                plus.empty() || minus.empty() ? undefined : -pearson(plus, minus));
  }
  output.table("balance",
               "During the stimulus: |recurrent inhibition| over all excitation; (LGN + recurrent "
               "excitation) / LGN; correlation over time of the mean recurrent excitation with the "
               "magnitude of the inhibition",
               balance);
}

void Currents::write_sources(v1e::Output& output) const {
  std::vector<std::string> group, source, kind_of;
  std::vector<std::int64_t> size;
  WindowColumns columns;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    for (std::size_t k = 0; k < kinds_.size(); ++k) {
      std::vector<double> before, during;
      for (std::size_t n = 0; n < neurons_.size(); ++n) {
        if (group_of_[n] != g) continue;
        before.push_back(by_source(n, k, 0));
        during.push_back(by_source(n, k, 1));
      }
      group.push_back(groups_[g]);
      source.push_back(kinds_[k]);
      kind_of.emplace_back(origin_names[static_cast<std::size_t>(origin_of_kind_[k])]);
      size.push_back(static_cast<std::int64_t>(before.size()));
      columns.add(before, during);
    }
  }
  v1e::Table table;
  table.column("group", "1", group).column("source", "1", source).column("origin", "1", kind_of);
  table.column("n", "1", size);
  columns.write(table);
  output.table("sources", "Mean currents of the groups by kind of source, from spikes and synapses",
               table);
}

void Currents::write_receptors(v1e::Output& output) const {
  std::vector<std::string> group, origin, label;
  std::vector<std::int64_t> receptor;
  WindowColumns columns;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    for (std::size_t o = 0; o < origin_count; ++o) {
      for (std::size_t r = 0; r < receptors_; ++r) {
        std::vector<double> before, during;
        bool any = false;
        for (std::size_t n = 0; n < neurons_.size(); ++n) {
          if (group_of_[n] != g) continue;
          const std::size_t at = (n * origin_count + o) * receptors_ + r;
          before.push_back(parts_.by_receptor[0][at]);
          during.push_back(parts_.by_receptor[1][at]);
          any |= before.back() != 0.0 || during.back() != 0.0;
        }
        if (!any) continue;
        group.push_back(groups_[g]);
        origin.emplace_back(origin_names[o]);
        receptor.push_back(static_cast<std::int64_t>(r + 1));
        label.push_back(std::string(origin_names[o]) + " " + std::to_string(r + 1));
        columns.add(before, during);
      }
    }
  }
  v1e::Table table;
  table.column("group", "1", group).column("origin", "1", origin);
  table.column("receptor", "1", receptor).column("label", "1", label);
  columns.write(table);
  output.table("receptors", "Mean currents of the groups by origin and receptor (counted from 1)",
               table);
}

}  // namespace v1::analyses
