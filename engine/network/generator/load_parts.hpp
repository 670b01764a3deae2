#pragma once
#include <string>
#include <vector>

#include "engine/base/csv.hpp"
#include "engine/network/generator/model.hpp"
#include "engine/network/generator/rules.hpp"
#include "engine/network/generator/tables.hpp"

/// The steps of load_model(), each filling one part of the model from the rules and some tables.
namespace v1::network::generator {

/// model.toml: column, kernel, weight rules, retinotopy, LGN and background.
void load_rules(const Rules& rules, Model& model);
/// The rules that name synapse classes; after load_populations and load_receptors.
void load_input_classes(const Rules& rules, Model& model);

void load_populations(const CsvTable& table, Model& model);
/// receptors.csv; numbers the receptors of every target where the table does not.
void load_receptors(const CsvTable& table, Model& model);
void load_node_types(const ModelTables& tables, Model& model);
/// unitary_psp.csv; WeightLaw::unitary_psp.
void load_unitary_psp(const CsvTable& table, Model& model);
/// `measured_within_um` > 0: the table's probabilities are means over pairs that close; 0: they
/// are those at the kernel's maximum.
void load_connections(const ModelTables& tables, double measured_within_um, Model& model);
void load_lgn(const ModelTables& tables, Model& model);
void load_background(const CsvTable& table, Model& model);

/// Index of the cell's text in `names`; throws an error that names the place and the nearest
/// spelling.
std::uint32_t index_of(const CsvTable& table, std::size_t row, const char* column,
                       const std::vector<std::string>& names);
std::vector<std::string> population_names(const Model& model);

/// table.number(), which must also lie in [low, high].
double number_in(const CsvTable& table, std::size_t row, const char* column, double low,
                 double high);
/// A whole number in [0, high].
std::uint32_t count_in(const CsvTable& table, std::size_t row, const char* column,
                       double high = 1e9);

}  // namespace v1::network::generator
