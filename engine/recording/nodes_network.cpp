#include "engine/recording/nodes_network.hpp"

#include <charconv>
#include <functional>

#include "engine/base/error.hpp"
#include "engine/base/hash.hpp"
#include "engine/network/lgn_mosaic.hpp"
#include "engine/recording/plan.hpp"

namespace v1::recording {
namespace {

using network::NodeType;

template <class T>
void write_column(h5::File& file, const std::string& name, const std::vector<T>& values,
                  const char* unit = nullptr) {
  const bool large = values.size() > 1024;
  file.write(name, values, {values.size()}, large ? h5::Layout{{65536}, 1, true} : h5::Layout{});
  if (unit) file.set_attribute(name, "units", unit);
}

struct NumberField {
  const char* name;
  const char* unit;
  std::function<double&(NodeType&)> of;
};

const std::vector<NumberField>& number_fields() {
  static const std::vector<NumberField> fields = {
      {"c_m", "pF", [](NodeType& t) -> double& { return t.c_m_pf; }},
      {"g", "nS", [](NodeType& t) -> double& { return t.g_ns; }},
      {"e_l", "mV", [](NodeType& t) -> double& { return t.e_l_mv; }},
      {"v_th", "mV", [](NodeType& t) -> double& { return t.v_th_mv; }},
      {"v_reset", "mV", [](NodeType& t) -> double& { return t.v_reset_mv; }},
      {"v_init", "mV", [](NodeType& t) -> double& { return t.v_init_mv; }},
      {"t_ref", "ms", [](NodeType& t) -> double& { return t.t_ref_ms; }},
      {"i_e", "pA", [](NodeType& t) -> double& { return t.constant_current_pa; }},
      {"asc_decay_0", "1/ms", [](NodeType& t) -> double& { return t.asc_decay_per_ms[0]; }},
      {"asc_decay_1", "1/ms", [](NodeType& t) -> double& { return t.asc_decay_per_ms[1]; }},
      {"asc_amplitude_0", "pA", [](NodeType& t) -> double& { return t.asc_amplitude_pa[0]; }},
      {"asc_amplitude_1", "pA", [](NodeType& t) -> double& { return t.asc_amplitude_pa[1]; }},
      {"asc_carry_0", "1", [](NodeType& t) -> double& { return t.asc_carry[0]; }},
      {"asc_carry_1", "1", [](NodeType& t) -> double& { return t.asc_carry[1]; }},
  };
  return fields;
}

struct ListField {  // one value per receptor
  const char* name;
  const char* unit;
  std::vector<double> NodeType::*of;
};
constexpr ListField list_fields[] = {{"tau_syn", "ms", &NodeType::tau_syn_ms},
                                     {"tau_syn_slow", "ms", &NodeType::tau_syn_slow_ms},
                                     {"amp_slow", "1", &NodeType::amp_slow}};

struct TextField {
  const char* name;
  std::string NodeType::*of;
};
constexpr TextField text_fields[] = {
    {"pop_name", &NodeType::population}, {"ei", &NodeType::ei}, {"location", &NodeType::location}};

// Of the types with a moving threshold: /types/moving names them by index.
struct MovingField {
  const char* name;
  const char* unit;
  double network::MovingThreshold::*of;
};
using network::MovingThreshold;
constexpr MovingField moving_fields[] = {
    {"th_spike_add", "mV", &MovingThreshold::spike_jump_mv},
    {"th_spike_decay", "1/ms", &MovingThreshold::spike_decay_per_ms},
    {"voltage_reset_fraction", "1", &MovingThreshold::reset_fraction},
    {"voltage_reset_add", "mV", &MovingThreshold::reset_add_mv},
    {"th_voltage_index", "1/ms", &MovingThreshold::voltage_index_per_ms},
    {"th_voltage_decay", "1/ms", &MovingThreshold::voltage_decay_per_ms}};

void write_moving_thresholds(h5::File& file, const std::vector<NodeType>& types) {
  std::vector<std::uint32_t> index;
  std::vector<std::uint8_t> adapting;
  for (std::uint32_t t = 0; t < types.size(); ++t) {
    if (!types[t].moving_threshold) continue;
    index.push_back(t);
    adapting.push_back(types[t].moving_threshold->follows_voltage ? 1 : 0);
  }
  if (index.empty()) return;
  const std::string group = "/types/moving_threshold/";
  file.write(group + "type_index", index);
  file.write(group + "adapting_threshold", adapting);
  for (const MovingField& field : moving_fields) {
    std::vector<double> values;
    for (const std::uint32_t t : index) values.push_back((*types[t].moving_threshold).*field.of);
    write_column(file, group + field.name, values, field.unit);
  }
}

void read_moving_thresholds(const h5::File& file, std::vector<NodeType>& types) {
  const std::string group = "/types/moving_threshold/";
  if (!file.has(group + "type_index")) return;
  const auto index = file.values<std::uint32_t>(group + "type_index");
  const auto adapting = file.values<std::uint8_t>(group + "adapting_threshold");
  for (std::size_t i = 0; i < index.size(); ++i) {
    types.at(index[i]).moving_threshold.emplace().follows_voltage = adapting.at(i) != 0;
  }
  for (const MovingField& field : moving_fields) {
    const auto values = file.values<double>(group + field.name);
    for (std::size_t i = 0; i < index.size(); ++i) {
      (*types[index[i]].moving_threshold).*field.of = values.at(i);
    }
  }
}

void write_types(h5::File& file, std::vector<NodeType> types) {
  std::vector<std::int64_t> id;
  std::vector<std::uint8_t> model;
  for (const NodeType& type : types) {
    id.push_back(type.id);
    model.push_back(static_cast<std::uint8_t>(type.model));
  }
  file.write("/types/node_type_id", id);
  file.write("/types/model", model);
  for (const TextField& field : text_fields) {
    std::vector<std::string> values;
    for (const NodeType& type : types) values.push_back(type.*field.of);
    file.write_strings(std::string("/types/") + field.name, values);
  }
  for (const NumberField& field : number_fields()) {
    std::vector<double> values;
    for (NodeType& type : types) values.push_back(field.of(type));
    write_column(file, std::string("/types/") + field.name, values, field.unit);
  }
  // Lists of different lengths: all values in a row, and how many each type has.
  for (const ListField& field : list_fields) {
    std::vector<double> values;
    std::vector<std::uint32_t> counts;
    for (const NodeType& type : types) {
      const std::vector<double>& list = type.*field.of;
      values.insert(values.end(), list.begin(), list.end());
      counts.push_back(static_cast<std::uint32_t>(list.size()));
    }
    write_column(file, std::string("/types/") + field.name, values, field.unit);
    file.write(std::string("/types/") + field.name + "_count", counts);
  }
  write_moving_thresholds(file, types);
}

network::NeuronModel checked_model(const h5::File& file, std::uint8_t model) {
  if (model < V1E_MODEL_GLIF_PSC || model > V1E_MODEL_GLIF_PSC_DOUBLE_ALPHA) {
    throw error(ExitCode::data, "{}: '/types/model' holds {}, which is no neuron model",
                file.path().string(), model);
  }
  return static_cast<network::NeuronModel>(model);
}

std::vector<NodeType> read_types(const h5::File& file) {
  const auto id = file.values<std::int64_t>("/types/node_type_id");
  const auto model = file.values<std::uint8_t>("/types/model");
  std::vector<NodeType> types(id.size());
  for (std::size_t t = 0; t < types.size(); ++t) {
    types[t].id = id[t];
    types[t].model = checked_model(file, model.at(t));
  }
  read_moving_thresholds(file, types);
  for (const TextField& field : text_fields) {
    const auto values = file.strings(std::string("/types/") + field.name);
    for (std::size_t t = 0; t < types.size(); ++t) types[t].*field.of = values.at(t);
  }
  for (const NumberField& field : number_fields()) {
    const auto values = file.values<double>(std::string("/types/") + field.name);
    for (std::size_t t = 0; t < types.size(); ++t) field.of(types[t]) = values.at(t);
  }
  for (const ListField& field : list_fields) {
    const auto values = file.values<double>(std::string("/types/") + field.name);
    const auto counts = file.values<std::uint32_t>(std::string("/types/") + field.name + "_count");
    std::size_t next = 0;
    for (std::size_t t = 0; t < types.size(); ++t) {
      for (std::uint32_t k = 0; k < counts.at(t); ++k) {
        (types[t].*field.of).push_back(values.at(next++));
      }
    }
  }
  return types;
}

template <class T>
std::vector<T> part(const std::vector<T>& all, const network::PopulationRange& range) {
  if (all.empty()) return {};
  return {all.begin() + range.begin, all.begin() + range.end};
}

void write_population(h5::File& file, const std::string& group, const network::Network& network,
                      const network::PopulationRange& range) {
  const network::Neurons& neurons = network.neurons;
  const std::size_t count = range.end - range.begin;
  std::vector<std::int64_t> type_id;
  std::vector<std::uint32_t> index;
  for (std::uint32_t i = range.begin; i < range.end; ++i) {
    type_id.push_back(network.types[neurons.type[i]].id);
    index.push_back(i - range.begin);
  }
  write_column(file, group + "/node_id", part(neurons.id, range));
  write_column(file, group + "/node_type_id", type_id);
  write_column(file, group + "/node_group_id", std::vector<std::uint8_t>(count, 0));
  write_column(file, group + "/node_group_index", index);
  write_column(file, group + "/type_index", part(neurons.type, range));
  if (!neurons.node_id.empty()) {
    write_column(file, group + "/circuit_node_id", part(neurons.node_id, range));
  }
  file.make_group(group + "/0");
  if (!neurons.x_um.empty()) {
    write_column(file, group + "/0/x", part(neurons.x_um, range), "um");
    write_column(file, group + "/0/y", part(neurons.y_um, range), "um");
    write_column(file, group + "/0/z", part(neurons.z_um, range), "um");
  }
  if (!neurons.tuning_angle_deg.empty()) {
    write_column(file, group + "/0/tuning_angle", part(neurons.tuning_angle_deg, range), "deg");
  }
  file.set_attribute(group, "name", range.name);
  file.set_attribute(group, "first_position", static_cast<std::int64_t>(range.begin));
}

template <class T>
void append(const h5::File& file, const std::string& dataset, std::vector<T>& to) {
  if (!file.has(dataset)) return;
  const auto values = file.values<T>(dataset);
  to.insert(to.end(), values.begin(), values.end());
}

void read_neurons(const h5::File& file, network::Neurons& neurons) {
  neurons.has_positions = file.number_attribute("/nodes", "has_positions") == 1.0;
  for (const std::string& name : file.strings("/population_order")) {
    const std::string group = "/nodes/" + name;
    network::PopulationRange range;
    range.name = file.text_attribute(group, "name").value_or(name);
    range.begin = static_cast<std::uint32_t>(neurons.id.size());
    append(file, group + "/node_id", neurons.id);
    append(file, group + "/type_index", neurons.type);
    append(file, group + "/circuit_node_id", neurons.node_id);
    append(file, group + "/0/x", neurons.x_um);
    append(file, group + "/0/y", neurons.y_um);
    append(file, group + "/0/z", neurons.z_um);
    append(file, group + "/0/tuning_angle", neurons.tuning_angle_deg);
    range.end = static_cast<std::uint32_t>(neurons.id.size());
    neurons.populations.push_back(range);
  }
  if (neurons.type.size() != neurons.id.size()) {
    throw error(ExitCode::data, "{}: the columns of its neurons differ in length",
                file.path().string());
  }
}

void write_blocks(h5::File& file, const network::Network& network) {
  const GroupNames names = group_names(network);
  file.make_group("/blocks");
  for (std::size_t i = 0; i < network.blocks.size(); ++i) {
    const network::EdgeBlock& block = network.blocks[i];
    const std::string group = block_group(i);
    write_column(file, group + "/source_id", block.source_id);
    file.set_attribute(group, "name", block.name);
    file.set_attribute(group, "spike_group", names.blocks[i]);
    file.set_attribute(group, "source_kind", static_cast<std::int64_t>(block.source_kind));
    file.set_attribute(group, "current_class", static_cast<std::int64_t>(block.current_class));
    file.set_attribute(group, "edge_count", static_cast<std::int64_t>(block.edge_count()));
    file.set_attribute(group, "dropped", static_cast<std::int64_t>(block.dropped));
  }
}

network::EdgeBlock read_block(const h5::File& file, const std::string& group) {
  network::EdgeBlock block;
  block.name = file.text_attribute(group, "name").value_or("");
  const double source_kind = file.number_attribute(group, "source_kind").value_or(1.0);
  const double current_class = file.number_attribute(group, "current_class").value_or(0.0);
  constexpr double first_kind = static_cast<double>(int{V1E_SOURCE_NEURONS});
  constexpr double last_kind = static_cast<double>(int{V1E_SOURCE_EVENTS});
  constexpr double last_class = static_cast<double>(int{V1E_CURRENT_BACKGROUND});
  if (!(source_kind >= first_kind && source_kind <= last_kind) ||
      !(current_class >= 0.0 && current_class <= last_class)) {
    throw error(ExitCode::data, "{}: '{}' has source_kind {} and current_class {}",
                file.path().string(), group, source_kind, current_class);
  }
  block.source_kind = static_cast<network::SourceKind>(static_cast<int>(source_kind));
  block.current_class = static_cast<network::CurrentClass>(static_cast<int>(current_class));
  block.dropped = static_cast<std::uint64_t>(file.number_attribute(group, "dropped").value_or(0.0));
  block.source_id = file.values<std::uint32_t>(group + "/source_id");
  block.row_ptr.assign(block.source_id.size() + 1, 0);
  return block;
}

struct KernelField {
  const char* name;
  const char* unit;
  double (network::TemporalKernelParameters::*of)[2];
};
constexpr KernelField kernel_fields[] = {
    {"kpeak", "ms", &network::TemporalKernelParameters::kpeak_ms},
    {"weight", "1", &network::TemporalKernelParameters::weight},
    {"delay", "ms", &network::TemporalKernelParameters::delay_ms}};

void write_kernels(h5::File& file, const std::string& group,
                   const std::vector<network::TemporalKernelParameters>& kernels) {
  for (const KernelField& field : kernel_fields) {
    std::vector<double> values;
    for (const network::TemporalKernelParameters& kernel : kernels) {
      values.insert(values.end(), {(kernel.*field.of)[0], (kernel.*field.of)[1]});
    }
    const std::string name = group + "/" + field.name;
    file.write(name, values, {kernels.size(), 2});
    file.set_attribute(name, "units", field.unit);
  }
}

std::vector<network::TemporalKernelParameters> read_kernels(const h5::File& file,
                                                            const std::string& group) {
  std::vector<network::TemporalKernelParameters> kernels;
  for (const KernelField& field : kernel_fields) {
    const auto values = file.values<double>(group + "/" + field.name);
    kernels.resize(values.size() / 2);
    for (std::size_t i = 0; i < kernels.size(); ++i) {
      (kernels[i].*field.of)[0] = values[2 * i];
      (kernels[i].*field.of)[1] = values[2 * i + 1];
    }
  }
  return kernels;
}

// [unit][x, y] of one field of the LGNOnOFFCells.
void write_sigmas(h5::File& file, const std::string& name, const network::LgnMosaic& mosaic,
                  double (network::OnOffSigma::*of)[2]) {
  if (mosaic.on_off_sigma.empty()) return;
  std::vector<double> values;
  for (const network::OnOffSigma& sigma : mosaic.on_off_sigma) {
    values.insert(values.end(), {(sigma.*of)[0], (sigma.*of)[1]});
  }
  file.write(name, values, {mosaic.on_off_sigma.size(), 2});
  file.set_attribute(name, "units", "deg");
}

void read_sigmas(const h5::File& file, const std::string& name, network::LgnMosaic& mosaic,
                 double (network::OnOffSigma::*of)[2]) {
  if (!file.has(name)) return;
  const auto values = file.values<double>(name);
  mosaic.on_off_sigma.resize(values.size() / 2);
  for (std::size_t i = 0; i < mosaic.on_off_sigma.size(); ++i) {
    (mosaic.on_off_sigma[i].*of)[0] = values[2 * i];
    (mosaic.on_off_sigma[i].*of)[1] = values[2 * i + 1];
  }
}

void write_mosaic(h5::File& file, const network::LgnMosaic& mosaic) {
  const std::string group = "/lgn_mosaic";
  file.write_strings(group + "/class_names", mosaic.class_names);
  write_column(file, group + "/id", mosaic.id);
  write_column(file, group + "/class", mosaic.unit_class);
  write_column(file, group + "/x", mosaic.x_deg, "deg");
  write_column(file, group + "/y", mosaic.y_deg, "deg");
  write_column(file, group + "/spatial_size", mosaic.spatial_size_deg, "deg");
  write_column(file, group + "/tuning_angle", mosaic.tuning_angle_deg, "deg");
  write_column(file, group + "/sf_sep", mosaic.sf_sep_deg, "deg");
  write_column(file, group + "/spontaneous", mosaic.spontaneous_hz, "Hz");
  write_kernels(file, group + "/dominant", mosaic.dominant);
  write_kernels(file, group + "/non_dominant", mosaic.non_dominant);
  write_sigmas(file, group + "/sigma_on", mosaic, &network::OnOffSigma::on_deg);
  write_sigmas(file, group + "/sigma_off", mosaic, &network::OnOffSigma::off_deg);
  file.set_attribute(group, "field_width_deg", mosaic.field_width_deg);
  file.set_attribute(group, "field_height_deg", mosaic.field_height_deg);
}

std::shared_ptr<const network::LgnMosaic> read_mosaic(const h5::File& file) {
  const std::string group = "/lgn_mosaic";
  if (!file.has(group)) return nullptr;
  auto mosaic = std::make_shared<network::LgnMosaic>();
  mosaic->class_names = file.strings(group + "/class_names");
  mosaic->id = file.values<std::uint32_t>(group + "/id");
  mosaic->unit_class = file.values<std::uint8_t>(group + "/class");
  mosaic->x_deg = file.values<double>(group + "/x");
  mosaic->y_deg = file.values<double>(group + "/y");
  mosaic->spatial_size_deg = file.values<double>(group + "/spatial_size");
  mosaic->tuning_angle_deg = file.values<double>(group + "/tuning_angle");
  mosaic->sf_sep_deg = file.values<double>(group + "/sf_sep");
  mosaic->spontaneous_hz = file.values<double>(group + "/spontaneous");
  mosaic->dominant = read_kernels(file, group + "/dominant");
  mosaic->non_dominant = read_kernels(file, group + "/non_dominant");
  read_sigmas(file, group + "/sigma_on", *mosaic, &network::OnOffSigma::on_deg);
  read_sigmas(file, group + "/sigma_off", *mosaic, &network::OnOffSigma::off_deg);
  mosaic->field_width_deg = file.number_attribute(group, "field_width_deg").value_or(0.0);
  mosaic->field_height_deg = file.number_attribute(group, "field_height_deg").value_or(0.0);
  return mosaic;
}

std::uint64_t parse_number(const std::string& text, int base) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

void check_types_known(const h5::File& file, const network::Network& network) {
  for (const std::uint16_t type : network.neurons.type) {
    if (type >= network.types.size()) {
      throw error(ExitCode::data, "{}: a neuron has type {} of {}", file.path().string(), type,
                  network.types.size());
    }
  }
}

// The sets' names may be any text.
void write_node_sets(h5::File& file, const std::vector<network::NamedNeurons>& sets) {
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const std::string name = fmt::format("/node_sets/{:04}", i);
    write_column(file, name, sets[i].neurons);
    file.set_attribute(name, "name", sets[i].name);
  }
}

std::vector<network::NamedNeurons> read_node_sets(const h5::File& file, std::size_t neurons) {
  std::vector<network::NamedNeurons> sets;
  if (!file.has("/node_sets")) return sets;
  for (const std::string& child : file.children("/node_sets")) {
    const std::string name = "/node_sets/" + child;
    network::NamedNeurons set{file.text_attribute(name, "name").value_or(child),
                              file.values<std::uint32_t>(name)};
    if (!set.neurons.empty() && set.neurons.back() >= neurons) {
      throw error(ExitCode::data, "{}: '{}' names neurons that the network lacks",
                  file.path().string(), name);
    }
    sets.push_back(std::move(set));
  }
  return sets;
}

}  // namespace

