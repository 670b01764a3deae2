#include "engine/analysis/dataset_view.hpp"

#include <algorithm>
#include <cmath>
#include <variant>

#include "engine/analysis/rheobase.hpp"
#include "engine/base/error.hpp"
#include "engine/network/lgn_mosaic.hpp"

namespace v1::analysis {
namespace {

template <class T>
std::vector<const T*> pointers_to(const std::vector<T>& items) {
  std::vector<const T*> out;
  out.reserve(items.size());
  for (const T& item : items) out.push_back(&item);
  return out;
}

template <class Of>
auto by_type(const std::vector<network::NodeType>& types, Of of) {
  std::vector<decltype(of(types.front()))> out;
  out.reserve(types.size());
  for (const network::NodeType& type : types) out.push_back(of(type));
  return out;
}

template <class T>
std::vector<T> spread(const std::vector<std::uint16_t>& type_of, const std::vector<T>& by_type) {
  std::vector<T> out;
  out.reserve(type_of.size());
  for (const std::uint16_t type : type_of) out.push_back(by_type.at(type));
  return out;
}

std::vector<std::uint32_t> population_indices(const std::vector<network::NodeType>& types) {
  std::vector<std::string> names;
  std::vector<std::uint32_t> out;
  for (const network::NodeType& type : types) {
    const auto known = std::find(names.begin(), names.end(), type.population);
    out.push_back(static_cast<std::uint32_t>(known - names.begin()));
    if (known == names.end()) names.push_back(type.population);
  }
  return out;
}

bool has_mosaic(const network::Network& network, const network::EdgeBlock& block) {
  return network.lgn_mosaic && block.source_kind == network::SourceKind::rates &&
         network.lgn_mosaic->id == block.source_id;
}

}  // namespace

DatasetView::DatasetView(RunData& data) : data_(data) {
  const RunFacts& facts = data.facts();
  const network::Network& network = *facts.network;
  add_types(network);
  add_neurons(network, facts);
  add_blocks(network);
  add_inputs(network, facts);
  add_stimulus(facts);
  for (const recording::StateVariable& variable : facts.variables) {
    state_columns_.declare(variable.name, variable.unit);
  }

  dataset_.struct_size = sizeof dataset_;
  dataset_.trial_count = facts.trials;
  dataset_.label = facts.label.c_str();
  dataset_.dt_ms = facts.dt_ms;
  dataset_.step_count = facts.steps_per_trial;
  dataset_.network = &network_;
  dataset_.trial_column_count = trial_columns_.size();
  dataset_.trial_columns = trial_columns_.data();
  dataset_.state_column_count = state_columns_.size();
  dataset_.state_columns = state_columns_.data();
  dataset_.state_neuron_count = facts.variables.empty() ? 0 : facts.state_neurons.size();
  dataset_.state_neurons = facts.state_neurons.data();
  dataset_.seed = facts.seed;
}

void DatasetView::add_types(const network::Network& network) {
  for (const network::NodeType& type : network.types) {
    v1e_neuron_type& view = types_.emplace_back();
    view = {};
    view.struct_size = sizeof view;
    view.model = static_cast<std::uint32_t>(type.model);
    view.e_l_mv = type.e_l_mv;
    view.threshold_mv = type.v_th_mv;
    view.reset_mv = type.v_reset_mv;
    view.initial_mv = type.v_init_mv;
    view.constant_current_pa = type.constant_current_pa;
    view.refractory_ms = type.t_ref_ms;
    for (int k = 0; k < 2; ++k) view.asc_amplitude_pa[k] = type.asc_amplitude_pa[k];
    type_pointers_.push_back(&view);
  }
  using network::NodeType;
  const auto& types = network.types;
  type_columns_.add("population", "1",
                    by_type(types, [](const NodeType& t) { return t.population; }));
  type_columns_.add("layer", "1", by_type(types, layer_of));
  type_columns_.add("ei", "1", by_type(types, ei_of));
  type_columns_.add("subclass", "1", by_type(types, subclass_of));
  type_columns_.add("node_type_id", "1", by_type(types, [](const NodeType& t) { return t.id; }));
  type_columns_.add("C_m", "pF", by_type(types, [](const NodeType& t) { return t.c_m_pf; }));
  type_columns_.add("g", "nS", by_type(types, [](const NodeType& t) { return t.g_ns; }));
  type_columns_.add("E_L", "mV", by_type(types, [](const NodeType& t) { return t.e_l_mv; }));
  type_columns_.add("V_th", "mV", by_type(types, [](const NodeType& t) { return t.v_th_mv; }));
  type_columns_.add("V_reset", "mV",
                    by_type(types, [](const NodeType& t) { return t.v_reset_mv; }));
  type_columns_.add("t_ref", "ms", by_type(types, [](const NodeType& t) { return t.t_ref_ms; }));
  type_columns_.add("tau_m", "ms",
                    by_type(types, [](const NodeType& t) { return t.c_m_pf / t.g_ns; }));
  type_columns_.add("rheobase", "pA", by_type(types, [](const NodeType& t) {
                      return rheobase_pa(t.c_m_pf, t.g_ns, t.e_l_mv, t.v_th_mv);
                    }));
}

void DatasetView::add_neurons(const network::Network& network, const RunFacts& facts) {
  const network::Neurons& neurons = network.neurons;
  if (neurons.has_positions) {
    std::vector<float> radius(neurons.size());
    for (std::size_t i = 0; i < radius.size(); ++i) {
      const double x = neurons.x_um[i], z = neurons.z_um[i];
      radius[i] = static_cast<float>(std::sqrt(x * x + z * z));
    }
    neuron_columns_.add("x", "um", neurons.x_um);
    neuron_columns_.add("y", "um", neurons.y_um);
    neuron_columns_.add("z", "um", neurons.z_um);
    neuron_columns_.add("radius", "um", radius);
  }
  const auto& angles = neurons.tuning_angle_deg;
  if (std::any_of(angles.begin(), angles.end(), [](float a) { return std::isfinite(a); })) {
    neuron_columns_.add("tuning_angle", "deg", angles);
  }
  using network::NodeType;
  const auto& types = network.types;
  neuron_columns_.add_spread("population", "1",
                             by_type(types, [](const NodeType& t) { return t.population; }),
                             neurons.type);
  neuron_columns_.add("population_index", "1", spread(neurons.type, population_indices(types)));
  neuron_columns_.add_spread("layer", "1", by_type(types, layer_of), neurons.type);
  neuron_columns_.add_spread("ei", "1", by_type(types, ei_of), neurons.type);
  neuron_columns_.add_spread("subclass", "1", by_type(types, subclass_of), neurons.type);
  if (facts.spike_positions) {
    std::vector<std::uint32_t> stored(neurons.size(), 0);
    for (const std::uint32_t i : *facts.spike_positions) stored.at(i) = 1;
    neuron_columns_.add("spikes_stored", "1", stored);
  }

  network_.struct_size = sizeof network_;
  network_.content_hash = network.content_hash;
  network_.neuron_count = static_cast<std::int64_t>(neurons.size());
  network_.dt_ms = facts.dt_ms;
  network_.type_count = static_cast<std::uint32_t>(types.size());
  network_.types = type_pointers_.data();
  network_.neuron_type = neurons.type.data();
  network_.neuron_id = neurons.id.data();
  network_.neuron_column_count = neuron_columns_.size();
  network_.neuron_columns = neuron_columns_.data();
  network_.type_column_count = type_columns_.size();
  network_.type_columns = type_columns_.data();
  network_.rows = [](void*, std::uint32_t, std::int64_t, std::int64_t, v1e_rows*,
                     v1e_error* err) noexcept -> v1e_status {
    if (err) err->code = V1E_E_STATE;
    return V1E_E_STATE;  // replaced by require_synapses()
  };
}

void DatasetView::add_blocks(const network::Network& network) {
  for (const network::EdgeBlock& block : network.blocks) {
    v1e_edge_block& view = blocks_.emplace_back();
    view = {};
    view.struct_size = sizeof view;
    view.source_kind = static_cast<std::uint32_t>(block.source_kind);
    view.name = block.name.c_str();
    view.current_class = static_cast<std::uint32_t>(block.current_class);
    view.source_count = static_cast<std::int64_t>(block.source_count());
    view.edge_count = static_cast<std::int64_t>(block.edge_count());
    view.source_id = block.source_id.data();
  }
  block_pointers_ = pointers_to(blocks_);
  network_.block_count = static_cast<std::uint32_t>(blocks_.size());
  network_.blocks = block_pointers_.data();
}

void DatasetView::add_inputs(const network::Network& network, const RunFacts& facts) {
  for (const std::uint32_t index : facts.spike_blocks) {
    const network::EdgeBlock& block = network.blocks.at(index);
    ColumnStore& columns = input_columns_.emplace_back();
    columns.add("id", "1", block.source_id);
    if (has_mosaic(network, block)) {
      const network::LgnMosaic& mosaic = *network.lgn_mosaic;
      columns.add("x", "deg", mosaic.x_deg);
      columns.add("y", "deg", mosaic.y_deg);
      columns.add("spatial_size", "deg", mosaic.spatial_size_deg);
      columns.add("tuning_angle", "deg", mosaic.tuning_angle_deg);
      columns.add("spontaneous_rate", "Hz", mosaic.spontaneous_hz);
      const std::vector<std::uint16_t> kind(mosaic.unit_class.begin(), mosaic.unit_class.end());
      columns.add_spread("class", "1", mosaic.class_names, kind);
    }
    input_names_.push_back(block.name.c_str());
    input_sizes_.push_back(static_cast<std::int64_t>(block.source_count()));
    input_column_counts_.push_back(static_cast<std::int64_t>(columns.size()));
    input_column_pointers_.push_back(columns.data());
  }
  dataset_.input_count = input_names_.size();
  dataset_.input_names = input_names_.data();
  dataset_.input_sizes = input_sizes_.data();
  dataset_.input_column_counts = input_column_counts_.data();
  dataset_.input_columns = input_column_pointers_.data();
}

void DatasetView::add_stimulus(const RunFacts& facts) {
  const recording::StimulusInfo& stimulus = facts.stimulus;
  for (const recording::TrialColumn& column : stimulus.trial_columns) {
    std::visit([&](const auto& values) { trial_columns_.add(column.name, column.unit, values); },
               column.values);
  }
  for (const auto& marker : stimulus.markers) {
    markers_.push_back({sizeof(v1e_marker), 0, marker.time_ms, marker.label.c_str()});
  }
  for (const auto& strip : stimulus.strips) {
    strips_.push_back({sizeof(v1e_strip), 0, strip.name.c_str(), strip.unit.c_str(),
                       strip.time_ms.size(), strip.time_ms.data(), strip.value.data()});
  }
  marker_pointers_ = pointers_to(markers_);
  strip_pointers_ = pointers_to(strips_);
  dataset_.marker_count = markers_.size();
  dataset_.markers = marker_pointers_.data();
  dataset_.strip_count = strips_.size();
  dataset_.strips = strip_pointers_.data();
  for (const recording::SampleRates& rates : stimulus.rates) {
    if (rates.block != "lgn") continue;
    dataset_.rate_source_count = rates.sources.size();
    dataset_.rate_sources = rates.sources.data();
  }
}

const v1e_network& DatasetView::require_synapses() {
  const v1e_network* full = data_.synapses();
  if (!full) {
    throw error(ExitCode::plugin,
                "the synapses of '{}' are not at hand; expected the network the run was made of, "
                "found only its neurons: keep the run's network file or cache, or allow it to be "
                "made again",
                dataset_.label);
  }
  network_.ctx = full->ctx;
  network_.rows = full->rows;
  network_.receptor_count = full->receptor_count;
  network_.synapse_kind_count = full->synapse_kind_count;
  network_.synapse_kinds = full->synapse_kinds;
  network_.max_delay_steps = full->max_delay_steps;
  network_.target_bits = full->target_bits;
  network_.weight_exponent = full->weight_exponent;
  network_.types = full->types;
  network_.block_count = full->block_count;
  network_.blocks = full->blocks;
  return network_;
}

}  // namespace v1::analysis
