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

std::string name_of(ResponseClass c) {
  return std::string(class_names[static_cast<std::size_t>(c)]);
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
  std::vector<std::string> label, quantity, unit;
  std::vector<double> means, sems;
  std::vector<std::int64_t> size;
  for (const Degree& degree : degrees()) {
    for (const ResponseClass c : all_classes) {
      std::vector<double> values;
      for (std::size_t i = 0; i < targets(); ++i) {
        if (class_of(i) == c) values.push_back(degree.values[i]);
      }
      label.push_back(name_of(c));
      quantity.push_back(degree.name);
      unit.push_back(degree.unit);
      means.push_back(mean(values));
      sems.push_back(sem(values));
      size.push_back(static_cast<std::int64_t>(values.size()));
    }
  }
  v1e::Table table;
  table.column("class", "1", label).column("quantity", "1", quantity).column("unit", "1", unit);
  table.column("n", "1", size).column("mean", "1", means).column("sem", "1", sems);
  output.table("degrees_by_class", "Means over the neurons of a class, in the unit of the row",
               table);
}

// Sums over a class divided by its size, by source type.
void Synapses::write_sources(v1e::Output& output) const {
  std::vector<std::string> label, source;
  std::vector<double> synapses, weight;
  for (const ResponseClass c : all_classes) {
    const auto n = static_cast<double>(classes_.size(c));
    for (std::size_t s = 0; s < sources_.size(); ++s) {
      double count = 0.0, sum = 0.0;
      for (std::size_t i = 0; i < targets(); ++i) {
        if (class_of(i) != c) continue;
        count += sums_.count[i * sources_.size() + s];
        sum += sums_.weight[i * sources_.size() + s];
      }
      label.push_back(name_of(c));
      source.push_back(sources_[s]);
      synapses.push_back(count / n);
      weight.push_back(sum / n);
    }
  }
  v1e::Table table;
  table.column("class", "1", label).column("source", "1", source);
  table.column("synapses_per_neuron", "1", synapses).column("weight_per_neuron", "pA", weight);
  output.table("sources", "Synapses onto a neuron of the class, by type of the source", table);
}

// One row per neuron and source type.
void Synapses::write_targets(v1e::Output& output) const {
  std::vector<std::int64_t> position;
  std::vector<std::string> label, source;
  std::vector<double> count, weight;
  for (std::size_t i = 0; i < targets(); ++i) {
    for (std::size_t s = 0; s < sources_.size(); ++s) {
      const std::size_t at = i * sources_.size() + s;
      if (reference() && sums_.count[at] == 0.0) continue;
      position.push_back(classes_.positions[i]);
      label.push_back(name_of(class_of(i)));
      source.push_back(sources_[s]);
      count.push_back(sums_.count[at]);
      weight.push_back(sums_.weight[at]);
    }
  }
  v1e::Table table;
  table.column("neuron", "1", position).column("class", "1", label).column("source", "1", source);
  table.column("synapses", "1", count).column("weight", "pA", weight);
  output.table("targets", "Synapses onto every classified neuron by type of the source", table);
}

}  // namespace v1::analyses
