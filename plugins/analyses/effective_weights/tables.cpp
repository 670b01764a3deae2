#include <algorithm>

#include "plugins/analyses/effective_weights/effective_weights.hpp"
#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"

namespace v1::analyses {

// One row per neuron and source type.
void EffectiveWeights::write_targets(v1e::Output& output) const {
  RowTable<std::int64_t, std::int64_t, std::string, std::string, double, double, double, double,
           double, double>
      table({{"neuron", "1"},
             {"id", "1"},
             {"class", "1"},
             {"source", "1"},
             {"weight", "pA"},
             {"baseline", "pA/ms"},
             {"stimulus", "pA/ms"},
             {"baseline_current", "pA"},
             {"stimulus_current", "pA"},
             {"current_change", "pA"}});
  for (std::size_t i = 0; i < targets(); ++i) {
    for (std::size_t s = 0; s < sources(); ++s) {
      const std::size_t at = i * sources() + s;
      if (mode.is("reference") && sums_.synapses[at] == 0) continue;
      const double before = sums_.current[0][at], during = sums_.current[1][at];
      table.add(classes_.positions[i], dataset_.raw().network->neuron_id[classes_.positions[i]],
                name_of(class_of(i)), sources_[s], sums_.weight[at], sums_.influence[0][at],
                sums_.influence[1][at], before, during, during - before);
    }
  }
  output.table("targets",
               "Summed weights, and weights times the rates of their sources, onto every "
               "classified neuron; current: times the area of the synaptic current",
               table);
}

void EffectiveWeights::write_classes(v1e::Output& output) const {
  std::vector<std::string> label, source;
  std::vector<std::int64_t> size, relevant;
  std::vector<double> fraction;
  struct Quantity {
    const char* name;
    const char* unit;
    std::vector<double> values;
    std::vector<double> means, sems;
  };
  std::vector<double> change = sums_.current[1];
  for (std::size_t i = 0; i < change.size(); ++i) change[i] -= sums_.current[0][i];
  std::vector<Quantity> quantities = {{"weight", "pA", sums_.weight, {}, {}},
                                      {"baseline", "pA/ms", sums_.influence[0], {}, {}},
                                      {"stimulus", "pA/ms", sums_.influence[1], {}, {}},
                                      {"baseline_current", "pA", sums_.current[0], {}, {}},
                                      {"stimulus_current", "pA", sums_.current[1], {}, {}},
                                      {"current_change", "pA", change, {}, {}}};
  for (const ResponseClass c : all_classes) {
    double all = 0.0;
    for (const Row& row : shares_) all += row.target == c ? row.total : 0.0;
    for (std::size_t s = 0; s < sources(); ++s) {
      const auto row = std::find_if(shares_.begin(), shares_.end(), [&](const Row& r) {
        return r.target == c && r.source == sources_[s];
      });
      label.push_back(name_of(c));
      source.push_back(sources_[s]);
      const bool total = row == shares_.end();
      fraction.push_back(total ? 1.0 : row->total / all);
      relevant.push_back(total || row->relevant);
      for (Quantity& q : quantities) {
        const std::vector<double> of_class = values(q.values, s, c);
        q.means.push_back(mean(of_class));
        q.sems.push_back(sem(of_class));
        if (&q == &quantities.front()) size.push_back(static_cast<std::int64_t>(of_class.size()));
      }
    }
  }
  v1e::Table table;
  table.column("class", "1", label).column("source", "1", source).column("n", "1", size);
  table.column("share", "1", fraction).column("relevant", "1", relevant);
  for (const Quantity& q : quantities) {
    table.column(q.name, q.unit, q.means).column(std::string(q.name) + "_sem", q.unit, q.sems);
  }
  output.table("sources",
               "Means over the neurons of a class by source; share: of the summed absolute "
               "influence during the stimulus",
               table);
}

}  // namespace v1::analyses
