#include <algorithm>

#include "engine/base/error.hpp"
#include "engine/network/generator/load_parts.hpp"

/// populations.csv, node_types.csv, unitary_psp.csv.
namespace v1::network::generator {
namespace {

/// Blocks must tile 0 .. N-1.
void check_id_blocks(const Model& model, const CsvTable& table) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> blocks;
  for (const Population& population : model.populations) {
    blocks.emplace_back(population.first_id, population.count());
  }
  std::sort(blocks.begin(), blocks.end());
  std::uint32_t expected = 0;
  for (const auto& [first, count] : blocks) {
    if (first != expected) {
      throw error(ExitCode::data,
                  "{}: column 'first_id': id blocks must follow each other without gaps; expected "
                  "a block that begins at {}, found {}",
                  table.path().string(), expected, first);
    }
    expected += count;
  }
}

NodeType node_type(const CsvTable& table, std::size_t row) {
  NodeType node;
  node.id = table.integer(row, "node_type_id");
  node.population = table.text(row, "population");
  node.c_m_pf = number_in(table, row, "c_m_pf", 1e-3, 1e6);
  node.g_ns = number_in(table, row, "g_ns", 1e-6, 1e6);
  node.e_l_mv = table.number(row, "e_l_mv");
  node.v_th_mv = table.number(row, "v_th_mv");
  node.v_reset_mv = table.number(row, "v_reset_mv");
  node.v_init_mv = node.e_l_mv;
  node.t_ref_ms = number_in(table, row, "t_ref_ms", 0.0, 1e3);
  node.asc_decay_per_ms = {table.number(row, "asc_decay0_per_ms"),
                           table.number(row, "asc_decay1_per_ms")};
  node.asc_amplitude_pa = {table.number(row, "asc_amp0_pa"), table.number(row, "asc_amp1_pa")};
  return node;
}

void check_counts(const Model& model, const CsvTable& table) {
  std::vector<std::uint32_t> cells(model.populations.size(), 0);
  for (const CellType& type : model.types) cells[type.population] += type.n_cells;
  for (std::size_t p = 0; p < cells.size(); ++p) {
    if (cells[p] != model.populations[p].count()) {
      throw error(ExitCode::data, "{}: the types of {} hold {} cells, but populations.csv has {}",
                  table.path().string(), model.populations[p].name, cells[p],
                  model.populations[p].count());
    }
  }
}

/// Receptors as the targets of one synapse class number them.
void set_receptors(const Model& model, std::uint32_t target_class, NodeType& node) {
  for (std::size_t i = 0; i < model.receptors.size(); ++i) {
    const Receptor& receptor = model.receptors[i];
    const bool mine = i % model.synapse_classes.size() == target_class;
    if (!receptor.present || !(mine || model.receptors_shared)) continue;
    const std::size_t needed = receptor.index + std::size_t{1};
    node.tau_syn_ms.resize(std::max(node.tau_syn_ms.size(), needed), 1.0);
    node.tau_syn_ms[receptor.index] = receptor.tau_syn_ms;
    if (model.neuron_model == NeuronModel::glif_psc) continue;
    node.tau_syn_slow_ms.resize(node.tau_syn_ms.size(), 1.0);
    node.amp_slow.resize(node.tau_syn_ms.size(), 0.0);
    node.tau_syn_slow_ms[receptor.index] = receptor.tau_slow_ms;
    node.amp_slow[receptor.index] = receptor.amp_slow;
  }
}

void read_size(const CsvTable& table, std::size_t row, Population& population) {
  population.size_shape = number_in(table, row, "size_shape", 1e-6, 10.0);
  population.size_scale = number_in(table, row, "size_scale", 1.0, 1e6);
  population.mean_size = number_in(table, row, "mean_size", 1.0, 1e6);
}

}  // namespace

void load_populations(const CsvTable& table, Model& model) {
  std::uint64_t cells = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Population population;
    population.name = table.text(row, "population");
    population.class_name = table.text(row, "class");
    population.layer = table.text(row, "layer");
    index_of(table, row, "ei", {"e", "i"});
    population.ei = table.text(row, "ei");
    population.synapse_class = index_of(
        table, row, table.has("synapse_class") ? "synapse_class" : "ei", model.synapse_classes);
    population.depth_top_um = table.number(row, "depth_top_um");
    population.depth_bottom_um =
        number_in(table, row, "depth_bottom_um", population.depth_top_um, 1e6);
    population.n_core = count_in(table, row, "n_core");
    population.n_periphery = count_in(table, row, "n_periphery");
    population.first_id = count_in(table, row, "first_id");
    population.core_last = index_of(table, row, "core_ids", {"first", "last"}) == 1;
    if (model.has_sizes) read_size(table, row, population);
    auto& names = model.class_names;
    auto found = std::find(names.begin(), names.end(), population.class_name);
    if (found == names.end()) found = names.insert(names.end(), population.class_name);
    population.class_index = static_cast<std::uint32_t>(found - names.begin());
    cells += population.n_core;
    cells += population.n_periphery;
    model.populations.push_back(std::move(population));
  }
  constexpr std::uint64_t most_cells = 1'000'000'000, most_populations = 255;
  if (cells == 0 || cells > most_cells || model.populations.size() > most_populations) {
    throw error(
        ExitCode::data, "{}: expected 1 to {} cells in at most {} populations, found {} in {}",
        table.path().string(), most_cells, most_populations, cells, model.populations.size());
  }
  check_id_blocks(model, table);
}

void load_node_types(const ModelTables& tables, Model& model) {
  const CsvTable& table = tables.table("node_types");
  const std::vector<std::string> names = population_names(model);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    CellType type;
    type.node = node_type(table, row);
    type.population = index_of(table, row, "population", names);
    const Population& population = model.populations[type.population];
    type.node.ei = population.ei;
    type.node.location = population.layer;
    type.node.model = model.neuron_model;
    set_receptors(model, population.synapse_class, type.node);
    type.n_cells = count_in(table, row, "n_cells");
    type.lgn_weight_pa = table.number(
        row, model.lgn.rule == LgnRule::subfields ? "lgn_weight_pa" : "lgn_weight_factor");
    if (model.background_rule == BackgroundRule::pool) {
      type.background_weight_pa = table.number(row, "background_weight_pa");
    }
    model.types.push_back(std::move(type));
  }
  check_counts(model, table);
  if (model.weight_law == WeightLaw::unitary_psp) {
    load_unitary_psp(tables.table("unitary_psp"), model);
  }
}

void load_unitary_psp(const CsvTable& table, Model& model) {
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const long long id = table.integer(row, "node_type_id");
    const auto type = std::find_if(model.types.begin(), model.types.end(),
                                   [&](const CellType& one) { return one.node.id == id; });
    if (type == model.types.end()) {
      throw error(table.blame(row, "node_type_id"),
                  "{}: column 'node_type_id': node_types.csv has no type {}",
                  table.where(row, "node_type_id"), id);
    }
    for (const std::string& source : model.synapse_classes) {
      type->psp_mv_per_pa.push_back(number_in(table, row, source.c_str(), 1e-9, 1e6));
    }
  }
  for (const CellType& type : model.types) {
    if (type.psp_mv_per_pa.size() != model.synapse_classes.size()) {
      throw error(ExitCode::data, "{}: expected one row for node type {}", table.path().string(),
                  type.node.id);
    }
  }
}

}  // namespace v1::network::generator