std::string block_group(std::size_t index) { return fmt::format("/blocks/{:03}", index); }

void write_network_nodes(h5::File& file, const network::Network& network) {
  file.set_attribute("/", "network", network.name);
  file.set_attribute("/", "model", network.model);
  file.set_attribute("/", "network_seed", std::to_string(network.seed));
  file.set_attribute("/", "network_hash", to_hex(network.content_hash));
  file.set_attribute("/", "full_size", static_cast<std::int64_t>(network.full_size));
  file.set_attribute("/", "background", network.background.kind);
  file.set_attribute("/", "background_rate_hz", network.background.rate_hz);
  write_types(file, network.types);
  file.make_group("/nodes");
  file.set_attribute("/nodes", "has_positions",
                     static_cast<std::int64_t>(network.neurons.has_positions));
  const GroupNames names = group_names(network);
  for (std::size_t p = 0; p < names.populations.size(); ++p) {
    write_population(file, "/nodes/" + names.populations[p], network,
                     network.neurons.populations[p]);
  }
  file.write_strings("/population_order", names.populations);
  write_blocks(file, network);
  write_node_sets(file, network.node_sets);
  if (network.lgn_mosaic) write_mosaic(file, *network.lgn_mosaic);
}

network::Network read_network_nodes(const h5::File& file) {
  network::Network network;
  network.name = file.text_attribute("/", "network").value_or("");
  network.model = file.text_attribute("/", "model").value_or("");
  network.seed = parse_number(file.text_attribute("/", "network_seed").value_or("0"), 10);
  network.content_hash = parse_number(file.text_attribute("/", "network_hash").value_or("0"), 16);
  network.full_size =
      static_cast<std::uint32_t>(file.number_attribute("/", "full_size").value_or(0.0));
  network.background.kind = file.text_attribute("/", "background").value_or("none");
  network.background.rate_hz = file.number_attribute("/", "background_rate_hz").value_or(0.0);
  network.types = read_types(file);
  read_neurons(file, network.neurons);
  check_types_known(file, network);
  network.node_sets = read_node_sets(file, network.neurons.size());
  for (std::size_t i = 0; i < file.children("/blocks").size(); ++i) {
    network.blocks.push_back(read_block(file, block_group(i)));
  }
  network.lgn_mosaic = read_mosaic(file);
  return network;
}

}  // namespace v1::recording
