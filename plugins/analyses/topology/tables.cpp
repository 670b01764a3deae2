#include <algorithm>
#include <cmath>

#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"
#include "plugins/analyses/shared/wiring/degree_bins.hpp"
#include "plugins/analyses/topology/topology.hpp"

namespace v1::analyses {
namespace {

std::vector<std::int64_t> integers(const std::vector<std::uint32_t>& values) {
  return {values.begin(), values.end()};
}
std::vector<double> doubles(const std::vector<std::uint32_t>& values) {
  return {values.begin(), values.end()};
}

}  // namespace

void Topology::write_neurons(v1e::Output& output) const {
  const Degrees& d = result_.degrees;
  const std::size_t n = dataset_.neurons();
  std::vector<std::int64_t> position(n), id(n), total(n);
  std::vector<std::string> type(n), subclass = v1e::texts(dataset_.neuron_column("subclass"));
  subclass.resize(n);
  const std::vector<double> sum = total_in();
  double edges = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    position[i] = static_cast<std::int64_t>(i);
    id[i] = dataset_.raw().network->neuron_id[i];
    type[i] = types_.names[types_.of_neuron[i]];
    total[i] = static_cast<std::int64_t>(sum[i]);
    edges += d.in[0][i];
  }
  v1e::Table table;
  table.column("neuron", "1", position).column("id", "1", id).column("type", "1", type);
  table.column("subclass", "1", subclass);
  table.column("k_in", "1", integers(d.in[0])).column("k_out", "1", integers(d.out));
  table.column("lgn_k_in", "1", integers(d.in[1])).column("bkg_k_in", "1", integers(d.in[2]));
  table.column("total_k_in", "1", total);
  table.column("w_in", "pA", d.weight_in[0]).column("w_out", "pA", d.weight_out);
  table.column("lgn_w_in", "pA", d.weight_in[1]).column("bkg_w_in", "pA", d.weight_in[2]);
  table.column("total_w_in", "pA", total_weight_in());
  table.column("excitatory_w_in", "pA", d.excitatory_in);
  table.column("inhibitory_w_in", "pA", d.inhibitory_in);
  output.table("neurons",
               "Partners and summed weights of every neuron; k_in, k_out: recurrent, lgn_ and "
               "bkg_: from the LGN and the background",
               table);
  const auto count = static_cast<double>(n);
  const double possible = count * (count - 1.0);
  output.scalar("connected_pairs", edges, "1", "Distinct recurrent pairs of source and target");
  output.scalar("density", n < 2 ? undefined : edges / possible, "1",
                "Connected pairs over n (n - 1)");
  output.scalar("doubled_density", n < 2 ? undefined : 2.0 * edges / possible, "1",
                "Sum of in- and out-degrees over n (n - 1), twice the density; printed as "
                "connection probability by the published scripts");
}

void Topology::write_type_degrees(v1e::Output& output) const {
  const Degrees& d = result_.degrees;
  const std::vector<Column> columns = {
      {"k_in", "", doubles(d.in[0])},     {"k_out", "", doubles(d.out)},
      {"lgn_k_in", "", doubles(d.in[1])}, {"bkg_k_in", "", doubles(d.in[2])},
      {"total_k_in", "", total_in()},     {"w_in", "", d.weight_in[0]},
      {"w_out", "", d.weight_out},        {"lgn_w_in", "", d.weight_in[1]},
      {"bkg_w_in", "", d.weight_in[2]},   {"total_w_in", "", total_weight_in()},
  };
  RowTable<std::string, std::string, std::string, std::int64_t, double, double, double> table(
      {{"type", "1"},
       {"quantity", "1"},
       {"unit", "1"},
       {"n", "1"},
       {"mean", "1"},
       {"sem", "1"},
       {"median", "1"}});
  for (std::size_t t = 0; t < types_.names.size(); ++t) {
    for (const Column& column : columns) {
      std::vector<double> values;
      for (std::size_t i = 0; i < column.values.size(); ++i) {
        if (types_.of_neuron[i] == t) values.push_back(column.values[i]);
      }
      table.add(types_.names[t], column.name,
                std::string(column.name).find("w_") == std::string::npos ? "1" : "pA",
                types_.sizes[t], mean(values), sem(values), quantile(values, 0.5));
    }
  }
  output.table("degrees_by_type", "Means over the neurons of a type, in the unit of the row",
               table);
}

