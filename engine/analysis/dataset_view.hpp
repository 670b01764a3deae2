#pragma once
#include <deque>
#include <string>
#include <vector>

#include "engine/analysis/column_store.hpp"
#include "engine/analysis/run_data.hpp"
#include "plugin_api/include/v1e/analysis.h"

namespace v1::analysis {

/// What a plugin sees of a stored run: counts, the network's neurons and types, trials, stimulus.
///
/// Neuron columns: x, y, z, radius [um] (where there are positions), tuning_angle [deg] (where any
/// neuron has one), population, population_index (order of the types), layer, ei, subclass,
/// and spikes_stored (only where the spikes of some neurons were not recorded).
/// Type columns: population, layer, ei, C_m [pF], g [nS], E_L, V_th, V_reset [mV], t_ref [ms],
/// tau_m [ms], rheobase [pA]. Propagators of types are not filled in.
class DatasetView {
 public:
  explicit DatasetView(RunData& data);
  DatasetView(const DatasetView&) = delete;
  DatasetView& operator=(const DatasetView&) = delete;

  const v1e_dataset* view() const { return &dataset_; }
  RunData& data() const { return data_; }
  /// Fills in what is known once synapses are there. Throws Error(plugin) when they are not.
  const v1e_network& require_synapses();

 private:
  void add_types(const network::Network& network);
  void add_neurons(const network::Network& network, const RunFacts& facts);
  void add_blocks(const network::Network& network);
  void add_inputs(const network::Network& network, const RunFacts& facts);
  void add_stimulus(const RunFacts& facts);

  RunData& data_;
  v1e_dataset dataset_{};
  v1e_network network_{};
  std::deque<v1e_neuron_type> types_;
  std::vector<const v1e_neuron_type*> type_pointers_;
  std::vector<v1e_edge_block> blocks_;
  std::vector<const v1e_edge_block*> block_pointers_;
  ColumnStore neuron_columns_, type_columns_, trial_columns_, state_columns_;
  std::deque<ColumnStore> input_columns_;
  std::vector<const char*> input_names_;
  std::vector<std::int64_t> input_sizes_, input_column_counts_;
  std::vector<const v1e_column* const*> input_column_pointers_;
  std::vector<v1e_marker> markers_;
  std::vector<const v1e_marker*> marker_pointers_;
  std::vector<v1e_strip> strips_;
  std::vector<const v1e_strip*> strip_pointers_;
};

/// "1", "2/3", "4", "5", "6" of a type, from its location ("L2/3", "L23", "VisL4") or its
/// population ("e23Cux2"); "" where neither tells.
std::string layer_of(const network::NodeType& type);

/// "e", "i" or "" of a type: what it says itself, else the first letter of a name like "e23".
std::string ei_of(const network::NodeType& type);

/// "e", "Pvalb", "Sst", "Htr3a", "Vip" or "" from the words in the population's name.
std::string subclass_of(const network::NodeType& type);

}  // namespace v1::analysis
