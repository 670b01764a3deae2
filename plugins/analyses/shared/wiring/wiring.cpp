#include "plugins/analyses/shared/wiring/wiring.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <map>

namespace v1::analyses {
namespace {

// "23" of "e23Cux2"; "" for names of another form.
std::string layer_digits(const std::string& name) {
  if (name.size() < 2 || (name[0] != 'e' && name[0] != 'i')) return "";
  std::size_t end = 1;
  while (end < name.size() && std::isdigit(static_cast<unsigned char>(name[end]))) ++end;
  return name.substr(1, end - 1);
}

TypeDivision divide(const std::vector<std::string>& name_of) {
  std::map<std::string, std::string> by_key;
  for (const std::string& name : name_of) by_key[laminar_key(name)] = name;
  TypeDivision out;
  std::map<std::string, std::uint32_t> index;
  for (const auto& [key, name] : by_key) {
    index[name] = static_cast<std::uint32_t>(out.names.size());
    out.names.push_back(name);
  }
  out.sizes.assign(out.names.size(), 0);
  out.of_neuron.reserve(name_of.size());
  for (const std::string& name : name_of) {
    out.of_neuron.push_back(index.at(name));
    ++out.sizes[out.of_neuron.back()];
  }
  return out;
}

}  // namespace

std::vector<Origin> block_origins(const v1e_network& network) {
  std::vector<Origin> out;
  for (std::uint32_t b = 0; b < network.block_count; ++b) {
    const v1e_edge_block& block = *network.blocks[b];
    if (block.current_class == V1E_CURRENT_BACKGROUND) {
      out.push_back(Origin::background);
    } else {
      out.push_back(block.source_kind == V1E_SOURCE_NEURONS ? Origin::recurrent : Origin::lgn);
    }
  }
  return out;
}

v1e_request synapses_request(std::uint32_t dataset, const v1e_network& network,
                             std::uint32_t block) {
  v1e_request request{};
  request.dataset = dataset;
  request.source = V1E_SRC_SYNAPSES;
  request.variable = network.blocks[block]->name;
  request.chunk_bytes = 256ull << 20;  // slices are lent, not copied: size costs no memory
  return request;
}

std::string short_type(const std::string& population) {
  const std::string layer = layer_digits(population);
  return population.rfind('e', 0) == 0 && !layer.empty() ? "e" + layer : population;
}

std::string laminar_key(const std::string& type) {
  if (type.starts_with("LGN unit")) return "00" + type;
  for (std::size_t c = 0; c < class_count; ++c) {
    if (type == class_names[c]) return "2." + std::to_string(c);
  }
  if (type == "background") return "98";
  if (type == "Total") return "99";
  const std::string layer = layer_digits(type);
  if (layer.empty()) return "97" + type;
  return layer.substr(0, 1) + (type[0] == 'e' ? ".5" : ".6") + type;
}

TypeDivision short_types(const v1e::Dataset& dataset) {
  std::vector<std::string> names = v1e::texts(dataset.neuron_column("population"));
  names.resize(dataset.neurons());
  for (std::string& name : names) name = short_type(name);
  return divide(names);
}

std::vector<std::string> ClassTable::present() const {
  std::vector<std::string> out;
  for (std::size_t c = 0; c < class_count; ++c) {
    if (size(static_cast<ResponseClass>(c)) > 0) out.emplace_back(class_names[c]);
  }
  return out;
}

std::size_t ClassTable::size(ResponseClass c) const {
  const auto wanted = static_cast<std::uint8_t>(c);
  return static_cast<std::size_t>(std::count(of_neuron.begin(), of_neuron.end(), wanted));
}

ClassTable read_classes(const v1e_chunk& chunk, const v1e_network& network) {
  const ClassifiedNeurons table = classified_neurons(chunk, network, "");
  ClassTable out;
  out.of_neuron.assign(static_cast<std::size_t>(network.neuron_count), ClassTable::none);
  for (std::size_t i = 0; i < table.word.size(); ++i) {
    const auto known = std::find(class_names.begin(), class_names.end(), table.word[i]);
    if (known == class_names.end()) continue;
    out.of_neuron[table.position[i]] = static_cast<std::uint8_t>(known - class_names.begin());
    out.positions.push_back(table.position[i]);
  }
  std::sort(out.positions.begin(), out.positions.end());
  return out;
}

TypeDivision with_classes(const TypeDivision& types, const ClassTable& classes) {
  std::vector<std::string> names;
  names.reserve(types.of_neuron.size());
  for (std::size_t i = 0; i < types.of_neuron.size(); ++i) {
    const std::uint8_t c = classes.of_neuron[i];
    names.push_back(c == ClassTable::none ? types.names[types.of_neuron[i]]
                                          : std::string(class_names[c]));
  }
  return divide(names);
}

std::string fixed_text(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

}  // namespace v1::analyses