void Topology::write_type_pairs(v1e::Output& output) const {
  RowTable<std::string, std::string, double, double, double, double, double, double, double> table(
      {{"source", "1"},
       {"target", "1"},
       {"pairs", "1"},
       {"synapses", "1"},
       {"probability", "%"},
       {"synapses_per_target", "1"},
       {"mean_weight", "pA"},
       {"weight_per_target", "pA"},
       {"weight_size", "pA"}});
  for (std::size_t s = 0; s < sources_.size(); ++s) {
    const double sources = source_count(s);
    if (sources == 0.0) continue;
    for (std::size_t t = 0; t < types_.names.size(); ++t) {
      const TypePair& p = result_.types[s * types_.names.size() + t];
      const auto targets = static_cast<double>(types_.sizes[t]);
      const double possible = sources * targets - (s == t ? targets : 0.0);
      table.add(sources_[s], types_.names[t], p.pairs, p.synapses,
                possible > 0.0 ? 100.0 * p.pairs / possible : undefined, p.synapses / targets,
                p.synapses > 0.0 ? p.weight / p.synapses : undefined, p.weight / targets,
                p.weight == 0.0 ? undefined : std::fabs(p.weight) / targets);
    }
  }
  output.table("type_pairs",
               "Connections between types; probability: connected pairs over possible ones "
               "(without self-connections)",
               table);
}

// Counts of the whole network and of each type, in bins common to all of them.
void Topology::write_histogram(v1e::Output& output, const std::string& table_name,
                               const std::string& unit, const std::vector<Column>& columns) const {
  double low = 0.0, high = 0.0;
  bool first = true;
  for (const Column& column : columns) {
    for (const double value : column.values) {
      low = first ? value : std::min(low, value);
      high = first ? value : std::max(high, value);
      first = false;
    }
  }
  const std::vector<double> edges = degree_edges(low, high);
  RowTable<std::string, std::string, double, double, std::int64_t, double> table(
      {{"type", "1"},
       {"quantity", "1"},
       {"low", unit},
       {"high", unit},
       {"neurons", "1"},
       {"fraction", "1"}});
  for (std::size_t t = 0; t <= types_.names.size(); ++t) {
    const bool whole = t == types_.names.size();
    for (const Column& column : columns) {
      std::vector<std::int64_t> counts(edges.size() - 1, 0);
      std::int64_t members = 0;
      for (std::size_t i = 0; i < column.values.size(); ++i) {
        if (!whole && types_.of_neuron[i] != t) continue;
        const auto bin =
            static_cast<std::size_t>((column.values[i] - edges[0]) / (edges[1] - edges[0]));
        ++counts[std::min(bin, counts.size() - 1)];
        ++members;
      }
      for (std::size_t b = 0; b < counts.size(); ++b) {
        table.add(whole ? "all" : types_.names[t], column.title, edges[b], edges[b + 1], counts[b],
                  static_cast<double>(counts[b]) / static_cast<double>(members));
      }
    }
  }
  output.table(table_name, "Distributions of the degrees over neurons", table);
}

void Topology::write_histograms(v1e::Output& output) const {
  const Degrees& d = result_.degrees;
  write_histogram(output, "degree_histogram", "1",
                  {{"", "recurrent in", doubles(d.in[0])},
                   {"", "total in", total_in()},
                   {"", "out", doubles(d.out)}});
  write_histogram(output, "weight_histogram", "pA",
                  {{"", "recurrent in", d.weight_in[0]},
                   {"", "total in", total_weight_in()},
                   {"", "out", d.weight_out}});
}

void Topology::write_edges(v1e::Output& output) const {
  if (!edge_tables) return;
  static constexpr const char* names[origin_count] = {"recurrent_synapses", "lgn_synapses",
                                                      "background_synapses"};
  for (std::size_t o = 0; o < origin_count; ++o) {
    const Edges& edges = result_.edges[o];
    if (edges.target.empty()) continue;
    v1e::Table table;
    std::vector<std::string> target_type, source_type;
    for (std::size_t e = 0; e < edges.target.size(); ++e) {
      target_type.push_back(
          types_.names[types_.of_neuron[static_cast<std::size_t>(edges.target[e])]]);
      source_type.push_back(sources_[edges.source_type[e]]);
    }
    table.column("target", "1", edges.target).column("target_type", "1", target_type);
    table.column("source", "1", edges.source).column("source_type", "1", source_type);
    table.column("weight", "pA", edges.weight);
    output.table(names[o], "Every synapse; source and target are positions", table);
  }
}

}  // namespace v1::analyses
