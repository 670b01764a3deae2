#include "plugins/analyses/shared/report/row_table.hpp"
#include "plugins/analyses/synapses/synapses.hpp"

namespace v1::analyses {
namespace {

std::vector<double> doubles(const std::vector<std::uint32_t>& values) {
  return {values.begin(), values.end()};
}

std::vector<double> sum_of(const std::array<std::vector<double>, origin_count>& parts) {
  std::vector<double> out(parts[0].size(), 0.0);
  for (const auto& part : parts) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += part[i];
  }
  return out;
}

}  // namespace

std::vector<Synapses::Degree> Synapses::degrees() const {
  const std::array<std::vector<double>, origin_count> in = {
      doubles(sums_.in[0]), doubles(sums_.in[1]), doubles(sums_.in[2])};
  return {{"k_in", "1", in[0]},
          {"k_out", "1", doubles(sums_.out)},
          {"lgn_k_in", "1", in[1]},
          {"bkg_k_in", "1", in[2]},
          {"total_k_in", "1", sum_of(in)},
          {"w_in", "pA", sums_.weight_in[0]},
          {"w_out", "pA", sums_.weight_out},
          {"lgn_w_in", "pA", sums_.weight_in[1]},
          {"bkg_w_in", "pA", sums_.weight_in[2]},
          {"total_w_in", "pA", sum_of(sums_.weight_in)}};
}

void Synapses::write_neurons(v1e::Output& output) const {
  std::vector<std::int64_t> position, id;
  std::vector<std::string> label;
  for (std::size_t i = 0; i < targets(); ++i) {
    position.push_back(classes_.positions[i]);
    id.push_back(dataset_.raw().network->neuron_id[classes_.positions[i]]);
    label.push_back(name_of(class_of(i)));
  }
  v1e::Table table;
  table.column("neuron", "1", position).column("id", "1", id).column("class", "1", label);
  for (Degree& degree : degrees()) table.column(degree.name, degree.unit, degree.values);
  output.table("neurons",
               "Partners (k) and summed weights (w) of the classified neurons within the whole "
               "network",
               table);
}

void Synapses::write_degrees(v1e::Output& output) const {
  RowTable<std::string, std::string, std::string, std::int64_t, double, double> table(
      {{"class", "1"}, {"quantity", "1"}, {"unit", "1"}, {"n", "1"}, {"mean", "1"}, {"sem", "1"}});
  for (const Degree& degree : degrees()) {
    for (const ResponseClass c : all_classes) {
      std::vector<double> values;
      for (std::size_t i = 0; i < targets(); ++i) {
        if (class_of(i) == c) values.push_back(degree.values[i]);
      }
      table.add(name_of(c), degree.name, degree.unit, static_cast<std::int64_t>(values.size()),
                mean(values), sem(values));
    }
  }
  output.table("degrees_by_class", "Means over the neurons of a class, in the unit of the row",
               table);
}

// Sums over a class divided by its size, by source type.
void Synapses::write_sources(v1e::Output& output) const {
  RowTable<std::string, std::string, double, double> table(
      {{"class", "1"}, {"source", "1"}, {"synapses_per_neuron", "1"}, {"weight_per_neuron", "pA"}});
  for (const ResponseClass c : all_classes) {
    const auto n = static_cast<double>(classes_.size(c));
    for (std::size_t s = 0; s < sources_.size(); ++s) {
      double count = 0.0, sum = 0.0;
      for (std::size_t i = 0; i < targets(); ++i) {
        if (class_of(i) != c) continue;
        count += sums_.count[i * sources_.size() + s];
        sum += sums_.weight[i * sources_.size() + s];
      }
      table.add(name_of(c), sources_[s], count / n, sum / n);
    }
  }
  output.table("sources", "Synapses onto a neuron of the class, by type of the source", table);
}

// One row per neuron and source type.
void Synapses::write_targets(v1e::Output& output) const {
  RowTable<std::int64_t, std::string, std::string, double, double> table(
      {{"neuron", "1"}, {"class", "1"}, {"source", "1"}, {"synapses", "1"}, {"weight", "pA"}});
  for (std::size_t i = 0; i < targets(); ++i) {
    for (std::size_t s = 0; s < sources_.size(); ++s) {
      const std::size_t at = i * sources_.size() + s;
      if (reference() && sums_.count[at] == 0.0) continue;
      table.add(classes_.positions[i], name_of(class_of(i)), sources_[s], sums_.count[at],
                sums_.weight[at]);
    }
  }
  output.table("targets", "Synapses onto every classified neuron by type of the source", table);
}

}  // namespace v1::analyses
