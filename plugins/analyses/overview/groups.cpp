#include "plugins/analyses/overview/groups.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>

namespace v1::analyses {
namespace {

constexpr std::array<std::string_view, 6> layers = {"1", "2", "2/3", "4", "5", "6"};

int layer_rank(const std::string& layer) {
  const auto at = std::find(layers.begin(), layers.end(), layer);
  return static_cast<int>(at - layers.begin());
}

// The published order inside a layer; other inhibitory subclasses stand with Htr3a.
int subclass_rank(const NeuronLabels& label) {
  if (label.ei == "e") return 4;
  if (label.subclass == "Pvalb") return 3;
  return label.subclass == "Sst" ? 2 : 1;
}

std::string compact(const std::string& layer) { return layer == "2/3" ? "23" : layer; }

void count(Grouping& grouping) {
  grouping.sizes.assign(grouping.names.size(), 0);
  for (const int group : grouping.group_of) {
    if (group >= 0) ++grouping.sizes[static_cast<std::size_t>(group)];
  }
}

int add_name(std::vector<std::string>& names, const std::string& name) {
  const auto at = std::find(names.begin(), names.end(), name);
  const int index = static_cast<int>(at - names.begin());
  if (at == names.end()) names.push_back(name);
  return index;
}

// Groups named by `name` ("" = none), in the order of `rank`.
template <class Name, class Rank>
Grouping grouped(const std::vector<NeuronLabels>& labels, Name name, Rank rank) {
  std::vector<std::pair<int, std::string>> known;
  for (const NeuronLabels& label : labels) {
    const std::string text = name(label);
    if (text.empty()) continue;
    const std::pair<int, std::string> entry(rank(label), text);
    if (std::find(known.begin(), known.end(), entry) == known.end()) known.push_back(entry);
  }
  std::stable_sort(known.begin(), known.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  Grouping out;
  for (const auto& [place, text] : known) add_name(out.names, text);
  for (const NeuronLabels& label : labels) {
    const std::string text = name(label);
    out.group_of.push_back(text.empty() ? -1 : add_name(out.names, text));
  }
  count(out);
  return out;
}

}  // namespace

std::vector<NeuronLabels> neuron_labels(const v1e::Dataset& dataset,
                                        const std::vector<std::uint32_t>& neurons) {
  const auto population = v1e::texts(dataset.neuron_column("population"));
  const auto layer = v1e::texts(dataset.neuron_column("layer"));
  const auto ei = v1e::texts(dataset.neuron_column("ei"));
  const auto subclass = v1e::texts(dataset.neuron_column("subclass"));
  const auto index = v1e::numbers(dataset.neuron_column("population_index"));
  const auto type_id = dataset.by_neuron("node_type_id");
  const auto text = [](const std::vector<std::string>& column, std::uint32_t i) {
    return column.empty() ? std::string() : column[i];
  };
  std::vector<NeuronLabels> out;
  for (const std::uint32_t i : neurons) {
    NeuronLabels& label = out.emplace_back();
    label.population = text(population, i);
    if (label.population.empty()) label.population = "neurons";
    label.layer = text(layer, i);
    label.ei = text(ei, i);
    label.subclass = text(subclass, i);
    label.population_index = index.empty() ? 0 : static_cast<std::uint32_t>(index[i]);
    label.type_id = type_id.empty() ? 0 : static_cast<std::int64_t>(type_id[i]);
  }
  return out;
}

bool have_layers(const std::vector<NeuronLabels>& labels) {
  return !labels.empty() &&
         std::all_of(labels.begin(), labels.end(), [](const NeuronLabels& label) {
           return !label.layer.empty() && !label.ei.empty();
         });
}

Grouping population_groups(const std::vector<NeuronLabels>& labels) {
  return grouped(
      labels, [](const NeuronLabels& label) { return label.population; },
      [](const NeuronLabels& label) { return static_cast<int>(label.population_index); });
}

Grouping layer_groups(const std::vector<NeuronLabels>& labels) {
  if (!have_layers(labels)) return population_groups(labels);
  return grouped(
      labels, [](const NeuronLabels& label) { return label.ei + compact(label.layer); },
      [](const NeuronLabels& label) { return 2 * layer_rank(label.layer) + (label.ei == "e"); });
}

Grouping interneuron_groups(const std::vector<NeuronLabels>& labels) {
  if (!have_layers(labels)) return {};
  return grouped(
      labels,
      [](const NeuronLabels& label) {
        if (label.ei != "i" || label.subclass.empty()) return std::string();
        return "i" + compact(label.layer) + label.subclass;
      },
      [](const NeuronLabels& label) { return 8 * layer_rank(label.layer) + subclass_rank(label); });
}

std::string type_name(const NeuronLabels& label) {
  if (label.subclass == "e") return "Excitatory";
  return label.subclass.empty() ? label.population : label.subclass;
}

RasterOrder raster_order(const std::vector<NeuronLabels>& labels) {
  const bool laminar = have_layers(labels);
  RasterOrder out;
  out.order.resize(labels.size());
  std::iota(out.order.begin(), out.order.end(), 0u);
  const auto key = [&](std::uint32_t i) {
    const NeuronLabels& label = labels[i];
    const int place = laminar ? 8 * layer_rank(label.layer) + subclass_rank(label)
                              : static_cast<int>(label.population_index);
    return std::pair(place, label.type_id);
  };
  std::stable_sort(out.order.begin(), out.order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
  const auto n = static_cast<double>(labels.size());
  out.height.resize(labels.size());
  const auto extend = [&](std::vector<Band>& bands, const std::string& name, double height) {
    if (bands.empty() || bands.back().label != name) {
      bands.push_back({name, height - 0.5, height + 0.5});
    }
    bands.back().low = height - 0.5;
  };
  for (std::size_t p = 0; p < out.order.size(); ++p) {
    const NeuronLabels& label = labels[out.order[p]];
    const double height = n - static_cast<double>(p);
    out.height[out.order[p]] = height;
    extend(out.layers, laminar ? "L" + label.layer : label.population, height);
    extend(out.types, label.population, height);
  }
  return out;
}

}  // namespace v1::analyses
