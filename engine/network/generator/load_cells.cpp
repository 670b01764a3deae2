#include <algorithm>
#include <set>

#include "engine/base/error.hpp"
#include "engine/network/generator/load_parts.hpp"

/// populations.csv, receptors.csv, node_types.csv.
namespace v1::network::generator {
namespace {

std::string one_of(const CsvTable& table, std::size_t row, const char* column,
                   const std::vector<std::string>& allowed, const std::filesystem::path& file) {
  const std::string& value = table.text(row, column);
  index_of(value, allowed, file, column);
  return value;
}

/// Blocks must tile 0 .. N-1.
void check_id_blocks(const Model& model, const std::filesystem::path& file) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> blocks;
  for (const Population& population : model.populations) {
    blocks.emplace_back(population.first_id, population.count());
  }
  std::sort(blocks.begin(), blocks.end());
  std::uint32_t expected = 0;
  for (const auto& [first, count] : blocks) {
    if (first != expected) {
      throw error(ExitCode::data,
                  "{}: id blocks must follow each other without gaps; expected a "
                  "block that begins at {}, found {}",
                  file.string(), expected, first);
    }
    expected += count;
  }
}

NodeType node_type(const CsvTable& table, std::size_t row, const std::filesystem::path& file) {
  NodeType node;
  node.id = table.integer(row, "node_type_id");
  node.population = table.text(row, "population");
  node.c_m_pf = number_in(table, row, "c_m_pf", 1e-3, 1e6, file);
  node.g_ns = number_in(table, row, "g_ns", 1e-6, 1e6, file);
  node.e_l_mv = table.number(row, "e_l_mv");
  node.v_th_mv = table.number(row, "v_th_mv");
  node.v_reset_mv = table.number(row, "v_reset_mv");
  node.v_init_mv = node.e_l_mv;
  node.t_ref_ms = number_in(table, row, "t_ref_ms", 0.0, 1e3, file);
  node.asc_decay_per_ms = {table.number(row, "asc_decay0_per_ms"),
                           table.number(row, "asc_decay1_per_ms")};
  node.asc_amplitude_pa = {table.number(row, "asc_amp0_pa"), table.number(row, "asc_amp1_pa")};
  return node;
}

void check_counts(const Model& model, const std::filesystem::path& file) {
  std::vector<std::uint32_t> cells(model.populations.size(), 0);
  for (const CellType& type : model.types) cells[type.population] += type.n_cells;
  for (std::size_t p = 0; p < cells.size(); ++p) {
    if (cells[p] != model.populations[p].count()) {
      throw error(ExitCode::data, "{}: the types of {} hold {} cells, but populations.csv has {}",
                  file.string(), model.populations[p].name, cells[p], model.populations[p].count());
    }
  }
}

}  // namespace

void load_populations(const std::filesystem::path& directory, Model& model) {
  const auto file = directory / "populations.csv";
  const CsvTable table = CsvTable::read(file);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Population population;
    population.name = table.text(row, "population");
    population.class_name = table.text(row, "class");
    population.layer = table.text(row, "layer");
    population.ei = one_of(table, row, "ei", {"e", "i"}, file);
    population.depth_top_um = table.number(row, "depth_top_um");
    population.depth_bottom_um =
        number_in(table, row, "depth_bottom_um", population.depth_top_um, 1e6, file);
    population.n_core = static_cast<std::uint32_t>(number_in(table, row, "n_core", 0, 1e8, file));
    population.n_periphery =
        static_cast<std::uint32_t>(number_in(table, row, "n_periphery", 0, 1e8, file));
    population.first_id =
        static_cast<std::uint32_t>(number_in(table, row, "first_id", 0, 1e9, file));
    population.core_last = one_of(table, row, "core_ids", {"first", "last"}, file) == "last";
    auto& names = model.class_names;
    auto found = std::find(names.begin(), names.end(), population.class_name);
    if (found == names.end()) found = names.insert(names.end(), population.class_name);
    population.class_index = static_cast<std::uint32_t>(found - names.begin());
    model.populations.push_back(std::move(population));
  }
  check_id_blocks(model, file);
}

void load_receptors(const std::filesystem::path& directory, Model& model) {
  const auto file = directory / "receptors.csv";
  const CsvTable table = CsvTable::read(file);
  std::set<std::uint32_t> seen;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const bool from_e = one_of(table, row, "source_ei", {"e", "i"}, file) == "e";
    const bool to_e = one_of(table, row, "target_ei", {"e", "i"}, file) == "e";
    Receptor& receptor = model.receptors[from_e ? 0 : 1][to_e ? 0 : 1];
    receptor.index = static_cast<std::uint32_t>(number_in(table, row, "receptor", 1, 4, file)) - 1;
    receptor.tau_syn_ms = number_in(table, row, "tau_syn_ms", 1e-3, 1e4, file);
    seen.insert(receptor.index);
  }
  if (table.rows() != 4 || seen.size() != 4) {
    throw error(ExitCode::data,
                "{}: expected the four pairs of e and i with the receptors 1 to 4, "
                "found {} rows with {} receptors",
                file.string(), table.rows(), seen.size());
  }
}

void load_node_types(const std::filesystem::path& directory, Model& model) {
  const auto file = directory / "node_types.csv";
  const CsvTable table = CsvTable::read(file);
  const std::vector<std::string> names = population_names(model);
  std::vector<double> tau_syn_ms(4);
  for (const auto& row : model.receptors) {
    for (const Receptor& receptor : row) tau_syn_ms[receptor.index] = receptor.tau_syn_ms;
  }
  for (std::size_t row = 0; row < table.rows(); ++row) {
    CellType type;
    type.node = node_type(table, row, file);
    type.population = index_of(type.node.population, names, file, "population");
    type.node.ei = model.populations[type.population].ei;
    type.node.location = model.populations[type.population].layer;
    type.node.tau_syn_ms = tau_syn_ms;
    type.n_cells = static_cast<std::uint32_t>(number_in(table, row, "n_cells", 0, 1e8, file));
    type.lgn_weight_pa = table.number(row, "lgn_weight_pa");
    model.types.push_back(std::move(type));
  }
  check_counts(model, file);
}

}  // namespace v1::network::generator
